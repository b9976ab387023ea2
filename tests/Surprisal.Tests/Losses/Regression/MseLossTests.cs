using Surprisal.Kernels;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Losses;

/// <summary>The mean squared error: the common questions, and its range.</summary>
public sealed class MseLossTests : DivergenceLossTests
{
    private protected override IEnumerable<DenseLoss> Options(int[] shape) => Reductions.All.Select(static reduction => new MseLoss { Reduction = reduction });

    private protected override (double Loss, double Slope, double TargetSlope) Element(DenseLoss loss, double x, double t) =>
        ((x - t) * (x - t), 2 * (x - t), 2 * (t - x));

    private protected override double Target(RandomStream random) => random.Normal();

    private protected override Tensor<T> Function<T>(DenseLoss loss, Tensor<T> input, Tensor<T> target) => F.Mse(input, target, loss.Reduction);

    [Fact]
    public void TheWorkedExampleAveragesSquares()
    {
        // snippet: mse
        var prices = Tensor.Create<float>([200, 310, 150], requiresGrad: true);
        var paid = Tensor.Create<float>([210, 300, 180]);

        var loss = F.Mse(prices, paid);                                    // 366.6667 = (100 + 100 + 900) / 3
        var each = F.Mse(prices, paid, Reduction.None);                    // 100, 100, 900
        var masked = F.Mse(prices, paid, sampleWeights: Tensor.Create<float>([1, 1, 0]));   // 100: the last is not there

        loss.Backward();
        Console.WriteLine(prices.Grad);                                    // -6.6667, 6.6667, -20
        // end
        Assert.Equal(1100 / 3f, loss.Item());
        Assert.Equal([100, 100, 900], each.ToArray());
        Assert.Equal(100, masked.Item());
        Assert.Equal([-20 / 3f, 20 / 3f, -20], prices.Grad!.ToArray());
    }

    [Fact]
    public void SquaresThatOnlyFloatsCannotHoldDoNotSpoilTheMean()
    {
        var call = DivergenceCall<float>.Of(new MseLoss(), [2e19f, 1, -3e38f, 0], [4], [0, 1, 3e38f, 0]);
        Assert.Equal([float.PositiveInfinity, 0, float.PositiveInfinity, 0], call.Losses);
        Assert.Equal([1e19f, 0, (float)(-2.0 * 2 * 3e38f / 4), 0], call.Gradient); // PyTorch's third is -infinity: 6e38 is no float
        Assert.Equal(3.6e77 / 4, call.Result.Value, 1e71);
        var fits = Tensor.Create<float>([2e19f, 0, 0, 0], requiresGrad: true);
        Assert.Equal((float)(2e19f * (double)2e19f / 4), F.Mse(fits, Tensor.Zeros<float>([4])).Item()); // PyTorch's is infinity: 4e38 is none either
    }

    [Fact]
    public void TheGradientOfAMeanHasTheRangeOfTheAnswer()
    {
        var call = DivergenceCall<double>.Of(new MseLoss(), [1.5e308, -1e-200], [2], [0, 0]);
        Assert.Equal([1.5e308, -1e-200], call.Gradient); // 2 d / 2, though 2 d is infinite
        Assert.Equal([-1.5e308, 1e-200], call.TargetGradient);
    }

    [Fact]
    public void TheNodeHasPyTorchsName() => Assert.All(Options([]),
        static loss => Assert.Equal("MseLossBackward0", loss.Forward(Tensor.Ones<float>([2]).WithGrad(true), Tensor.Ones<float>([2])).GradFn!.Name));
}
