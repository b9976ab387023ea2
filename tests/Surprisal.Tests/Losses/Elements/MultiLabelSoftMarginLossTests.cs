using Surprisal.Kernels;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Losses;

/// <summary>The multi-label loss: the common questions, and what only it has: rows, their weights and their limits.</summary>
public sealed class MultiLabelSoftMarginLossTests : DivergenceLossTests
{
    private protected override IEnumerable<DenseLoss> Options(int[] shape) =>
        from reduction in Reductions.All
        from weight in Weights(shape)
        select new MultiLabelSoftMarginLoss { Reduction = reduction, Weight = weight };

    private static IEnumerable<ElementWeights?> Weights(int[] shape)
    {
        yield return null;
        yield return ElementWeights.Create(Numbers(shape[^1]));
        if (shape.Length > 1) yield return ElementWeights.Create(Numbers(shape[^2]), [shape[^2], 1]);
    }

    private static double[] Numbers(int length) => [.. Enumerable.Range(0, length).Select(static i => 0.25 * (1 + i * 5 % 7))];

    private protected override (double Loss, double Slope, double TargetSlope) Element(DenseLoss loss, double x, double t)
    {
        var p = 1 / (1 + Math.Exp(-x));
        return (-t * Math.Log(p) - (1 - t) * Math.Log(1 / (1 + Math.Exp(x))), p - t, -x);
    }

    private protected override double Target(RandomStream random) => random.Below(3) == 0 ? random.Uniform() : random.Below(2);

    private protected override Tensor<T> Function<T>(DenseLoss loss, Tensor<T> input, Tensor<T> target) =>
        F.MultiLabelSoftMargin(input, target, ((MultiLabelSoftMarginLoss)loss).Weight, loss.Reduction);

