using Surprisal.Kernels;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Losses;

/// <summary>The logistic loss: the common questions, and what PyTorch gets wrong: overflow, the tail, infinite logits.</summary>
public sealed class SoftMarginLossTests : DivergenceLossTests
{
    private protected override IEnumerable<DenseLoss> Options(int[] shape) =>
        Reductions.All.Select(static reduction => new SoftMarginLoss { Reduction = reduction });

    private protected override (double Loss, double Slope, double TargetSlope) Element(DenseLoss loss, double x, double t)
    {
        var right = 1 / (1 + Math.Exp(-t * x));
        return (-Math.Log(right), t * (right - 1), x * (right - 1));
    }

    private protected override double Target(RandomStream random) => random.Below(3) == 0 ? 0.7 * random.Normal() : random.Below(2) == 0 ? -1 : 1;

    private protected override Tensor<T> Function<T>(DenseLoss loss, Tensor<T> input, Tensor<T> target) => F.SoftMargin(input, target, loss.Reduction);

    [Fact]
    public void TheWorkedExampleIsTheBinaryCrossEntropyOfSigns()
    {
        // snippet: softmargin
        var logits = Tensor.Create<double>([2, -1, -3], requiresGrad: true);
        var signs = Tensor.Create<double>([1, 1, -1]);

        var loss = new SoftMarginLoss().Forward(logits, signs);
        Console.WriteLine(loss);           // tensor(0.4963, dtype=torch.float64, grad_fn=<SoftMarginLossBackward0>)

        var same = new BceWithLogitsLoss().Forward(logits, Tensor.Create<double>([1, 1, 0]));
        Console.WriteLine(same.Item() == loss.Item());    // True
        // end
        Assert.Equal((Math.Log(1 + Math.Exp(-2)) + Math.Log(1 + Math.Exp(1)) + Math.Log(1 + Math.Exp(-3))) / 3, loss.Item(), 1e-15);
        Assert.Equal("tensor(0.4963, dtype=torch.float64, grad_fn=<SoftMarginLossBackward0>)", loss.ToString());
        Assert.Equal(same.Item(), loss.Item());
    }

    [Theory]
    [InlineData(-100, 1, 100, -1), InlineData(100, -1, 100, 1), InlineData(-90, 1, 90, -1), InlineData(-1e30, 1, 1e30, -1), InlineData(1e30, 1, 0, 0)]
    [InlineData(double.PositiveInfinity, -1, double.PositiveInfinity, 1), InlineData(double.NegativeInfinity, 1, double.PositiveInfinity, -1)]
    [InlineData(double.PositiveInfinity, 1, 0, 0), InlineData(double.NegativeInfinity, -1, 0, 0), InlineData(1, double.PositiveInfinity, 0, 0),
        InlineData(1, double.NegativeInfinity, double.PositiveInfinity, double.PositiveInfinity)]
    public void NothingOverflows(double x, double y, double loss, double gradient)
    {
        // PyTorch gives infinity from |x| = 89 in float and 710 in double, and a gradient of NaN.
        var narrow = DivergenceCall<float>.Of(new SoftMarginLoss(), [(float)x], [1], [(float)y]);
        Near.Equal<float>([loss, gradient], [narrow.Losses[0], narrow.Gradient[0]], "float", 1e-7, 1e-38);
        var wide = DivergenceCall<double>.Of(new SoftMarginLoss(), [x], [1], [y]);
        Near.Equal<double>([loss, gradient], [wide.Losses[0], wide.Gradient[0]], "double", 1e-15, 1e-38);
        Assert.False(double.IsNaN(wide.TargetGradient[0]));
    }

    [Theory, InlineData(15), InlineData(20), InlineData(40), InlineData(80)]
    public void TheTailKeepsItsRelativeAccuracy(double x)
    {
        var e = Math.Exp(-x); // log(1 + e) = e - e^2 / 2 + e^3 / 3 to all digits for e this small
        var expected = e - e * e / 2 + e * e * e / 3;
        Assert.Equal(expected, DivergenceCall<double>.Of(new SoftMarginLoss(), [x], [1], [1]).Losses[0], 4e-16 * expected);
        Assert.InRange(Near.Ulps((float)expected, DivergenceCall<float>.Of(new SoftMarginLoss(), [(float)x], [1], [1]).Losses[0]), 0, 2);
    }

    [Theory]
    [InlineData(new[] { 2, 3 }, new[] { 4, 3 }, "The size of tensor a (2) must match the size of tensor b (4) at non-singleton dimension 0: " +
        "targets of shape [4, 3] cannot broadcast to inputs of shape [2, 3]. (Parameter 'targets')")]
    [InlineData(new[] { 3 }, new[] { 2, 3 }, "output with shape [3] doesn't match the broadcast shape [2, 3]: targets of shape [2, 3] would repeat inputs; " +
        "only targets can be repeated here. (Parameter 'targets')")]
    [InlineData(new[] { 3, 1 }, new[] { 4 }, "output with shape [3, 1] doesn't match the broadcast shape [3, 4]: targets of shape [4] would repeat inputs; " +
        "only targets can be repeated here. (Parameter 'targets')")]
    [InlineData(new[] { 3 }, new[] { 1, 3 }, "output with shape [3] doesn't match the broadcast shape [1, 3]: targets of shape [1, 3] would repeat inputs; " +
        "only targets can be repeated here. (Parameter 'targets')")]
    public void ShapesThatDoNotFitAreRefused(int[] inputs, int[] targets, string message)
    {
        Assert.Equal(Spoken.OnTape(message),
            Assert.Throws<ArgumentException>(() => new SoftMarginLoss().Forward(Tensor.Zeros<float>(inputs), Tensor.Zeros<float>(targets))).Message);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() =>
            DivergenceCall<float>.Of(new SoftMarginLoss(), new float[Shape.Length(inputs)], inputs, new float[Shape.Length(targets)], targets)).Message);
    }

    [Fact]
    public void TheNodeHasPyTorchsName() =>
        Assert.All(Options([]),
            static loss => Assert.Equal("SoftMarginLossBackward0", loss.Forward(Tensor.Ones<float>([2]).WithGrad(true), Tensor.Ones<float>([2])).GradFn!.Name));
}
