using Surprisal.Kernels;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Losses;

/// <summary>The mean absolute error: the common questions, and its corner.</summary>
public sealed class L1LossTests : DivergenceLossTests
{
    private protected override IEnumerable<DenseLoss> Options(int[] shape) => Reductions.All.Select(static reduction => new L1Loss { Reduction = reduction });

    private protected override (double Loss, double Slope, double TargetSlope) Element(DenseLoss loss, double x, double t) =>
        (Math.Abs(x - t), Math.Sign(x - t), Math.Sign(t - x));

    private protected override double Target(RandomStream random) => random.Normal();

    private protected override Tensor<T> Function<T>(DenseLoss loss, Tensor<T> input, Tensor<T> target) => F.L1(input, target, loss.Reduction);

    [Fact]
    public void TheWorkedExampleAveragesDistances()
    {
        // snippet: l1
        var prices = Tensor.Create<float>([200, 310, 150, 90], requiresGrad: true);
        var paid = Tensor.Create<float>([210, 300, 180, 90]);

        var loss = F.L1(prices, paid);         // 12.5 = (10 + 10 + 30 + 0) / 4

        loss.Backward();
        Console.WriteLine(prices.Grad);        // -0.25, 0.25, -0.25, 0: every error pulls alike, the last one has none
        // end
        Assert.Equal(12.5f, loss.Item());
        Assert.Equal([-0.25f, 0.25f, -0.25f, 0], prices.Grad!.ToArray());
    }

    [Fact]
    public void TheGradientIsZeroWhereThereIsNoDirection()
    {
        double[] x = [3, 0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity], t = [3, -0.0, 0, 1, double.PositiveInfinity, 0];
        var call = DivergenceCall<double>.Of(new L1Loss { Reduction = Reduction.Sum }, x, [6], t);
        Assert.Equal([0, 0, 0, 0, 0, -1], call.Gradient.Select(static g => g + 0.0)); // PyTorch's sign(NaN) is 0 too
        Assert.Equal([0, 0, 0, double.NaN, double.NaN, double.PositiveInfinity], call.Losses);
    }

    /// <summary>PyTorch composes the loss: the last operation is the node.</summary>
    [Fact]
    public void TheNodesHavePyTorchsNames()
    {
        var input = Tensor.Ones<float>([2]).WithGrad(true);
        foreach (var make in new Func<Reduction, DenseLoss>[]
            { static reduction => new L1Loss { Reduction = reduction }, static reduction => new SmoothL1Loss { Beta = 0, Reduction = reduction } })
            Assert.Equal(["AbsBackward0", "MeanBackward0", "SumBackward0"],
                Reductions.All.Select(reduction => make(reduction).Forward(input, Tensor.Ones<float>([2])).GradFn!.Name));
    }
}
