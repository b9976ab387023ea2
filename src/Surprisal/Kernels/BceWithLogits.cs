namespace Surprisal.Kernels;

/// <summary>
/// Binary cross-entropy of logit z, target y and positives' weight P: P y softplus(-z) + (1 - y) softplus(z), with 0 times infinity 0.
/// softplus(z) = max(z, 0) + log1p(exp(-|z|)) is exact in both tails. Gradients: (1 - y) sigma(z) - P y sigma(-z), and P softplus(-z) - softplus(z).
/// </summary>
internal readonly struct BceWithLogits<T> : IPointwise<T> where T : unmanaged, INumberBase<T>
{
    public void Apply(Lanes<T> z, Lanes<T> y, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient, out Lanes<T> targetGradient)
    {
        var one = Lanes<T>.All(T.One);
        var e = (-z.Abs()).Exp();
        var tail = e.Log1p();
        var up = Lanes<T>.Max(z, Lanes<T>.Zero) + tail;
        var down = Lanes<T>.Max(-z, Lanes<T>.Zero) + tail;
        var large = one / (one + e); // sigma(|z|)
        var small = e / (one + e);
        var positive = Lanes<T>.Greater(z, Lanes<T>.Zero);
        var (ahead, behind) = (p * y, one - y);
        loss = Unless(ahead, down) + Unless(behind, up);
        gradient = behind * Lanes<T>.Select(positive, large, small) - ahead * Lanes<T>.Select(positive, small, large);
        targetGradient = p * down - up;
    }

    private static Lanes<T> Unless(Lanes<T> factor, Lanes<T> x) => Lanes<T>.Select(Lanes<T>.Equal(factor, Lanes<T>.Zero), Lanes<T>.Zero, factor * x);
}
