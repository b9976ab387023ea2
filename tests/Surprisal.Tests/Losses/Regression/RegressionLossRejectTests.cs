using System.Numerics.Tensors;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Losses;

/// <summary>The losses of differences, question 6: do they reject, with the whole message, before anything is written?</summary>
public sealed class RegressionLossRejectTests
{
    private static readonly DenseLoss[] Losses = [new MseLoss(), new L1Loss(), new HuberLoss(), new SmoothL1Loss(), new SmoothL1Loss { Beta = 0 }];

    [Theory]
    [InlineData(new[] { 3, 1 }, new[] { 3 }, "[3]", "[3, 1]")]
    [InlineData(new[] { 3 }, new[] { 3, 1 }, "[3, 1]", "[3]")]
    [InlineData(new[] { 2, 3 }, new[] { 3 }, "[3]", "[2, 3]")]
    [InlineData(new[] { 2, 3 }, new[] { 1 }, "[1]", "[2, 3]")]
    [InlineData(new[] { 2, 3 }, new[] { 4 }, "[4]", "[2, 3]")]
    public void TargetsOfAnotherShape(int[] inputs, int[] targets, string targetSize, string inputSize)
    {
        var message = $"Using a target size (torch.Size({targetSize})) that is different to the input size (torch.Size({inputSize})). " +
            "This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size: " +
            "nothing is repeated here unless Expand says so. (Parameter 'targets')";
        foreach (var loss in Losses)
        {
            var (x, t, gradient) = (new float[Shape.Length(inputs)], new float[Shape.Length(targets)], new float[Shape.Length(inputs)]);
            Array.Fill(gradient, 7);
            Assert.Equal(message, Assert.Throws<ArgumentException>(() => loss.Evaluate(new ReadOnlyTensorSpan<float>(x, DivergenceCall<float>.Lengths(inputs)),
                new ReadOnlyTensorSpan<float>(t, DivergenceCall<float>.Lengths(targets)),
                new TensorSpan<float>(gradient, DivergenceCall<float>.Lengths(inputs)))).Message);
            Assert.All(gradient, static g => Assert.Equal(7, g));
            Assert.Equal(message.Replace("'targets'", "'target'", StringComparison.Ordinal),
                Assert.Throws<ArgumentException>(() => loss.Forward(Tensor.Zeros<float>(inputs), Tensor.Zeros<float>(targets))).Message);
        }
    }

    [Theory, InlineData(0, "0"), InlineData(-1e-9, "-1E-09"), InlineData(double.NaN, "NaN"), InlineData(double.NegativeInfinity, "-Infinity")]
    public void ADeltaThatIsNoLimit(double delta, string text) =>
        Assert.Equal($"huber_loss does not support non-positive values for delta: Delta is {text}; it is the error up to which the loss is a square, " +
            $"so it must be more than 0. (Parameter 'Delta')\nActual value was {text}.", Message(() => new HuberLoss { Delta = delta }));

    [Theory, InlineData(-1e-9, "-1E-09"), InlineData(double.NaN, "NaN"), InlineData(double.NegativeInfinity, "-Infinity")]
    public void ABetaThatIsNoLimit(double beta, string text) =>
        Assert.Equal($"smooth_l1_loss does not support negative values for beta: Beta is {text}; it is the error below which the loss is a square, " +
            $"so it must be 0 or more. (Parameter 'Beta')\nActual value was {text}.", Message(() => new SmoothL1Loss { Beta = beta }));

    [Fact]
    public void TheFunctionsRefuseThemToo()
    {
        var x = Tensor.Zeros<float>([2]);
        Assert.Equal("Delta", Assert.Throws<ArgumentOutOfRangeException>(() => F.Huber(x, x, delta: 0)).ParamName);
        Assert.Equal("Beta", Assert.Throws<ArgumentOutOfRangeException>(() => F.SmoothL1(x, x, beta: -1)).ParamName);
        foreach (var call in new Action[] { () => F.Mse(x, x, (MseLoss)null!), () => F.L1(x, x, (L1Loss)null!), () => F.Huber(x, x, (HuberLoss)null!),
            () => F.SmoothL1(x, x, (SmoothL1Loss)null!) })
            Assert.Equal("options", Assert.Throws<ArgumentNullException>(call).ParamName);
    }

    [Fact]
    public void AReductionThatIsNone()
    {
        foreach (var make in new Func<DenseLoss>[] { static () => new MseLoss { Reduction = Reduction.BatchMean },
            static () => new L1Loss { Reduction = Reduction.BatchMean }, static () => new HuberLoss { Reduction = Reduction.BatchMean },
            static () => new SmoothL1Loss { Reduction = Reduction.BatchMean } })
            Assert.Equal("BatchMean is not a valid value for reduction; it is None, Mean or Sum. (Parameter 'Reduction')\nActual value was BatchMean.",
                Message(make));
    }

    private static string Message(Func<DenseLoss> make) => Assert.Throws<ArgumentOutOfRangeException>(() => make()).Message.ReplaceLineEndings("\n");
}
