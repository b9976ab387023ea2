using Surprisal.Kernels;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Losses;

/// <summary>The Kullback-Leibler loss: the common questions, and what only it has: batchmean, log targets, broadcasting both ways.</summary>
public sealed class KlDivLossTests : DivergenceLossTests
{
    private protected override IEnumerable<DenseLoss> Options(int[] shape) =>
        from reduction in new[] { Reduction.None, Reduction.Mean, Reduction.Sum, Reduction.BatchMean }
        from log in new[] { false, true }
        select new KlDivLoss { Reduction = reduction, LogTarget = log };

    private protected override (double Loss, double Slope, double TargetSlope) Element(DenseLoss loss, double x, double t) => ((KlDivLoss)loss).LogTarget
        ? (Math.Exp(t) * t - Math.Exp(t) * x, -Math.Exp(t), Math.Exp(t) * (1 + t - x))
        : (t * Math.Log(t) - t * x, -t, 1 + Math.Log(t) - x);

    private protected override double Target(RandomStream random) => 0.05 + 0.95 * random.Uniform();

    private protected override Tensor<T> Function<T>(DenseLoss loss, Tensor<T> input, Tensor<T> target) =>
        F.KlDiv(input, target, loss.Reduction, ((KlDivLoss)loss).LogTarget);

    [Fact]
    public void TheWorkedExampleIsTheDivergenceOfTwoDistributions()
    {
        // snippet: kldiv
        var logits = Tensor.Create<double>([[1, 2, 3], [0, 0, 0]], requiresGrad: true);
        var target = Tensor.Create<double>([[0.2, 0.3, 0.5], [1, 0, 0]]);

        var loss = F.KlDiv(logits.LogSoftmax(1), target, Reduction.BatchMean);
        Console.WriteLine(loss);           // tensor(0.5883, dtype=torch.float64, grad_fn=<DivBackward0>)

        loss.Backward();
        Console.WriteLine(logits.Grad);    // (softmax - target) / 2, since each row of the target adds up to 1
        // end
        var log = Math.Log(Math.Exp(1) + Math.Exp(2) + Math.Exp(3));
        var first = 0.2 * Math.Log(0.2) + 0.3 * Math.Log(0.3) + 0.5 * Math.Log(0.5) - (0.2 * 1 + 0.3 * 2 + 0.5 * 3 - log);
        Assert.Equal((first + Math.Log(3)) / 2, loss.Item(), 1e-14);
        Assert.Equal("tensor(0.5883, dtype=torch.float64, grad_fn=<DivBackward0>)", loss.ToString());
        Near.Equal<double>([.. new[] { 1.0, 2, 3 }.Select((x, i) => (Math.Exp(x - log) - new[] { 0.2, 0.3, 0.5 }[i]) / 2), -1.0 / 3, 1.0 / 6, 1.0 / 6],
            logits.Grad!.ToArray(), "gradient", 1e-14, 1e-15);
    }

    [Fact]
    public void BatchMeanDividesByTheInputsOwnFirstDimension()
    {
        Tensor<double> Ones(params int[] shape) => Tensor.Ones<double>(shape);
        double Of(Tensor<double> input, Tensor<double> target) => new KlDivLoss { Reduction = Reduction.BatchMean }.Forward(input, target).Item();
        Assert.Equal(-6 / 3.0, Of(Ones(3), Ones(2, 3)));
        Assert.Equal(-6 / 1.0, Of(Ones(1, 3), Ones(2, 3)));
        Assert.Equal(-6 / 2.0, Of(Ones(2, 1), Ones(3)));
        Assert.Equal(-3, Of(Ones(), Ones(3)));
        Assert.Equal(-1, Of(Ones(), Ones()));
        Assert.Equal(double.NaN, Of(Ones(0, 3), Ones(0, 3)));
        Assert.Equal(0, Of(Ones(2, 0), Ones(2, 0)));
    }

    [Fact]
    public void AGradientGoesBackThroughBroadcastingOnBothSides()
    {
        foreach (var loss in Options([]))
            GradientCheck.Run(2, inputs => loss.Forward(inputs[0], inputs[1]),
                [Tensor.Create<double>([-1, -2, -3], [3, 1]), Tensor.Create<double>([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], [2, 1, 4])]);
    }

