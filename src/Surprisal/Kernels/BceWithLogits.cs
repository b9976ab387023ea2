namespace Surprisal.Kernels;

/// <summary>
/// Binary cross-entropy of logit z, target y and positives' weight P: P y softplus(-z) + (1 - y) softplus(z), with 0 times infinity 0.
/// softplus(z) = max(z, 0) + t, t = log1p(exp(-|z|)), is exact in both tails. Gradients: (1 - y) sigma(z) - P y sigma(-z), and
/// P softplus(-z) - softplus(z) = (P - 1) t - (z if z > 0, else P z), which for P = 1 is -z to the last digit.
/// </summary>
internal readonly struct BceWithLogits<T> : IPointwise<T> where T : unmanaged, INumberBase<T>
{
    public void Apply(Lanes<T> z, Lanes<T> y, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient, out Lanes<T> targetGradient)
    {
        var one = Lanes<T>.All(T.One);
        var e = (-z.Abs()).Exp();
        var tail = e.Log1p();
        var large = one / (one + e); // sigma(|z|)
        var small = e / (one + e);
        var positive = Lanes<T>.Greater(z, Lanes<T>.Zero);
        var (ahead, behind) = (p * y, one - y);
        loss = Times(ahead, Lanes<T>.Max(-z, Lanes<T>.Zero) + tail) + Times(behind, Lanes<T>.Max(z, Lanes<T>.Zero) + tail);
        gradient = behind * Lanes<T>.Select(positive, large, small) - ahead * Lanes<T>.Select(positive, small, large);
        targetGradient = (p - one) * tail - Lanes<T>.Select(positive, z, Times(p, z));
    }

    /// <summary>The product, 0 where the factor is 0 and x infinite; a NaN stays.</summary>
    private static Lanes<T> Times(Lanes<T> factor, Lanes<T> x)
    {
        var one = Lanes<T>.All(T.One);
        return factor * Lanes<T>.Select(Lanes<T>.Equal(factor, Lanes<T>.Zero), Lanes<T>.Min(Lanes<T>.Max(x, -one), one), x);
    }
}
