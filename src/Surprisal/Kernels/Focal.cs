using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Sigmoid focal loss of logit z and target y: a m^g c with miss m = sigma(z) (1 - y) + sigma(-z) y = 1 - p_t, c = softplus(z) (1 - y) + softplus(-z) y,
/// a = alpha y + (1 - alpha) (1 - y), 1 for a negative alpha. With e = exp(-|z|) and the part f of the target that |z| speaks against, n the other:
/// m = (f + e n) / (1 + e) and c = f |z| + log1p(e), so nothing cancels where z is right. Gradients: a m^g (c' + g c m' / m), the
/// quotients formed so that they have their limits, 0 times infinity being 0, where m is 0.
/// </summary>
internal readonly struct Focal<T>(double alpha, double gamma) : IPointwise<T> where T : unmanaged, INumberBase<T>
{
    private readonly T exponent = T.CreateTruncating(Math.Min(gamma, float.MaxValue));
    private readonly T rounded = T.CreateTruncating(Math.Min(gamma, float.MaxValue) - double.CreateTruncating(T.CreateTruncating(Math.Min(gamma, float.MaxValue)))); // what the exponent lost
    private readonly T positives = T.CreateTruncating(alpha < 0 ? 1 : alpha);
    private readonly T negatives = T.CreateTruncating(alpha < 0 ? 1 : 1 - alpha);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(Lanes<T> z, Lanes<T> y, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient, out Lanes<T> targetGradient)
    {
        var one = Lanes<T>.All(T.One);
        var g = Lanes<T>.All(exponent);
        var size = z.Abs();
        var logistic = new Logistic<T>(z);
        var (e, small, tail) = (logistic.Exponential, logistic.Small(), logistic.Tail());
        var large = one - small;
        var positive = Lanes<T>.Greater(z, Lanes<T>.Zero);
        var far = Lanes<T>.Select(positive, one - y, y);
        var near = Lanes<T>.Select(positive, y, one - y);
        var right = Lanes<T>.Equal(far, Lanes<T>.Zero); // nothing speaks against z: m = small, c = tail
        var spread = Lanes<T>.Fma(e, near, far);
        var miss = spread * large;
        var cost = Logistic<T>.Times(far, size) + tail;
        var power = Power(g, spread, miss, size, tail, right);
        var share = Share(y, one - y);
        var factor = share * power;
        loss = Logistic<T>.Times(factor, cost);

        var slope = Lanes<T>.Select(right, large, small / spread); // |m'| / m
        var steep = far * large - near * small + g * (far - near) * Logistic<T>.Times(slope, cost);
        gradient = factor * Lanes<T>.Select(positive, steep, -steep);

        // d loss / dy = m^g (|z| by + tail part), so that an infinite z has one sign
        var change = Lanes<T>.All(positives - negatives);
        var turn = Lanes<T>.Select(positive, small - large, large - small); // dm / dy
        var pull = share * g * turn;
        var by = change * far + Lanes<T>.Select(positive, -share, share) + pull * Lanes<T>.Select(right, Lanes<T>.Zero, far / miss);
        var rest = change * tail + pull * Lanes<T>.Select(Lanes<T>.Equal(miss, Lanes<T>.Zero), one, tail / miss);
        targetGradient = Logistic<T>.Times(power, Logistic<T>.Times(by, size) + rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes<T> Share(Lanes<T> y, Lanes<T> rest) =>
        positives == T.One && negatives == T.One ? Lanes<T>.All(T.One) : Lanes<T>.All(positives) * y + Lanes<T>.All(negatives) * rest;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes<T> Power(Lanes<T> g, Lanes<T> spread, Lanes<T> miss, Lanes<T> size, Lanes<T> tail, Lanes<T> right)
    {
        if (T.IsZero(exponent)) return Lanes<T>.All(T.One);
        if (exponent == T.One) return miss;
        if (exponent == T.One + T.One) return miss * miss;
        return AnyPower(g, rounded, spread, size, tail, right);
    }

    /// <summary>m^g for any g: exp(g ln m) from the part of ln m that is exact or large, the rounding errors of g and of the product put back.</summary>
    [MethodImpl(Compile.Alone)]
    private static Lanes<T> AnyPower(Lanes<T> g, T rounded, Lanes<T> spread, Lanes<T> size, Lanes<T> tail, Lanes<T> right)
    {
        var log = Lanes<T>.Select(right, -size, spread.Log()); // ln m + tail
        var product = g * log;
        var lost = Lanes<T>.Select(Lanes<T>.Greater(product, Lanes<T>.All(T.CreateTruncating(-1000))), Lanes<T>.Fma(g, log, -product) + Lanes<T>.All(rounded) * log, Lanes<T>.Zero);
        return product.Exp() * (lost - g * tail).Exp();
    }
}
