using Surprisal.Kernels;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Losses;

/// <summary>Huber's loss: the common questions, and where the square gives way to the line.</summary>
public sealed class HuberLossTests : DivergenceLossTests
{
    private protected override IEnumerable<DenseLoss> Options(int[] shape) =>
        from reduction in Reductions.All from delta in new[] { 1, 0.3, 4 } select new HuberLoss { Delta = delta, Reduction = reduction };

    private protected override (double Loss, double Slope, double TargetSlope) Element(DenseLoss loss, double x, double t)
    {
        var delta = ((HuberLoss)loss).Delta;
        var slope = Math.Clamp(x - t, -delta, delta);
        return (slope * (x - t) - slope * slope / 2, slope, -slope); // both parts in one: the line touches the square
    }

    private protected override double Target(RandomStream random) => random.Normal();

    private protected override Tensor<T> Function<T>(DenseLoss loss, Tensor<T> input, Tensor<T> target) =>
        F.Huber(input, target, loss.Reduction, ((HuberLoss)loss).Delta);

    [Fact]
    public void TheWorkedExampleHardlySeesTheOutlier()
    {
        // snippet: huber
        var heights = Tensor.Create<float>([1.5f, 2.0f, 1.0f], requiresGrad: true);
        var measured = Tensor.Create<float>([1.75f, 1.5f, 101]);                   // the last in centimetres, nearly

        var loss = F.Huber(heights, measured, Reduction.Sum, delta: 0.5);          // 50.03125 = 0.03125 + 0.125 + 0.5 (100 - 0.25)
        var squares = F.Mse(heights, measured, Reduction.Sum);                     // 10000.3125

        loss.Backward();
        Console.WriteLine(heights.Grad);                                           // -0.25, 0.5, -0.5: it pulls no harder than 0.5
        // end
        Assert.Equal(50.03125f, loss.Item());
        Assert.Equal(10000.3125f, squares.Item());
        Assert.Equal([-0.25f, 0.5f, -0.5f], heights.Grad!.ToArray());
    }

    [Theory, InlineData(1), InlineData(0.7), InlineData(1e-300), InlineData(1e200)]
    public void TheLineTouchesTheSquareAtTheLimit(double delta)
    {
        double[] x = [delta, -delta, Math.BitIncrement(delta), -Math.BitIncrement(delta), Math.BitDecrement(delta)];
        var call = DivergenceCall<double>.Of(new HuberLoss { Delta = delta, Reduction = Reduction.None }, x, [5], new double[5]);
        Near.Equal<double>([.. x.Select(_ => delta * delta / 2)], call.Losses, $"{delta}", 1e-15, 0);
        Assert.Equal([delta, -delta, delta, -delta, Math.BitDecrement(delta)], call.Gradient);
    }

    [Fact]
    public void OfInfinitePlacesOnlyTheSignCounts()
    {
        var call = DivergenceCall<float>.Of(new HuberLoss { Delta = 0.7 }, [float.PositiveInfinity, float.NegativeInfinity], [2], [5, float.PositiveInfinity]);
        Assert.Equal([0.35f, -0.35f], call.Gradient);
        Assert.Equal(double.PositiveInfinity, call.Result.Value);
    }

    [Fact]
    public void AWeightedMeanDividesByTheWeights()
    {
        var (input, target, weights) = (Tensor.Create<float>([1, 3, 0]), Tensor.Zeros<float>([3]), Tensor.Create<float>([2, 1, 0]));
        Assert.Equal((2 * 0.5f + 2.5f) / 3, F.Huber(input, target, sampleWeights: weights).Item());
        Assert.Equal((2 * 0.5f + 2.5f) / 3, F.Huber(input, target, new HuberLoss { Normalizer = 3 }, weights).Item());
        Assert.Equal((2 * 0.5f + 2.5f) / 4, F.Huber(input, target, new HuberLoss { Normalizer = 4 }, weights).Item()); // PyTorch's, if there were four
    }

    [Fact]
    public void AHalfSquareHasTheRangeOfTheAnswer() =>
        Assert.Equal(1.6e154 * 0.5 * 1.6e154, DivergenceCall<double>.Of(new HuberLoss { Delta = 1e155 }, [1.6e154], [1], [0]).Losses[0]); // its square has not

    [Fact]
    public void TheNodeHasPyTorchsName() => Assert.All(Options([]),
        static loss => Assert.Equal("HuberLossBackward0", loss.Forward(Tensor.Ones<float>([2]).WithGrad(true), Tensor.Ones<float>([2])).GradFn!.Name));
}
