using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Binary cross-entropy of logit z, target y and positives' weight P: P y softplus(-z) + (1 - y) softplus(z), with 0 times infinity 0.
/// softplus(z) = max(z, 0) + t, t = log1p(exp(-|z|)), is exact in both tails. Gradients: (1 - y) sigma(z) - P y sigma(-z), and
/// P softplus(-z) - softplus(z) = (P - 1) t - (z if z > 0, else P z), which for P = 1 is -z to the last digit.
/// </summary>
internal readonly struct BceWithLogits<T> : IPointwise<T> where T : unmanaged, INumberBase<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(Lanes<T> z, Lanes<T> y, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient)
    {
        var one = Lanes<T>.All(T.One);
        Logistic<T>.Of(z, out var small, out var tail);
        var large = one - small;
        var positive = Lanes<T>.Greater(z, Lanes<T>.Zero);
        var (ahead, behind) = (p * y, one - y);
        loss = Logistic<T>.Times(ahead, Lanes<T>.MaxNumber(-z, Lanes<T>.Zero) + tail) + Logistic<T>.Times(behind, Lanes<T>.MaxNumber(z, Lanes<T>.Zero) + tail);
        gradient = behind * Lanes<T>.Select(positive, large, small) - ahead * Lanes<T>.Select(positive, small, large);
    }

    public Lanes<T> TargetGradient(Lanes<T> z, Lanes<T> y, Lanes<T> p)
    {
        Logistic<T>.Of(z, out _, out var tail);
        return (p - Lanes<T>.All(T.One)) * tail - Lanes<T>.Select(Lanes<T>.Greater(z, Lanes<T>.Zero), z, Logistic<T>.Times(p, z));
    }
}
