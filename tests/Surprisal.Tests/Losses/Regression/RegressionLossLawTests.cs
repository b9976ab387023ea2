using Surprisal.Kernels;
using F = Surprisal.Functional;

namespace Surprisal.Tests.Losses;

/// <summary>Question 4 for the losses of differences: floats are doubles rounded once, both sides are alike, and the four are one family.</summary>
public sealed class RegressionLossLawTests
{
    private static readonly DenseLoss[] Losses =
    [
        new MseLoss(), new L1Loss(), new HuberLoss { Delta = 0.7 }, new HuberLoss { Delta = double.PositiveInfinity }, new SmoothL1Loss { Beta = 0.7 },
        new SmoothL1Loss { Beta = 0 }, new SmoothL1Loss { Beta = 1e-3, Reduction = Reduction.Sum }, new HuberLoss { Reduction = Reduction.None },
    ];

    public static TheoryData<int> Which => [.. Enumerable.Range(0, Losses.Length)];

    [Theory, MemberData(nameof(Which))]
    public void FloatsAreDoublesRoundedOnce(int which)
    {
        foreach (var length in new[] { 1, 7, 16, 17, 33, 1000, 40_003 })
        foreach (var weighted in new[] { false, true })
        {
            var (x, t, s) = Draw(length);
            var narrow = DivergenceCall<float>.Of(Losses[which], x, [length], t, sampleWeights: weighted ? s : null);
            var wide = DivergenceCall<double>.Of(Losses[which], Wide(x), [length], Wide(t), sampleWeights: weighted ? Wide(s) : null);
            Assert.Equal(Array.ConvertAll(wide.Losses, static v => (float)v), narrow.Losses);
            Assert.Equal(Array.ConvertAll(wide.Gradient, static v => (float)v), narrow.Gradient);
            Assert.Equal(Array.ConvertAll(wide.TargetGradient, static v => (float)v), narrow.TargetGradient);
            Assert.Equal(wide.Result.Value, narrow.Result.Value, 1e-15 * Math.Abs(wide.Result.Value));
        }
    }

    [Theory, MemberData(nameof(Which))]
    public void BothSidesAreAlike(int which)
    {
        var (x, t, _) = Draw(100);
        var (there, back) = (DivergenceCall<float>.Of(Losses[which], x, [100], t), DivergenceCall<float>.Of(Losses[which], t, [100], x));
        Assert.Equal(there.Losses, back.Losses);
        Assert.Equal(there.Gradient, back.TargetGradient);
        Assert.Equal(there.TargetGradient, back.Gradient);
        Assert.Equal(Array.ConvertAll(there.Gradient, static g => -g), there.TargetGradient);
    }

    [Theory, MemberData(nameof(Which))]
    public void MovingBothMovesNothing(int which)
    {
        double[] x = [.. Enumerable.Range(0, 40).Select(static i => i * i % 23 / 8.0)], t = [.. Enumerable.Range(0, 40).Select(static i => i * 7 % 19 / 4.0)];
        var (here, there) = (DivergenceCall<double>.Of(Losses[which], x, [40], t),
            DivergenceCall<double>.Of(Losses[which], Array.ConvertAll(x, static v => v + 1024), [40], Array.ConvertAll(t, static v => v + 1024)));
        Assert.Equal(here.Result, there.Result);
        Assert.Equal(here.Gradient, there.Gradient);
    }

    [Fact]
    public void TheFourAreOneFamily()
    {
        var (x, t, _) = Draw(200);
        DivergenceCall<float> Of(DenseLoss loss) => DivergenceCall<float>.Of(loss, x, [200], t);
        Assert.Equal(Of(new L1Loss()).Losses, Of(new SmoothL1Loss { Beta = 0 }).Losses);
        Assert.Equal(Of(new L1Loss()).Gradient, Of(new SmoothL1Loss { Beta = 0 }).Gradient);
        Assert.Equal(Of(new HuberLoss()).Losses, Of(new SmoothL1Loss()).Losses);
        Assert.Equal(Of(new HuberLoss()).Gradient, Of(new SmoothL1Loss()).Gradient);
        var (huber, smooth) = (Of(new HuberLoss { Delta = 0.25 }), Of(new SmoothL1Loss { Beta = 0.25 }));
        Assert.Equal(Array.ConvertAll(smooth.Losses, static v => v / 4), huber.Losses);
        Assert.Equal(Array.ConvertAll(smooth.Gradient, static v => v / 4), huber.Gradient);
        var (half, square) = (Of(new HuberLoss { Delta = double.PositiveInfinity }), Of(new MseLoss()));
        Assert.Equal(square.Result.Value / 2, half.Result.Value);
        Assert.Equal(square.Gradient, Array.ConvertAll(half.Gradient, static v => 2 * v));
    }

    [Fact]
    public void AFunctionTakesTheRecordToo()
    {
        var (input, target, weights) = (Tensor.Create<float>([1, 5, 2]), Tensor.Create<float>([1, 2, 4]), Tensor.Create<float>([1, 2, 0]));
        Assert.Equal(3, F.Mse(input, target, new MseLoss { Normalizer = 6 }, weights).Item());
        Assert.Equal(5 / 4f, F.L1(input, target, new L1Loss { Normalizer = 4 }).Item());
        Assert.Equal(2, F.Huber(input, target, new HuberLoss { Delta = 1, Normalizer = 2.5 }, weights).Item());
        Assert.Equal(4, F.SmoothL1(input, target, new SmoothL1Loss { Beta = 1, Reduction = Reduction.Sum }).Item());
    }

    /// <summary>Pairs far apart, near each other and equal, from 1e-25 to 1e25 in size; and weights, of which some are 0.</summary>
    private static (float[] X, float[] T, float[] Weights) Draw(int length)
    {
        var random = new RandomStream(length);
        var (x, t, s) = (new float[length], new float[length], new float[length]);
        for (var i = 0; i < length; i++)
        {
            var size = Math.Pow(10, random.Below(3) == 0 ? 50 * random.Uniform() - 25 : 0);
            x[i] = (float)(size * random.Normal());
            t[i] = random.Below(4) switch
            {
                0 => x[i], 1 => (float)(x[i] * (1 + 1e-6 * random.Normal())), 2 => (float)(random.Normal() / size), _ => (float)random.Normal(),
            };
            s[i] = random.Below(4) * 0.3f;
        }
        s[0] = 1;
        return (x, t, s);
    }

    private static double[] Wide(float[] numbers) => Array.ConvertAll(numbers, static v => (double)v);
}
