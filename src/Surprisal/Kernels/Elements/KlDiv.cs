using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>Kullback-Leibler divergence of log-probability x from probability t: t (log t - x), and 0 - t x at t = 0.</summary>
/// <remarks>
/// At t = 0 only an infinite x gives NaN, or none does with <paramref name="zeroTimesInfinityIsZero"/>. Gradients: -t by x; log t + t / t -
/// x by t, where t / t is 1 but NaN at 0, as PyTorch differentiates t log t.
/// </remarks>
internal readonly struct KlDiv<T>(bool zeroTimesInfinityIsZero) : IPointwise<T> where T : unmanaged, INumberBase<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(Lanes<T> x, Lanes<T> t, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient)
    {
        var tx = zeroTimesInfinityIsZero ? Logistic<T>.ZeroSafeProduct(t, x) : t * x;
        loss = Lanes<T>.Select(Lanes<T>.Equal(t, Lanes<T>.Zero), Lanes<T>.Zero - tx, t * (t.Log() - x));
        gradient = -t;
    }

    public Lanes<T> TargetGradient(Lanes<T> x, Lanes<T> t, Lanes<T> p, Lanes<T> w) => (t.Log() - x + t / t) * w;

    /// <summary>Kullback-Leibler divergence of log-probability x from log-probability t: exp(t) (t - x).</summary>
    /// <remarks>
    /// Gradients: -exp(t) by x, exp(t) (t - x) + exp(t) by t. t - x is computed halved, as it may exceed the largest number.
    /// </remarks>
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

        /// <summary>factor (t - x) / 2.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Lanes<T> Half(Lanes<T> factor, Lanes<T> x, Lanes<T> t)
        {
            var (a, b) = (t * Lanes<T>.All(T.CreateTruncating(0.5)), x * Lanes<T>.All(T.CreateTruncating(0.5)));
            var half = factor * (a - b);
            return zeroTimesInfinityIsZero
                ? Lanes<T>.Select(Lanes<T>.Equal(factor, Lanes<T>.Zero),
                    Logistic<T>.ZeroSafeProduct(factor, a) - Logistic<T>.ZeroSafeProduct(factor, b), half)
                : half;
        }
    }
}
