using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Binary cross-entropy of logit z and target y: y softplus(-z) + (1 - y) softplus(z) = f |z| + t, where f is the part of the target that z speaks against,
/// t = log1p(exp(-|z|)): exact in both tails, and 0 times infinity is 0 where z is infinite. Gradients: sigma(z) - y as sign(z) (f - sigma(-|z|)), and -z.
/// </summary>
internal readonly struct BceWithLogits<T> : IPointwise<T> where T : unmanaged, INumberBase<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(Lanes<T> z, Lanes<T> y, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient)
    {
        Logistic<T>.Of(z, out var small, out var tail);
        var positive = Lanes<T>.Greater(z, Lanes<T>.Zero);
        var far = Lanes<T>.Select(positive, Lanes<T>.All(T.One) - y, y);
        loss = Logistic<T>.Times(far, z.Abs()) + tail;
        gradient = Lanes<T>.Select(positive, far - small, small - far);
    }

    public Lanes<T> TargetGradient(Lanes<T> z, Lanes<T> y, Lanes<T> p, Lanes<T> w) => -z * w;

    /// <summary>
    /// The same with the positives' weight P: P y softplus(-z) + (1 - y) softplus(z) = f |z| + (P y + 1 - y) t. Gradients: (1 - y) sigma(z) - P y sigma(-z), and
    /// P softplus(-z) - softplus(z) = (P - 1) t - (z if z is 0 or more, else P z). An infinite y has PyTorch's own form, (1 - y) z + (1 + (P - 1) y) softplus(-z).
    /// </summary>
    public readonly struct Weighted : IPointwise<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(Lanes<T> z, Lanes<T> y, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient)
        {
            var one = Lanes<T>.All(T.One);
            Logistic<T>.Of(z, out var small, out var tail);
            var large = one - small;
            var negative = Lanes<T>.Greater(Lanes<T>.Zero, z);
            var (ahead, behind) = (p * y, one - y);
            var finite = Logistic<T>.Times(Lanes<T>.Select(negative, ahead, behind), z.Abs()) + Logistic<T>.Times(tail, ahead + behind);
            var infinite = behind * z + (p - one) * y * (Lanes<T>.MaxNumber(-z, Lanes<T>.Zero) + tail);
            loss = Lanes<T>.Select(Lanes<T>.Equal(y - y, Lanes<T>.Zero), finite, infinite);
            gradient = behind * Lanes<T>.Select(negative, small, large) - ahead * Lanes<T>.Select(negative, large, small);
        }

        public Lanes<T> TargetGradient(Lanes<T> z, Lanes<T> y, Lanes<T> p, Lanes<T> w)
        {
            Logistic<T>.Of(z, out _, out var tail);
            var negative = Lanes<T>.Greater(Lanes<T>.Zero, z);
            var more = Logistic<T>.Times(tail, p - Lanes<T>.All(T.One));
            var plain = (more - Lanes<T>.Select(negative, Logistic<T>.Times(p, z), z)) * w;
            var part = z * w;
            var early = more * w - Lanes<T>.Select(negative, p * part, part); // P z may overflow where w P z does not
            return Lanes<T>.Select(Lanes<T>.Equal(part - part, Lanes<T>.Zero), early, plain);
        }
    }
}
