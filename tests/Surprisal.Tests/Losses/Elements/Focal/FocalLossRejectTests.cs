using System.Numerics.Tensors;

namespace Surprisal.Tests.Losses;

/// <summary>Questions 6 and 7: does it reject, with the whole message, before anything is written; does Evaluate allocate nothing?</summary>
public sealed class FocalLossRejectTests
{
    [Theory, InlineData(1.0001, "1.0001"), InlineData(double.NaN, "NaN"), InlineData(double.PositiveInfinity, "Infinity")]
    public void AnAlphaAboveOne(double alpha, string text) =>
        Assert.Equal($"Alpha is {text}; it is the positives' share of the weight, so it must be 0 to 1, or negative for none. (Parameter 'Alpha')\n" +
            $"Actual value was {text}.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new FocalLoss { Alpha = alpha }).Message.ReplaceLineEndings("\n"));

    [Theory, InlineData(-1e-9, "-1E-09"), InlineData(double.NaN, "NaN"), InlineData(double.PositiveInfinity, "Infinity")]
    public void AGammaThatIsNoExponent(double gamma, string text)
    {
        var message = $"Gamma is {text}; it is the exponent of 1 - p_t, so it must be 0 or more and finite. (Parameter 'Gamma')\nActual value was {text}.";
        Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(() => new FocalLoss { Gamma = gamma }).Message.ReplaceLineEndings("\n"));
        Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(() => new SoftmaxFocalLoss { Gamma = gamma }).Message.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void AReductionThatIsNone() =>
        Assert.Equal("BatchMean is not a valid value for reduction; it is None, Mean or Sum. (Parameter 'Reduction')\nActual value was BatchMean.",
            Assert.Throws<ArgumentOutOfRangeException>(static () => new FocalLoss { Reduction = Reduction.BatchMean }).Message.ReplaceLineEndings("\n"));

    [Fact]
    public void TargetsOfAnotherShape()
    {
        const string Message = "Target size (torch.Size([3])) must be the same as input size (torch.Size([2, 3])) (Parameter 'targets')";
        var gradient = new float[6];
        Assert.Equal(Message, Assert.Throws<ArgumentException>(() => new FocalLoss().Evaluate(
            new ReadOnlyTensorSpan<float>(new float[6], [2, 3]), new ReadOnlyTensorSpan<float>(new float[3], [3]),
            new TensorSpan<float>(gradient, [2, 3]))).Message);
        Assert.All(gradient, static g => Assert.Equal(0, g));
        Assert.Equal(Spoken.OnTape(Message),
            Assert.Throws<ArgumentException>(static () => new FocalLoss().Forward(Tensor.Zeros<float>([2, 3]), Tensor.Zeros<float>([3]))).Message);
    }

    [Fact]
    public void TheNodesHavePyTorchsNames()
    {
        var input = Tensor.Zeros<float>([2]).WithGrad(true);
        string Name(Reduction reduction) => new FocalLoss { Reduction = reduction }.Forward(input, Tensor.Zeros<float>([2])).GradFn!.Name;
        Assert.Equal(["MulBackward0", "MeanBackward0", "SumBackward0"], Reductions.All.Select(Name));
    }

    [Fact]
    public void TheGradientMayOverwriteTheLogits()
    {
        var (inputs, targets) = FocalEvaluated<double>.Draw(4, 37);
        foreach (var gamma in new[] { 0, 1, 2, 2.5 })
        {
            var (loss, memory) = (new FocalLoss { Gamma = gamma }, inputs.ToArray());
            loss.Evaluate(new ReadOnlyTensorSpan<double>(memory, [37]), new ReadOnlyTensorSpan<double>(targets, [37]), new TensorSpan<double>(memory, [37]));
            Assert.Equal(FocalEvaluated<double>.Of(loss, inputs, targets).Gradient, memory);
        }
    }

    [Fact]
    public void EvaluateAllocatesNothing()
    {
        var (inputs, targets) = FocalEvaluated<double>.Draw(4, 69);
        foreach (var gamma in new[] { 2, 2.5 }) Assert.Equal(0, Allocated(new() { Gamma = gamma, Reduction = Reduction.Mean }, inputs, targets));
    }

    private static long Allocated(FocalLoss loss, double[] inputs, double[] targets)
    {
        var (x, y) = (new double[69], new double[69]);
        var before = 0L;
        for (var i = 0; i < 3; i++) // the first rounds load the code
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            loss.Evaluate(new ReadOnlyTensorSpan<double>(inputs), new ReadOnlyTensorSpan<double>(targets), new TensorSpan<double>(x),
                new TensorSpan<double>(y));
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
