using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>From the probabilities t of classes to q, which the loss weighs them by.</summary>
internal interface ITargetDistribution<T> where T : unmanaged
{
    /// <summary>q of the classes from <paramref name="c"/> on.</summary>
    Lanes<T> Of(Lanes<T> t, int c);

    /// <summary>q of one class in every lane.</summary>
    Lanes<T> At(Lanes<T> t, int c);
}

/// <summary>The ways from t to q.</summary>
internal static class TargetDistribution<T> where T : unmanaged, INumberBase<T>
{
    /// <summary>The probabilities as they are.</summary>
    public readonly struct Given : ITargetDistribution<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Of(Lanes<T> t, int c) => t;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> At(Lanes<T> t, int c) => t;
    }

    /// <summary>Smoothed, or with a weight a class: w_c (t_c (1 - s) + s / C).</summary>
    public readonly ref struct Weighted(in ClassParameters<T> parameters, int classes) : ITargetDistribution<T>
    {
        private readonly ReadOnlySpan<T> weight = parameters.Weight;
        private readonly Lanes<T> kept = Lanes<T>.All(T.CreateTruncating(1 - parameters.LabelSmoothing)),
            share = Lanes<T>.All(T.CreateTruncating(parameters.LabelSmoothing / classes));
        private readonly bool smooth = parameters.LabelSmoothing > 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Of(Lanes<T> t, int c)
        {
            if (smooth) t = Lanes<T>.Fma(t, kept, share);
            return weight.IsEmpty ? t : t * Lanes<T>.Load(ref MemoryMarshal.GetReference(weight), c);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> At(Lanes<T> t, int c)
        {
            if (smooth) t = Lanes<T>.Fma(t, kept, share);
            return weight.IsEmpty ? t : t * Lanes<T>.All(weight[c]);
        }
    }
}
