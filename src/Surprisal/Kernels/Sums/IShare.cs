using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>What is summed beside the exponentials of a row, from the distances d = x - max: nothing, -d, or -w d.</summary>
internal interface IShare<T> where T : unmanaged
{
    /// <summary>The terms of the <paramref name="count"/> classes from <paramref name="c"/> on.</summary>
    Lanes<T> Of(Lanes<T> d, int c, int count);
}

/// <summary>The three shares.</summary>
internal static class Shares<T> where T : unmanaged
{
    public readonly struct None : IShare<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Of(Lanes<T> d, int c, int count) => Lanes<T>.Zero;
    }

    /// <summary>The same weight for every class.</summary>
    public readonly struct Even : IShare<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Of(Lanes<T> d, int c, int count) => -d;
    }

    /// <summary>Each class its weight.</summary>
    public readonly ref struct Weighted(ReadOnlySpan<T> weight) : IShare<T>
    {
        private readonly ReadOnlySpan<T> weight = weight;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Of(Lanes<T> d, int c, int count) => Lanes<T>.LoadPart(ref MemoryMarshal.GetReference(weight), c, count) * -d;
    }

    /// <summary>Each class its weight, where the lanes are columns and share a class.</summary>
    public readonly ref struct Column(ReadOnlySpan<T> weight) : IShare<T>
    {
        private readonly ReadOnlySpan<T> weight = weight;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Of(Lanes<T> d, int c, int count) => Lanes<T>.All(weight[c]) * -d;
    }
}
