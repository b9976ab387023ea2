namespace Surprisal.Tests.Losses;

/// <summary>Question 5: extremes, where torchvision's formula rounds away or gives NaN.</summary>
public sealed class FocalLossExtremeTests
{
    public static TheoryData<double, double> ConfidentLogitsAndGammas =>
        new(from z in new[] { 20.0, 29, 57 } from gamma in new[] { 0, 0.25, 0.3, 0.5, 0.7, 1 } select (z, gamma));

    [Theory, MemberData(nameof(ConfidentLogitsAndGammas))]
    public void ConfidentPredictionsKeepTheirRelativeAccuracy(double z, double gamma)
    {
        // 1 - p_t is e / (1 + e) and -ln p_t is log1p(e), of which the first terms are all digits for e this small
        var e = Math.Exp(-z);
        var (miss, cost) = (e - e * e, e - e * e / 2);
        var (loss, gradient) = (Math.Pow(miss, gamma) * cost, -Math.Pow(miss, gamma) * (miss + gamma * cost * (1 - miss)));
        foreach (var y in new[] { 0.0, 1.0 })
        {
            var (x, sign, options) = (y == 1 ? z : -z, y == 1 ? 1 : -1, new FocalLoss { Alpha = -1, Gamma = gamma });
            var wide = FocalEvaluated<double>.Of(options, [x], [y]);
            Assert.Equal(loss, wide.Losses[0], 1e-14 * loss);
            Assert.Equal(sign * gradient, wide.Gradient[0], -1e-14 * gradient);
            var narrow = FocalEvaluated<float>.Of(options, [(float)x], [(float)y]);
            Assert.InRange(Near.Ulps((float)loss, narrow.Losses[0]), 0, 8);
            Assert.InRange(Near.Ulps((float)(sign * gradient), narrow.Gradient[0]), 0, 8);
        }
    }

    [Theory, InlineData(0.01), InlineData(0.5), InlineData(0.99), InlineData(1.5), InlineData(2)]
    public void GradientsOfSaturatedPredictionsAreFiniteForAnyGamma(double gamma)
    {
        // torchvision: gamma (1 - p_t)^(gamma - 1) times 0 is NaN for gamma < 1.
        foreach (var z in new[] { 20.0, 40, 104, 200, 800, 1e30, double.PositiveInfinity })
        foreach (var alpha in new[] { -1, 0.25 })
        {
            var right = FocalEvaluated<double>.Of(new() { Gamma = gamma, Alpha = alpha }, [z, -z], [1, 0]);
            Assert.All(right.Losses.Concat(right.Gradient).Concat(right.TargetGradient), static v => Assert.True(double.IsFinite(v)));
            var wrong = FocalEvaluated<float>.Of(new() { Gamma = gamma, Alpha = alpha }, [(float)z, (float)-z], [0, 1]);
            var (negatives, positives) = alpha < 0 ? (1, 1) : (1 - alpha, alpha);
            Near.Equal<float>([negatives, -positives], wrong.Gradient, $"gamma {gamma}, {z}", 1e-5, 0); // (1 - p_t)^gamma is 1 and 1 - p_t is 1
            Near.Equal<float>([negatives * z, positives * z], wrong.Losses, $"gamma {gamma}, {z}", 1e-5, 0);
        }
    }

    [Fact]
    public void InfiniteLogitsHaveTheirLimits()
    {
        const double Infinity = double.PositiveInfinity;
        var result = FocalEvaluated<double>.Of(new() { Gamma = 2, Alpha = -1 }, [Infinity, -Infinity, Infinity, -Infinity, Infinity], [1, 1, 0, 0, 0.5]);
        Assert.Equal([0, Infinity, Infinity, 0, Infinity], result.Losses);
        Assert.Equal([0, -1, 1, 0, 0.125], result.Gradient);
        Assert.Equal([0, Infinity, -Infinity, 0, -Infinity], result.TargetGradient);
    }

    [Fact]
    public void NaNIsDataAndStaysInItsLane()
    {
        var result = FocalEvaluated<float>.Of(new() { Gamma = 1.5 }, [1, float.NaN, 1, 1], [1, 1, float.NaN, 1]);
        Assert.Equal([false, true, true, false], result.Losses.Select(float.IsNaN));
        Assert.Equal([false, true, true, false], result.Gradient.Select(float.IsNaN));
        Assert.Equal([false, true, true, false], result.TargetGradient.Select(float.IsNaN));
        Assert.Equal(result.Losses[0], result.Losses[3]);
    }

    [Theory, InlineData(1e30), InlineData(1e300)]
    public void AHugeGammaLeavesOnlyWhatIsWhollyWrong(double gamma)
    {
        var result = FocalEvaluated<float>.Of(new() { Gamma = gamma, Alpha = -1 }, [3, -3, 0, 200], [1, 1, 1, 0]);
        Assert.Equal([0, 0, 0, 200], result.Losses);
        Assert.All(result.Gradient, static g => Assert.True(float.IsFinite(g)));
    }

    [Fact]
    public void AnEmptyMeanIsNaNOrWhatIsAskedFor()
    {
        var loss = new FocalLoss { Reduction = Reduction.Mean };
        Assert.Equal(double.NaN, FocalEvaluated<float>.Of(loss, [], [], 0, 3).Value);
        Assert.Equal(0, FocalEvaluated<float>.Of(loss with { WhenEmpty = EmptyMean.Zero }, [], [], 0, 3).Value);
        Assert.Equal(0, FocalEvaluated<float>.Of(loss with { Reduction = Reduction.Sum }, [], [], 0, 3).Value);
    }
}
