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

    /// <summary>Columns whose sums are kept at once.</summary>
    public const int Part = 512;

    /// <summary>The numbers that stay in the second cache.</summary>
    private const int Most = 131_072;

    /// <summary>The numbers of short rows: as floats they stay in the first cache beside where they come from and where they go to.</summary>
    private const int Near = 5120;

    private readonly T[]? rented; // null in default, which has no room
    private readonly int classes;

    /// <param name="classes">How many rows the tile has.</param>
    /// <param name="columns">How many columns there will be at most; the tile may take fewer at once.</param>
    public Tile(int classes, int columns)
    {
        this.classes = classes;
        Width = Math.Min(Fitting(classes), (columns + Lanes<T>.Count - 1) / Lanes<T>.Count * Lanes<T>.Count);
        Pitch = (Width / Lanes<T>.Count | 1) * Lanes<T>.Count;
        var size = checked(classes * Pitch);
        rented = ArrayPool<T>.Shared.Rent(size + Lanes<T>.Count);
        Span = rented.AsSpan(FarMemory.Unaligned<T>(rented), size);
    }

    /// <summary>For rows that are columns of the tile.</summary>
    public static Tile<T> OfRows(int classes, int rows) => new(classes, Math.Min(rows, Math.Min(Part, Near / classes)));

    /// <summary>Up to so many classes a tile of one lane block fits the second cache.</summary>
    public static int Tallest => Most / Lanes<T>.Count;

    /// <summary>How many columns are taken at once: whole lane blocks.</summary>
    public int Width { get; }

    /// <summary>How far the classes are apart.</summary>
    public int Pitch { get; }

    public Span<T> Span { get; }

    /// <summary>How many columns of so many classes stay in the second cache: as many as make runs of some pages, which memory delivers faster than short ones.</summary>
    public static int Fitting(int classes) => Math.Clamp(Most / classes, Lanes<T>.Count, 4096) / Lanes<T>.Count * Lanes<T>.Count;

    /// <summary>The sums that are kept for so many columns: a part's at most, of whole lane blocks.</summary>
    public static int Room(int columns) => Math.Min(Part, (columns + Lanes<T>.Count - 1) / Lanes<T>.Count * Lanes<T>.Count);

    /// <summary>Whether so many lines of memory that are a stride apart do not all fit into a first cache of eight ways and 64 sets.</summary>
    public static bool AreCrowded(int lines, int stride)
    {
        var apart = (long)stride * Unsafe.SizeOf<T>();
        return lines > 8 * (4096 / Math.Clamp(apart & -apart, 64, 4096));
    }

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
    [MethodImpl(Compile.Alone)]
    public void LoadRows(ReadOnlySpan<T> x)
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(Span);
        var (rows, wide, high) = (x.Length / classes, Lanes<T>.Count, Lanes<T>.Quarter);
        if (rows < wide || classes < high)
        {
            Copy(ref from, classes, rows, ref to, Pitch, classes);
            return;
        }
        for (nint i = 0; i < rows; i += wide)
        {
            i = Math.Min(i, rows - wide);
            for (nint j = 0; j < classes; j += high)
            {
                j = Math.Min(j, classes - high);
                Lanes<T>.ToColumns(ref Unsafe.Add(ref from, i * classes + j), classes, ref Unsafe.Add(ref to, j * Pitch + i), Pitch);
            }
        }
    }

    /// <summary>The way back to rows.</summary>
    [MethodImpl(Compile.Alone)]
    public void StoreRows(Span<T> x)
    {
        ref var from = ref MemoryMarshal.GetReference(Span);
        ref var to = ref MemoryMarshal.GetReference(x);
        var (rows, wide, high) = (x.Length / classes, Lanes<T>.Count, Lanes<T>.Quarter);
        if (rows < wide || classes < high)
        {
            Copy(ref from, Pitch, classes, ref to, classes, rows);
            return;
        }
        for (nint i = 0; i < rows; i += wide)
        {
            i = Math.Min(i, rows - wide);
            for (nint j = 0; j < classes; j += high)
            {
                j = Math.Min(j, classes - high);
                Lanes<T>.ToRows(ref Unsafe.Add(ref from, j * Pitch + i), Pitch, ref Unsafe.Add(ref to, i * classes + j), classes);
            }
        }
    }

    public void Dispose()
    {
        if (rented is not null) ArrayPool<T>.Shared.Return(rented);
    }

    /// <summary>to[j, i] = from[i, j], one by one.</summary>
    private static void Copy(ref T from, nint fromStride, nint rows, ref T to, nint toStride, nint columns)
    {
        for (nint i = 0; i < rows; i++)
        for (nint j = 0; j < columns; j++)
            Unsafe.Add(ref to, j * toStride + i) = Unsafe.Add(ref from, i * fromStride + j);
    }
}
