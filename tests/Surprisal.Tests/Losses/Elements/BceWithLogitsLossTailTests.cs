namespace Surprisal.Tests.Losses;

/// <summary>Question 5: how exact is it, in the tails too? The truth has 50 digits.</summary>
public sealed class BceWithLogitsLossTailTests
{
    private static readonly BinaryGolden golden = BinaryGolden.Open("binaryexact");

    [Fact]
    public void LossAndGradientAreWithinTwoUlpsForLogitsUpToOneHundredInFloat() => Check<float>("float32");

    [Fact]
    public void LossAndGradientAreWithinTwoUlpsForLogitsUpToOneHundredInDouble() => Check<double>("float64");

    private static void Check<T>(string dtype) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var rows = golden.Tails.Single(t => t.Dtype == dtype).Rows;
        Assert.Equal(2 * 607, rows.Length);
        var loss = new BceWithLogitsLoss { Reduction = Reduction.None };
        var z = Array.ConvertAll(rows, static row => T.CreateTruncating(row[0]));
        int[] shape = [z.Length];
        var no = BinaryAnswer<T>.Of(loss, z, new T[z.Length], shape);
        var yes = BinaryAnswer<T>.Of(loss, Array.ConvertAll(z, static v => -v), Array.ConvertAll(z, static _ => T.One), shape); // l(z, 0) = l(-z, 1)
        for (var i = 0; i < z.Length; i++)
        {
            var (softplus, sigma) = (rows[i][1], rows[i][2]);
            Within(softplus, no.Losses[i], $"loss of {z[i]} and 0");
            Within(softplus, yes.Losses[i], $"loss of {-z[i]} and 1");
            Within(sigma, no.Gradient[i], $"gradient of {z[i]} and 0");
            Within(-sigma, yes.Gradient[i], $"gradient of {-z[i]} and 1");
            Assert.Equal(-z[i], no.TargetGradient[i]); // without a pos_weight it is -z exactly
        }
    }

    private static void Within<T>(double truth, T actual, string about) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var nearest = T.Abs(T.CreateTruncating(truth));
        var unit = double.CreateTruncating(T.BitIncrement(nearest) - nearest);
        var ulps = Math.Abs(double.CreateTruncating(actual) - truth) / unit;
        Assert.True(ulps <= 2, $"{about} is {actual:R}, {ulps:0.00} ulps from {truth:R}.");
    }

    [Theory]
    [InlineData(20, 1, 2.0611536e-9f, -2.0611536e-9f)] // the same in PyTorch 2.10, but its gradient is 0
    [InlineData(-20, 0, 2.0611536e-9f, 2.0611536e-9f)] // 0 in PyTorch 2.10
    [InlineData(-10, 0, 4.5398898e-5f, 4.5397868e-5f)] // 4.5776e-5 in PyTorch 2.10
    public void TheTableOfPrecisionHolds(float z, float y, float expected, float gradient)
    {
        var input = Tensor.Create<float>([z], requiresGrad: true);
        var loss = new BceWithLogitsLoss().Forward(input, Tensor.Create<float>([y]));
        loss.Backward();
        Assert.InRange(Near.Ulps(expected, loss.Item()), 0, 2);
        Assert.InRange(Near.Ulps(gradient, input.Grad!.ToArray()[0]), 0, 2);
    }

    [Theory]
    [InlineData(float.PositiveInfinity, 0, float.PositiveInfinity, 1)]
    [InlineData(float.PositiveInfinity, 0.5f, float.PositiveInfinity, 0.5f)]
    [InlineData(float.PositiveInfinity, 1, 0, 0)]
    [InlineData(float.NegativeInfinity, 0, 0, 0)]
    [InlineData(float.NegativeInfinity, 0.5f, float.PositiveInfinity, -0.5f)]
    [InlineData(float.NegativeInfinity, 1, float.PositiveInfinity, -1)]
    public void InfiniteLogitsHaveTheirLimits(float z, float y, float loss, float gradient)
    {
        var input = Tensor.Create<float>([z], requiresGrad: true);
        var output = new BceWithLogitsLoss().Forward(input, Tensor.Create<float>([y]));
        output.Backward();
        Assert.Equal(loss, output.Item());
        Assert.Equal(gradient, input.Grad!.ToArray()[0]);
    }

    [Fact]
    public void ANaNLogitIsNaNWhateverItsFactor()
    {
        foreach (var positive in new ElementWeights?[] { null, [3], [0] })
        foreach (var y in new[] { 0, 0.5, 1 })
        {
            var answer = BinaryAnswer<double>.Of(new BceWithLogitsLoss { PosWeight = positive }, [double.NaN], [y], [1]);
            Assert.Equal([double.NaN, double.NaN, double.NaN], new[] { answer.Losses[0], answer.Gradient[0], answer.TargetGradient[0] });
        }
    }
}
