using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Kullback-Leibler divergence of log-probability x from probability t: t (log t - x), and 0 - t x at t = 0, so that only an infinite x
/// makes that NaN, or nothing does where it is to be 0. Gradients: -t, and log t + t / t - x, where t / t is 1 but NaN at 0, as PyTorch differentiates t log t.
/// </summary>
internal readonly struct KlDiv<T>(bool zeroTimesInfinityIsZero) : IPointwise<T> where T : unmanaged, INumberBase<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(Lanes<T> x, Lanes<T> t, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient)
    {
        var none = zeroTimesInfinityIsZero ? Logistic<T>.Times(t, x) : t * x;
        loss = Lanes<T>.Select(Lanes<T>.Equal(t, Lanes<T>.Zero), Lanes<T>.Zero - none, t * (t.Log() - x));
        gradient = -t;
    }

    public Lanes<T> TargetGradient(Lanes<T> x, Lanes<T> t, Lanes<T> p, Lanes<T> w) => (t.Log() - x + t / t) * w;

    /// <summary>The same for the logarithm t of a probability: exp(t) (t - x), with the gradients -exp(t) and exp(t) (t - x) + exp(t). The distance is halved: it may be more than the largest number.</summary>
    public readonly struct OfLogarithm(bool zeroTimesInfinityIsZero) : IPointwise<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(Lanes<T> x, Lanes<T> t, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient)
        {
            var probability = t.Exp();
            var half = Half(probability, x, t);
            loss = half + half;
            gradient = -probability;
        }

        public Lanes<T> TargetGradient(Lanes<T> x, Lanes<T> t, Lanes<T> p, Lanes<T> w)
        {
            var probability = t.Exp();
            var half = Half(probability * w, x, t);
            return half + half + probability * w;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Lanes<T> Half(Lanes<T> factor, Lanes<T> x, Lanes<T> t)
        {
            var (a, b) = (t * Lanes<T>.All(T.CreateTruncating(0.5)), x * Lanes<T>.All(T.CreateTruncating(0.5)));
            var half = factor * (a - b);
            return zeroTimesInfinityIsZero ? Lanes<T>.Select(Lanes<T>.Equal(factor, Lanes<T>.Zero), Logistic<T>.Times(factor, a) - Logistic<T>.Times(factor, b), half) : half;
        }
    }
}
