using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>A buffer [classes, width] of a near cache with lanes over samples: strided columns gathered, or short rows turned.</summary>
/// <remarks>Memory whose classes are a power of two apart falls into few sets of a cache; the buffer does not, so each number is fetched once.</remarks>
internal readonly ref struct Tile<T> where T : unmanaged
{
    /// <summary>Up to here rows are better turned into columns, so that a lane is a row: shorter ones do not fill the lanes.</summary>
    public const int FewClasses = 48;

    /// <summary>The numbers of a tile: it stays in the first or second cache.</summary>
    private const int Numbers = 16384;

    private readonly T[] rented;
    private readonly int classes;

    public Tile(int classes)
    {
        this.classes = classes;
        Width = Math.Clamp(Numbers / classes, Lanes<T>.Count, 512) / Lanes<T>.Count * Lanes<T>.Count;
        rented = ArrayPool<T>.Shared.Rent(classes * Width);
        Span = rented.AsSpan(0, classes * Width);
    }

    /// <summary>How many columns fit: whole lane blocks, 512 at most.</summary>
    public int Width { get; }

    public Span<T> Span { get; }

    /// <summary>Fills the tile with <paramref name="count"/> columns of memory [classes, stride].</summary>
    public void Load(ReadOnlySpan<T> x, int stride, int count)
    {
        for (var c = 0; c < classes; c++) x.Slice(c * stride, count).CopyTo(Span[(c * Width)..]);
    }

    /// <summary>Fills the tile with rows, each of them a column of it.</summary>
    public void LoadRows(ReadOnlySpan<T> x)
    {
        ref var to = ref MemoryMarshal.GetReference(Span);
        ref var from = ref MemoryMarshal.GetReference(x);
        for (nint row = 0; row < x.Length / classes; row++, from = ref Unsafe.Add(ref from, classes))
        {
            nint at = row;
            for (nint c = 0; c < classes; c++, at += Width) Unsafe.Add(ref to, at) = Unsafe.Add(ref from, c);
        }
    }

    /// <summary>The way back to rows.</summary>
    public void StoreRows(Span<T> x)
    {
        ref var to = ref MemoryMarshal.GetReference(x);
        ref var from = ref MemoryMarshal.GetReference(Span);
        for (nint row = 0; row < x.Length / classes; row++, to = ref Unsafe.Add(ref to, classes))
        {
            nint at = row;
            for (nint c = 0; c < classes; c++, at += Width) Unsafe.Add(ref to, c) = Unsafe.Add(ref from, at);
        }
    }

    public void Dispose() => ArrayPool<T>.Shared.Return(rented);
}
