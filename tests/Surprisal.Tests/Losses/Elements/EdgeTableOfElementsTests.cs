namespace Surprisal.Tests.Losses;

/// <summary>
/// The losses of elements at 0, 1, 0.5, -1, both infinities and NaN, of inputs, targets and weights, against PyTorch's formulas written out in double.
/// Where a formula here is not PyTorch's own, the comment says which decision of the documents it is.
/// </summary>
public sealed class EdgeTableOfElementsTests
{
    private delegate (double Loss, double Gradient, double TargetGradient) Formula(double x, double y);

    private static readonly double[] Numbers = EdgeNumbers.All;

    private static readonly double?[] Weights = [null, .. Numbers.Select(static number => (double?)number)];

    [Fact]
    public void BceWithLogits()
    {
        foreach (var positive in Weights)
            Check(weight => new BceWithLogitsLoss { Weight = One(weight), PosWeight = One(positive) }, Numbers, Numbers, (z, y) => Logits(z, y, positive));
    }

    /// <summary>
    /// At infinite logits the limits, 0 times infinity being 0; at infinite targets PyTorch's form of the loss, and its slope by the page's formula.
    /// </summary>
    private static (double, double, double) Logits(double z, double y, double? positive)
    {
        var p = positive ?? 1;
        var coefficient = positive is null ? 1 : double.IsInfinity(y) ? 1 + (p - 1) * y : 1 - y + p * y;
        var loss = double.IsInfinity(z) && (double.IsFinite(y) || positive is null)
            ? EdgeNumbers.Times(z > 0 ? 1 - y : p * y, double.PositiveInfinity) + EdgeNumbers.Times(EdgeNumbers.Softplus(-double.Abs(z)), coefficient)
            : (1 - y) * z + coefficient * EdgeNumbers.Softplus(-z);
        var gradient = positive is null ? EdgeNumbers.Sigmoid(z) - y : (1 - y) * EdgeNumbers.Sigmoid(z) - p * y * EdgeNumbers.Sigmoid(-z);
        var target = positive is null
            ? -z
            : (double.IsInfinity(z) && (p == 0 || (z > 0 && !double.IsNaN(p))) ? 0 : p * EdgeNumbers.Softplus(-z)) - EdgeNumbers.Softplus(z);
        return (loss, gradient, target);
    }

    [Fact]
    public void MultiLabelSoftMarginIsBceWithLogitsOverTheClasses()
    {
        foreach (var weight in Weights)
        foreach (var z in Numbers)
        foreach (var y in Numbers)
        {
            var (loss, gradient, target) = Logits(z, y, null);
            var w = weight ?? 1;
            var actual = DivergenceCall<double>.Of(new MultiLabelSoftMarginLoss { Weight = One(weight), Reduction = Reduction.Sum }, [z, z], [1, 2], [y, y]);
            string About() => $"multi-label at {z}, {y}, weight {weight}";
            EdgeNumbers.Same(loss * w, actual.Losses[0], About);
            EdgeNumbers.Same(gradient * w / 2, actual.Gradient[1], About);
            EdgeNumbers.Same(target * w / 2, actual.TargetGradient[1], About);
        }
    }

    [Fact]
    public void Bce()
    {
        double[] inside = [0, 1, 0.5];
        double Log(double x) => Math.Max(Math.Log(x), -100);
        // clamped beside the loss
        Check(weight => new BceLoss { Weight = One(weight) }, inside, inside,
            (x, y) => ((y - 1) * Log(1 - x) - y * Log(x), (x - y) / Math.Max((1 - x) * x, 1e-12f), Log(1 - x) - Log(x)));
    }

    [Fact]
    public void KlDiv()
    {
        foreach (var zeros in new[] { false, true })
        {
            double Zero(double t, double x) => zeros ? EdgeNumbers.Times(t, x) : t * x;
            // One product, where PyTorch subtracts two: t = infinity and x > 0 is infinite, not NaN.
            Check(_ => new KlDivLoss { ZeroTimesInfinityIsZero = zeros }, Numbers, Numbers,
                (x, t) => (t == 0 ? -Zero(t, x) : t * (Math.Log(t) - x), -t, Math.Log(t) + t / t - x));
            Check(_ => new KlDivLoss { ZeroTimesInfinityIsZero = zeros, LogTarget = true }, Numbers, Numbers, (x, t) =>
            {
                var p = Math.Exp(t);
                var loss = p == 0 && zeros ? Zero(p, t) - Zero(p, x) : p * (t - x);
                return (loss, -p, loss + p);
            });
        }
    }

    [Fact]
    public void SoftMargin() => Check(_ => new SoftMarginLoss(), Numbers, Numbers, (x, y) =>
    {
        var sigma = EdgeNumbers.Sigmoid(-y * x);
        return (EdgeNumbers.Softplus(-y * x), EdgeNumbers.Times(sigma, -y), EdgeNumbers.Times(sigma, -x)); // the limits, where PyTorch multiplies 0 by infinity
    });

