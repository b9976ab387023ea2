using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>The label-smoothing term of a class, which is summed beside the exponentials: u (m - x), from the distance d = x - m.</summary>
internal interface ISmoothingTerm<T> where T : unmanaged
{
    /// <summary>The terms of the <paramref name="count"/> classes from <paramref name="c"/> on, or of class c in every lane.</summary>
    Lanes<T> Of(Lanes<T> d, int c, int count);
}

/// <summary>The terms by the weight u of a class.</summary>
internal static class SmoothingTerms<T> where T : unmanaged
{
    /// <summary>No label smoothing: nothing is summed.</summary>
    public readonly struct None : ISmoothingTerm<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Of(Lanes<T> d, int c, int count) => Lanes<T>.Zero;
    }

    /// <summary>The same weight for every class, which the formula multiplies by.</summary>
    public readonly struct Uniform : ISmoothingTerm<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Of(Lanes<T> d, int c, int count) => -d;
    }

    /// <summary>Each class its weight, where the lanes are classes.</summary>
    public readonly ref struct OfRow(ReadOnlySpan<T> weight) : ISmoothingTerm<T>
    {
        private readonly ReadOnlySpan<T> weight = weight;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Of(Lanes<T> d, int c, int count) => Lanes<T>.LoadPartial(ref MemoryMarshal.GetReference(weight), c, count) * -d;
    }

    /// <summary>Each class its weight, where the lanes are positions and share a class.</summary>
    public readonly ref struct OfColumns(ReadOnlySpan<T> weight) : ISmoothingTerm<T>
    {
        private readonly ReadOnlySpan<T> weight = weight;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Of(Lanes<T> d, int c, int count) => Lanes<T>.All(weight[c]) * -d;
    }
}
