using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Kullback-Leibler divergence of log-probability x from probability t: t (log t - x), and 0 - t x at t = 0, so that only an infinite x
/// makes that NaN. Gradients: -t, and log t + t / t - x, where t / t is 1 but NaN at 0, as PyTorch differentiates t log t.
/// </summary>
internal readonly struct KlDiv<T> : IPointwise<T> where T : unmanaged, INumberBase<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(Lanes<T> x, Lanes<T> t, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient)
    {
        loss = Lanes<T>.Select(Lanes<T>.Equal(t, Lanes<T>.Zero), Lanes<T>.Zero - t * x, t * (t.Log() - x));
        gradient = -t;
    }

    public Lanes<T> TargetGradient(Lanes<T> x, Lanes<T> t, Lanes<T> p) => t.Log() - x + t / t;

    /// <summary>The same for the logarithm t of a probability: exp(t) (t - x), with the gradients -exp(t) and exp(t) (t - x) + exp(t).</summary>
    public readonly struct OfLogarithm : IPointwise<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(Lanes<T> x, Lanes<T> t, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient)
        {
            var probability = t.Exp();
            loss = probability * (t - x);
            gradient = -probability;
        }

        public Lanes<T> TargetGradient(Lanes<T> x, Lanes<T> t, Lanes<T> p)
        {
            var probability = t.Exp();
            return probability * (t - x) + probability;
        }
    }
}