    [Fact]
    public void TheWorkedExampleHasOneLossForEachPicture()
    {
        // snippet: multilabelsoftmargin
        var logits = Tensor.Create<double>([[2, -1, 0], [-3, 1, 4]], requiresGrad: true);    // cat, dog, bird in two pictures
        var labels = Tensor.Create<double>([[1, 0, 0], [0, 1, 1]]);

        Console.WriteLine(F.MultiLabelSoftMargin(logits, labels, reduction: Reduction.None));    // tensor([0.3778, 0.1267], ...
        Console.WriteLine(F.MultiLabelSoftMargin(logits, labels));                               // tensor(0.2522, ...
        Console.WriteLine(F.MultiLabelSoftMargin(logits, labels, weight: [1, 1, 3]));            // tensor(0.4893, ...
        // end
        static double Softplus(double x) => Math.Log(1 + Math.Exp(x));
        double first = Softplus(-2) + Softplus(-1), last = Softplus(-3) + Softplus(-1);
        Near.Equal<double>([(first + Softplus(0)) / 3, (last + Softplus(-4)) / 3], F.MultiLabelSoftMargin(logits, labels, reduction: Reduction.None).ToArray(),
            "none", 1e-14, 0);
        Assert.StartsWith("tensor([0.3778, 0.1267], ", F.MultiLabelSoftMargin(logits, labels, reduction: Reduction.None).ToString(), StringComparison.Ordinal);
        Assert.Equal((first + Softplus(0) + last + Softplus(-4)) / 6, F.MultiLabelSoftMargin(logits, labels).Item(), 1e-15);
        Assert.StartsWith("tensor(0.2522, ", F.MultiLabelSoftMargin(logits, labels).ToString(), StringComparison.Ordinal);
        Assert.Equal((first + 3 * Softplus(0) + last + 3 * Softplus(-4)) / 6, F.MultiLabelSoftMargin(logits, labels, weight: [1, 1, 3]).Item(), 1e-15);
        Assert.StartsWith("tensor(0.4893, ", F.MultiLabelSoftMargin(logits, labels, weight: [1, 1, 3]).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ItIsTheMeanOfTheBinaryLossOverTheClasses()
    {
        var (x, t) = (Tensor.Randn<double>([4, 3, 5], new Seed(1)), Tensor.Randn<double>([4, 3, 5], new Seed(2)));
        var rows = new MultiLabelSoftMarginLoss { Reduction = Reduction.None, Weight = [1, 2, 3, 4, 5] }.Forward(x, t);
        Assert.Equal([4, 3], rows.Shape);
        Near.Equal<double>(new BceWithLogitsLoss { Reduction = Reduction.None, Weight = [1, 2, 3, 4, 5] }.Forward(x, t).Mean(2).ToArray(), rows.ToArray(),
            "rows", 1e-14, 1e-15);
    }

    [Theory]
    [InlineData(double.PositiveInfinity, 1, 0), InlineData(double.NegativeInfinity, 0, 0), InlineData(double.NegativeInfinity, 0.5, double.PositiveInfinity),
        InlineData(double.NegativeInfinity, 1, double.PositiveInfinity)]
    public void InfiniteLogitsHaveTheirLimits(double x, double y, double loss)
    {
        // PyTorch gives NaN for all four.
        var call = DivergenceCall<float>.Of(new MultiLabelSoftMarginLoss { Reduction = Reduction.None }, [(float)x, 0], [1, 2], [(float)y, 1]);
        Near.Equal<float>([(loss + Math.Log(2)) / 2], call.Losses, "loss");
        Near.Equal<float>([((x > 0 ? 1 : 0) - y) / 2, -0.25], call.Gradient, "gradient");
    }

    [Theory, InlineData(new[] { 2, 0 }, 2), InlineData(new[] { 3, 2, 0 }, 6)]
    public void ARowOfNoClassesIsNaNUnlessItIsLeftOut(int[] shape, int rows)
    {
        var (nothing, kept) = (DivergenceCall<float>.Of(new MultiLabelSoftMarginLoss(), [], shape, []),
            DivergenceCall<float>.Of(new MultiLabelSoftMarginLoss { Reduction = Reduction.Sum }, [], shape, [], sampleWeights: new float[rows]));
        Assert.Equal((double.NaN, rows), (nothing.Result.Value, nothing.Result.Divisor));
        Assert.All(nothing.Losses, static l => Assert.Equal(float.NaN, l));
        Assert.Equal(0, kept.Result.Value);
        Assert.Equal(new float[rows], kept.Losses);
    }

    [Theory]
    [InlineData(new int[0], new int[0],
        "Dimension specified as -1 but tensor has no dimensions: rank 0 has no classes; inputs need (C), (N, C) or (N, d1 .. dK, C). (Parameter 'inputs')")]
    [InlineData(new[] { 2, 3 }, new[] { 4, 3 }, "The size of tensor a (2) must match the size of tensor b (4) at non-singleton dimension 0: " +
        "targets of shape [4, 3] cannot broadcast to inputs of shape [2, 3]. (Parameter 'targets')")]
    [InlineData(new[] { 3 }, new[] { 2, 3 }, "output with shape [3] doesn't match the broadcast shape [2, 3]: targets of shape [2, 3] would repeat inputs; " +
        "only targets can be repeated here. (Parameter 'targets')")]
    public void ShapesThatDoNotFitAreRefused(int[] inputs, int[] targets, string message) =>
        Assert.Equal(Spoken.OnTape(message),
            Assert.Throws<ArgumentException>(() => new MultiLabelSoftMarginLoss().Forward(Tensor.Zeros<float>(inputs), Tensor.Zeros<float>(targets))).Message);

    [Theory]
    [InlineData(new[] { 2 }, "The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1: " +
        "Weight of shape [2] does not broadcast to [2, 3]. (Parameter 'Weight')")]
    [InlineData(new[] { 1, 2, 3 },
        "output with shape [2, 3] doesn't match the broadcast shape [1, 2, 3]: Weight has more dimensions than what it weighs. (Parameter 'Weight')")]
    public void WeightsThatDoNotFitAreRefused(int[] shape, string message)
    {
        var loss = new MultiLabelSoftMarginLoss { Weight = ElementWeights.Create(Numbers(Shape.Length(shape)), DivergenceCall<float>.Lengths(shape)) };
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => loss.Forward(Tensor.Zeros<float>([2, 3]), Tensor.Zeros<float>([2, 3]))).Message);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => DivergenceCall<float>.Of(loss, new float[6], [2, 3], new float[6])).Message);
    }

    [Theory, InlineData(Reduction.None, "DivBackward0"), InlineData(Reduction.Mean, "MeanBackward0"), InlineData(Reduction.Sum, "SumBackward0")]
    public void TheNodeHasPyTorchsName(Reduction reduction, string name) =>
        Assert.Equal(name,
            new MultiLabelSoftMarginLoss { Reduction = reduction }.Forward(Tensor.Ones<float>([2, 2]).WithGrad(true), Tensor.Ones<float>([2, 2])).GradFn!.Name);
}
