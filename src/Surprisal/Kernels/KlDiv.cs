using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Kullback-Leibler divergence of log-probability x from probability t: t (log t - x), and 0 - t x at t = 0, so that only an infinite x
/// makes that NaN. Gradients: -t, and log t + t / t - x, where t / t is 1 but NaN at 0, as PyTorch differentiates t log t.
/// </summary>
internal readonly struct KlDiv<T> : IPointwise<T> where T : unmanaged, INumberBase<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(Lanes<T> x, Lanes<T> t, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient, out Lanes<T> targetGradient)
    {
        var apart = t.Log() - x;
        loss = Lanes<T>.Select(Lanes<T>.Equal(t, Lanes<T>.Zero), Lanes<T>.Zero - t * x, t * apart);
        gradient = -t;
        targetGradient = apart + t / t;
    }

    /// <summary>The same for the logarithm t of a probability: exp(t) (t - x), with the gradients -exp(t) and exp(t) (t - x) + exp(t).</summary>
    public readonly struct OfLogarithm : IPointwise<T>
    {
        public void Apply(Lanes<T> x, Lanes<T> t, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient, out Lanes<T> targetGradient)
        {
            var probability = t.Exp();
            loss = probability * (t - x);
            gradient = -probability;
            targetGradient = loss + probability;
        }
    }
}