    [Theory]
    [InlineData(Reduction.None, false, 2, "SubBackward0"), InlineData(Reduction.None, true, 2, "MulBackward0"),
        InlineData(Reduction.Mean, true, 2, "MeanBackward0"), InlineData(Reduction.Sum, false, 2, "SumBackward0")]
    [InlineData(Reduction.BatchMean, false, 2, "DivBackward0"), InlineData(Reduction.BatchMean, false, 0, "SumBackward0")]
    public void TheNodeHasPyTorchsName(Reduction reduction, bool log, int rank, string name)
    {
        var input = Tensor.Create<float>([-1], Enumerable.Repeat(1, rank).ToArray(), requiresGrad: true);
        Assert.Equal(name, new KlDivLoss { Reduction = reduction, LogTarget = log }.Forward(input, Tensor.Create<float>([0.5f, 0.5f])).GradFn!.Name);
    }

    [Fact]
    public void ATargetOfZeroCostsNothingUnlessTheInputIsInfinite()
    {
        var call = DivergenceCall<double>.Of(new KlDivLoss { Reduction = Reduction.None }, [-1e300, 3, double.NegativeInfinity], [3], new double[3]);
        Assert.Equal([0, 0, double.NaN], call.Losses);
        Assert.All(call.Gradient, static g => Assert.Equal(0, g));
        Assert.All(call.TargetGradient, static g => Assert.Equal(double.NaN, g)); // PyTorch's: t log t has no slope at 0
        Assert.All(DivergenceCall<float>.Of(new KlDivLoss { LogTarget = true }, [-1, 2], [2], [float.NegativeInfinity, float.NegativeInfinity]).Losses,
            static l => Assert.Equal(float.NaN, l));
    }

    [Fact]
    public void EqualDistributionsDivergeByNothing()
    {
        float[] p = [0.25f, 0.5f, 0.125f, 0.0625f, 0.0625f];
        var logarithms = Tensor.Create<float>(p).Log().ToArray();
        Assert.Equal(0, DivergenceCall<float>.Of(new KlDivLoss(), logarithms, [5], p).Result.Value);
        Assert.Equal(0, DivergenceCall<float>.Of(new KlDivLoss { LogTarget = true }, logarithms, [5], logarithms).Result.Value);
    }

    [Fact]
    public void ShapesThatDoNotBroadcastAreRefused()
    {
        var loss = new KlDivLoss();
        Assert.Equal("The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1: " +
            "target of shape [2] cannot broadcast to input of shape [2, 3]. (Parameter 'target')",
            Assert.Throws<ArgumentException>(() => loss.Forward(Tensor.Zeros<float>([2, 3]), Tensor.Zeros<float>([2]))).Message);
        Assert.Equal("The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1: " +
            "targets of shape [2] cannot broadcast to inputs of shape [2, 3]. (Parameter 'targets')",
            Assert.Throws<ArgumentException>(() => DivergenceCall<float>.Of(loss, new float[6], [2, 3], new float[2], [2])).Message);
        Assert.Equal("output with shape [3] doesn't match the broadcast shape [2, 3]: targets of shape [2, 3] would repeat inputs; " +
            "only targets can be repeated here. (Parameter 'targets')",
            Assert.Throws<ArgumentException>(() => DivergenceCall<float>.Of(loss, new float[3], [3], new float[6], [2, 3])).Message);
    }

    [Fact]
    public void AGradientThatOverflowsDoesSoBeforeTheUpstreamOneIsKnown()
    {
        var target = Tensor.Scalar(2f, requiresGrad: true); // exp(2) (3 - x) is -2.5e39
        new KlDivLoss { LogTarget = true }.Forward(Tensor.Scalar(float.MaxValue), target).Backward(Tensor.Scalar(0.125f));
        Assert.Equal(float.NegativeInfinity, target.Grad!.Item());
    }

    [Fact]
    public void AReductionThatIsNoneIsRefusedAndBatchMeanIsOnlyHere()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(static () => new KlDivLoss { Reduction = (Reduction)7 });
        Assert.Equal("7 is not a valid value for reduction; it is None, Mean, Sum or BatchMean. (Parameter 'Reduction')\nActual value was 7.",
            error.Message.ReplaceLineEndings("\n"));
        error = Assert.Throws<ArgumentOutOfRangeException>(static () => new SoftMarginLoss { Reduction = Reduction.BatchMean });
        Assert.Equal("BatchMean is not a valid value for reduction; it is None, Mean or Sum. (Parameter 'Reduction')\nActual value was BatchMean.",
            error.Message.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void ItIsPrintedAndComparedByValue()
    {
        Assert.Equal(new KlDivLoss { LogTarget = true }, new KlDivLoss { LogTarget = true });
        Assert.NotEqual(new KlDivLoss { LogTarget = true }, new KlDivLoss());
        Assert.Equal("KlDivLoss { Reduction = BatchMean, LogTarget = True }",
            new KlDivLoss { Reduction = Reduction.BatchMean, LogTarget = true }.ToString());
    }
}
