using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>A buffer [classes, pitch] of a near cache with lanes over samples: strided columns gathered, or short rows turned.</summary>
/// <remarks>Memory whose classes are a power of two apart falls into few sets of a cache; the pitch is an odd number of lines, so each number is fetched once.</remarks>
internal readonly ref struct Tile<T> where T : unmanaged
{
    /// <summary>Up to here rows are better turned into columns, so that a lane is a row: shorter ones do not fill the lanes, and what a row costs by itself is shared by many.</summary>
    public const int FewClasses = 128;

    private readonly T[] rented;
    private readonly int classes;

    /// <param name="classes">How many rows the tile has.</param>
    /// <param name="columns">How many columns there will be at most; the tile may take fewer at once.</param>
    public Tile(int classes, int columns)
    {
        this.classes = classes;
        Width = Math.Min(Fitting(classes), (columns + Lanes<T>.Count - 1) / Lanes<T>.Count * Lanes<T>.Count);
        Pitch = (Width / Lanes<T>.Count | 1) * Lanes<T>.Count;
        var size = checked(classes * Pitch);
        rented = ArrayPool<T>.Shared.Rent(size);
        Span = rented.AsSpan(0, size);
    }

    /// <summary>How many columns are taken at once: whole lane blocks.</summary>
    public int Width { get; }

    /// <summary>How far the classes are apart.</summary>
    public int Pitch { get; }

    public Span<T> Span { get; }

    /// <summary>How many columns of so many classes stay in the second cache: as many as make runs of some pages, which memory delivers faster than short ones.</summary>
    public static int Fitting(int classes) => Math.Clamp(131_072 / classes, Lanes<T>.Count, 4096) / Lanes<T>.Count * Lanes<T>.Count;

    /// <summary>Fills the tile with <paramref name="count"/> columns of memory [classes, stride].</summary>
    public void Load(ReadOnlySpan<T> x, int stride, int count)
    {
        for (var c = 0; c < classes; c++) x.Slice(c * stride, count).CopyTo(Span[(c * Pitch)..]);
    }

    /// <summary>The way back to columns.</summary>
    public void Store(Span<T> x, int stride, int count)
    {
        for (var c = 0; c < classes; c++) Span.Slice(c * Pitch, count).CopyTo(x[(c * stride)..]);
    }

    /// <summary>Fills the tile with rows, each of them a column of it.</summary>
    public void LoadRows(ReadOnlySpan<T> x) => Turn(ref MemoryMarshal.GetReference(x), classes, x.Length / classes, ref MemoryMarshal.GetReference(Span), Pitch, classes);

    /// <summary>The way back to rows.</summary>
    public void StoreRows(Span<T> x) => Turn(ref MemoryMarshal.GetReference(Span), Pitch, classes, ref MemoryMarshal.GetReference(x), classes, x.Length / classes);

    public void Dispose() => ArrayPool<T>.Shared.Return(rented);

    /// <summary>to[j, i] = from[i, j], in squares of four; the last ones may overlap those before them.</summary>
    [MethodImpl(Compile.Alone)]
    private static void Turn(ref T from, nint fromStride, nint rows, ref T to, nint toStride, nint columns)
    {
        if (rows < 4 || columns < 4)
        {
            for (nint i = 0; i < rows; i++)
            for (nint j = 0; j < columns; j++)
                Unsafe.Add(ref to, j * toStride + i) = Unsafe.Add(ref from, i * fromStride + j);
            return;
        }
        for (nint i = 0; i < rows; i += 4)
        {
            i = Math.Min(i, rows - 4);
            for (nint j = 0; j < columns; j += 4)
            {
                j = Math.Min(j, columns - 4);
                Lanes<T>.Transpose4(ref Unsafe.Add(ref from, i * fromStride + j), fromStride, ref Unsafe.Add(ref to, j * toStride + i), toStride);
            }
        }
    }
}
