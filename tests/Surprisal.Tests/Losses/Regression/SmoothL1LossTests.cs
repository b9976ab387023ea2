using Surprisal.Kernels;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Losses;

/// <summary>The smooth absolute error: the common questions, and where the square gives way to the distance.</summary>
public sealed class SmoothL1LossTests : DivergenceLossTests
{
    private protected override IEnumerable<DenseLoss> Options(int[] shape) =>
        from reduction in Reductions.All from beta in new[] { 1, 0.3, 4, 0 } select new SmoothL1Loss { Beta = beta, Reduction = reduction };

    private protected override (double Loss, double Slope, double TargetSlope) Element(DenseLoss loss, double x, double t)
    {
        var beta = ((SmoothL1Loss)loss).Beta;
        var slope = beta == 0 ? Math.Sign(x - t) : Math.Clamp((x - t) / beta, -1, 1);
        return (slope * (x - t) - beta * slope * slope / 2, slope, -slope); // both parts in one: the line touches the square
    }

    private protected override double Target(RandomStream random) => random.Normal();

    private protected override Tensor<T> Function<T>(DenseLoss loss, Tensor<T> input, Tensor<T> target) =>
        F.SmoothL1(input, target, loss.Reduction, ((SmoothL1Loss)loss).Beta);

    [Fact]
    public void TheWorkedExampleIsOfCornersOfBoxes()
    {
        // snippet: smooth-l1
        var corners = Tensor.Create<float>([10.5f, 20, 33, 41], requiresGrad: true);
        var truth = Tensor.Create<float>([10, 20, 30, 40.5f]);

        var loss = F.SmoothL1(corners, truth, Reduction.Sum);                  // 2.75 = 0.125 + 0 + 2.5 + 0.125
        var sharper = F.SmoothL1(corners, truth, Reduction.Sum, beta: 0.5);    // 3.25 = 0.25 + 0 + 2.75 + 0.25

        loss.Backward();
        Console.WriteLine(corners.Grad);                                       // 0.5, 0, 1, 0.5
        // end
        Assert.Equal(2.75f, loss.Item());
        Assert.Equal(3.25f, sharper.Item());
        Assert.Equal([0.5f, 0, 1, 0.5f], corners.Grad!.ToArray());
    }

    [Theory, InlineData(1), InlineData(0.7), InlineData(1e-300), InlineData(1e200)]
    public void TheDistanceTouchesTheSquareAtTheLimit(double beta)
    {
        double[] x = [beta, -beta, Math.BitIncrement(beta), -Math.BitIncrement(beta), Math.BitDecrement(beta)];
        var call = DivergenceCall<double>.Of(new SmoothL1Loss { Beta = beta, Reduction = Reduction.None }, x, [5], new double[5]);
        Near.Equal<double>([.. x.Select(_ => beta / 2)], call.Losses, $"{beta}", 1e-15, 0);
        Near.Equal<double>([1, -1, 1, -1, 1], call.Gradient, $"{beta}", 1e-15, 0);
    }

    [Fact]
    public void ATinySquareHasTheRangeOfTheAnswer()
    {
        var call = DivergenceCall<double>.Of(new SmoothL1Loss { Beta = 1e-300 }, [1e-301, 0], [2], [0, 0]); // d^2 vanishes
        Near.Equal<double>([0.5e-302, 0], call.Losses, "losses", 1e-15, 0);
        Near.Equal<double>([0.05, 0], call.Gradient, "gradient", 1e-15, 0);
        var smallest = DivergenceCall<double>.Of(new SmoothL1Loss { Beta = double.Epsilon }, [double.Epsilon, 0, 1], [3], [0, 0, 0]);
        Assert.Equal([1 / 3.0, 0, 1 / 3.0], smallest.Gradient);
    }

    [Fact]
    public void TheNodeHasPyTorchsName() => Assert.All(Options([]).Where(static loss => ((SmoothL1Loss)loss).Beta > 0),
        static loss => Assert.Equal("SmoothL1LossBackward0", loss.Forward(Tensor.Ones<float>([2]).WithGrad(true), Tensor.Ones<float>([2])).GradFn!.Name));
}