    [Fact]
    public void Differences()
    {
        static double Sign(double d) => d > 0 ? 1 : d < 0 ? -1 : 0; // 0 at NaN, as PyTorch's
        Check(_ => new MseLoss(), Numbers, Numbers, (x, y) => ((x - y) * (x - y), 2 * (x - y), -2 * (x - y)));
        Check(_ => new L1Loss(), Numbers, Numbers, (x, y) => (Math.Abs(x - y), Sign(x - y), -Sign(x - y)));
        Check(_ => new SmoothL1Loss { Beta = 0 }, Numbers, Numbers, (x, y) => (Math.Abs(x - y), Sign(x - y), -Sign(x - y)));
        foreach (var limit in new[] { 1, 0.5, 2, 1e-300 })
        {
            Check(_ => new HuberLoss { Delta = limit }, Numbers, Numbers, (x, y) =>
            {
                var d = x - y;
                var slope = Math.Abs(d) > limit ? limit * Sign(d) : d;
                return (Math.Abs(d) > limit ? limit * (Math.Abs(d) - limit / 2) : d * d / 2, slope, -slope);
            });
            Check(_ => new SmoothL1Loss { Beta = limit }, Numbers, Numbers, (x, y) =>
            {
                var d = x - y;
                var slope = Math.Abs(d) > limit ? Sign(d) : d / limit;
                return (Math.Abs(d) > limit ? Math.Abs(d) - limit / 2 : d * d / 2 / limit, slope, -slope);
            });
        }
        Check(_ => new HuberLoss { Delta = double.PositiveInfinity }, Numbers, Numbers, (x, y) => ((x - y) * (x - y) / 2, x - y, y - x));
    }

    [Fact]
    public void AFocalLossOfAnInfiniteTargetIsNaNUnlessGammaIsZero()
    {
        foreach (var z in Numbers)
        foreach (var y in new[] { double.PositiveInfinity, double.NegativeInfinity, double.NaN })
        {
            var actual = BinaryAnswer<double>.Of(new FocalLoss(), [z], [y], [1]);
            Assert.Equal((double.NaN, double.NaN), (actual.Losses[0], actual.Gradient[0]));
            if (!double.IsFinite(z)) continue;
            EdgeNumbers.Same(Logits(z, y, null).Item1, BinaryAnswer<double>.Of(new FocalLoss { Gamma = 0, Alpha = -1 }, [z], [y], [1]).Losses[0],
                () => $"focal at {z}, {y}");
        }
    }

    [Fact]
    public void TheExamplesOfPyTorch()
    {
        Assert.Equal(double.PositiveInfinity,
            Functional.CrossEntropy(Tensor.Create<double>([[1, 2, 3]]), Tensor.Create<double>([[0, 0, double.PositiveInfinity]])).Item());
        Assert.Equal(float.NegativeInfinity, Functional.BceWithLogits(Tensor.Create<float>([0.3f]), Tensor.Create<float>([float.PositiveInfinity])).Item());
        Assert.Equal(float.PositiveInfinity, Functional.CrossEntropy(Tensor.Create<float>([[1, 2, 3]]), Tensor.Create<long>([0]),
            weight: [1, 1, double.PositiveInfinity], labelSmoothing: 0.1).Item());
    }

    /// <summary>Every pair of inputs and targets in one call, alone and behind others, with each weight, in double and in float.</summary>
    private static void Check(Func<double?, DenseLoss> make, double[] inputs, double[] targets, Formula formula)
    {
        foreach (var weight in make(2) == make(3) ? [null] : Weights)
        {
            var loss = make(weight) with { Reduction = Reduction.Sum };
            double[] x = [.. from a in inputs from _ in targets select a], y = [.. from _ in inputs from b in targets select b];
            Check<double>(loss, x, y, weight, formula);
            Check<float>(loss, x, y, weight, formula);
            Check<double>(loss, x[..1], y[..1], weight, formula);
        }
    }

    private static void Check<T>(DenseLoss loss, double[] x, double[] y, double? weight, Formula formula) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (input, target) = (Array.ConvertAll(x, T.CreateTruncating), Array.ConvertAll(y, T.CreateTruncating));
        var actual = BinaryAnswer<T>.Of(loss, input, target, [x.Length]);
        for (var i = 0; i < x.Length; i++)
        {
            var (expected, gradient, targetGradient) = formula(x[i], y[i]);
            string About(string what) => $"{loss} in {typeof(T).Name} at {x[i]}, {y[i]}: {what}";
            EdgeNumbers.Same(expected * (weight ?? 1), actual.Losses[i], () => About("loss"));
            EdgeNumbers.Same(gradient * (weight ?? 1), actual.Gradient[i], () => About("gradient"));
            EdgeNumbers.Same(targetGradient * (weight ?? 1), actual.TargetGradient[i], () => About("target gradient"));
        }
    }

    private static ElementWeights? One(double? weight) => weight is { } w ? [w] : null;
}
