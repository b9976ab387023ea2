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
    public void Apply(Lanes<T> z, Lanes<T> y, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient)
    {
        Parts(z, y, out var small, out var large, out var tail, out var far, out var near, out var right, out var spread, out var power);
        var cost = Logistic<T>.Times(far, z.Abs()) + tail;
        var factor = Share(y) * power;
        loss = Logistic<T>.Times(factor, cost);
        var slope = Lanes<T>.Select(right, large, small / spread); // |m'| / m
        var steep = far * large - near * small + Lanes<T>.All(exponent) * (far - near) * Logistic<T>.Times(slope, cost);
        gradient = factor * Lanes<T>.Select(Lanes<T>.Greater(z, Lanes<T>.Zero), steep, -steep);
    }

    /// <summary>m^g (|z| by + rest), so that an infinite z has one sign; w m^g first where |z| by is more than |z|.</summary>
    public Lanes<T> TargetGradient(Lanes<T> z, Lanes<T> y, Lanes<T> p, Lanes<T> w)
    {
        Parts(z, y, out var small, out var large, out var tail, out var far, out _, out var right, out var spread, out var power);
        var miss = spread * large;
        var positive = Lanes<T>.Greater(z, Lanes<T>.Zero);
        var change = Lanes<T>.All(positives - negatives);
        var share = Share(y);
        var pull = share * Lanes<T>.All(exponent) * Lanes<T>.Select(positive, small - large, large - small); // the last is dm / dy
        var by = change * far + Lanes<T>.Select(positive, -share, share) + pull * Lanes<T>.Select(right, Lanes<T>.Zero, far / miss);
        var rest = change * tail + pull * Lanes<T>.Select(Lanes<T>.Equal(miss, Lanes<T>.Zero), Lanes<T>.All(T.One), tail / miss);
        var (size, factor) = (z.Abs(), power * w);
        var steep = Logistic<T>.Times(Logistic<T>.Times(factor, by), size) + Logistic<T>.Times(factor, rest);
        return Lanes<T>.Select(Lanes<T>.Greater(by.Abs(), Lanes<T>.All(T.One)), steep, Logistic<T>.Times(factor, Logistic<T>.Times(by, size) + rest));
    }

    /// <summary>sigma(-|z|), sigma(|z|), softplus(-|z|), the target's part f that z speaks against and the other n, whether f is 0, f + e n, and m^g.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Parts(
        Lanes<T> z, Lanes<T> y, out Lanes<T> small, out Lanes<T> large, out Lanes<T> tail, out Lanes<T> far, out Lanes<T> near, out Lanes<T> right, out Lanes<T> spread, out Lanes<T> power)
    {
        var one = Lanes<T>.All(T.One);
        var e = Logistic<T>.Of(z, out small, out tail);
        large = one - small;
        var positive = Lanes<T>.Greater(z, Lanes<T>.Zero);
        far = Lanes<T>.Select(positive, one - y, y);
        near = Lanes<T>.Select(positive, y, one - y);
        right = Lanes<T>.Equal(far, Lanes<T>.Zero); // nothing speaks against z: m = small, c = tail
        spread = Lanes<T>.Fma(e, near, far);
        power = Power(spread, spread * large, z.Abs(), tail, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes<T> Share(Lanes<T> y) =>
        positives == T.One && negatives == T.One ? Lanes<T>.All(T.One) : Lanes<T>.All(positives) * y + Lanes<T>.All(negatives) * (Lanes<T>.All(T.One) - y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes<T> Power(Lanes<T> spread, Lanes<T> miss, Lanes<T> size, Lanes<T> tail, Lanes<T> right)
    {
        if (T.IsZero(exponent)) return Lanes<T>.All(T.One);
        if (exponent == T.One) return miss;
        if (exponent == T.One + T.One) return miss * miss;
        return AnyPower(Lanes<T>.All(exponent), rounded, spread, size, tail, right);
    }

    /// <summary>m^g for any g: exp(g ln m) from the part of ln m that is exact or large, the rounding errors of g and of the product put back.</summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    private static Lanes<T> AnyPower(in Lanes<T> g, T rounded, in Lanes<T> spread, in Lanes<T> size, in Lanes<T> tail, in Lanes<T> right)
    {
        var log = Lanes<T>.Select(right, -size, spread.Log()); // ln m + tail
        var product = g * log;
        var lost = Lanes<T>.Select(Lanes<T>.Greater(product, Lanes<T>.All(T.CreateTruncating(-1000))), Lanes<T>.Fma(g, log, -product) + Lanes<T>.All(rounded) * log, Lanes<T>.Zero);
        return product.Exp() * (lost - g * tail).Exp();
    }
}
