using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// A buffer [classes, pitch] of a near cache with lanes over samples: strided columns gathered, or short rows transposed.
/// </summary>
/// <remarks>
/// Memory whose classes are a power of two apart falls into few sets of a cache; the pitch is an odd number of lines, so each number is
/// fetched once.
/// </remarks>
internal readonly ref struct ColumnTile<T> where T : unmanaged
{
    /// <summary>Columns whose sums are kept at once.</summary>
    public const int ColumnsAtOnce = 512;

    /// <summary>The numbers that stay in L2.</summary>
    private const int MaxNumbers = 131_072;

    /// <summary>
    /// The numbers of short rows: as floats they stay in L1 beside where they come from and where they go to.
    /// </summary>
    private const int MaxNumbersOfRows = 5120;

    /// <summary>Shorter runs are mostly ends, which are no whole lines.</summary>
    private const int ShortestFarRun = 512;

    private readonly Scratch<T> memory;
    private readonly int classes, inner;

    /// <param name="classes">How many rows the tile has.</param>
    /// <param name="inner">How far classes are apart in the memory [classes, inner] whose columns it takes; 1 where each column is a row of
    /// that memory.</param>
    /// <param name="columns">How many columns there will be at most; the tile may take fewer at once.</param>
    public ColumnTile(int classes, int inner, int columns)
    {
        (this.classes, this.inner) = (classes, inner);
        var fitting = inner == 1 ? Math.Clamp(MaxNumbersOfRows / classes, 1, ColumnsAtOnce) : ColumnsThatFit(classes);
        Width = RoundUp(Math.Min(fitting, columns));
        Pitch = (Width / Lanes<T>.Count | 1) * Lanes<T>.Count;
        memory = new(checked(classes * Pitch), aligned: true);
    }

    /// <summary>Up to so many classes a tile of one lane block fits L2.</summary>
    public static int MaxClasses => MaxNumbers / Lanes<T>.Count;

    /// <summary>How many columns are taken at once: whole lane blocks.</summary>
    public int Width { get; }

    /// <summary>How far the classes are apart.</summary>
    public int Pitch { get; }

    public Span<T> Span => memory.Span;

    /// <summary>
    /// How many columns of so many classes stay in L2: as many as make runs of some pages, which memory delivers faster than
    /// short ones.
    /// </summary>
    public static int ColumnsThatFit(int classes) =>
        Math.Clamp(MaxNumbers / classes, Lanes<T>.Count, 4096) / Lanes<T>.Count * Lanes<T>.Count;

    /// <summary>For how many columns sums are kept, of so many: whole lane blocks.</summary>
    public static int PaddedColumns(int columns) => Math.Min(ColumnsAtOnce, RoundUp(columns));

    /// <summary>
    /// Whether so many lines of memory that are a stride apart do not all fit into an L1 of eight ways and 64 sets.
    /// </summary>
    public static bool HaveSetConflicts(int lines, int stride)
    {
        var apart = (long)stride * Unsafe.SizeOf<T>();
        return lines > 8 * (4096 / Math.Clamp(apart & -apart, 64, 4096));
    }

    /// <summary>Fills the tile with <paramref name="count"/> columns from <paramref name="start"/> on.</summary>
    public void Load(ReadOnlySpan<T> x, int start, int count)
    {
        if (inner == 1)
            Transpose(ref MemoryMarshal.GetReference(x.Slice(start * classes, count * classes)), count, classes,
                ref MemoryMarshal.GetReference(Span), Pitch, back: false);
        else
            for (var c = 0; c < classes; c++) x.Slice(c * inner + start, count).CopyTo(Span[(c * Pitch)..]);
    }

    /// <summary>Puts <paramref name="count"/> columns from <paramref name="start"/> on where they were loaded from.</summary>
    /// <param name="x">The memory.</param>
    /// <param name="start">The first column.</param>
    /// <param name="count">How many.</param>
    /// <param name="isFar">Whether the memory is written past the caches, where the columns of a class are a run long enough.</param>
    public void Store(Span<T> x, int start, int count, bool isFar = false)
    {
        if (inner == 1)
            Transpose(ref MemoryMarshal.GetReference(x.Slice(start * classes, count * classes)), count, classes,
                ref MemoryMarshal.GetReference(Span), Pitch, back: true);
        else if (isFar && count >= ShortestFarRun)
            for (var c = 0; c < classes; c++) NonTemporal.Copy<T>(Span.Slice(c * Pitch, count), x.Slice(c * inner + start, count));
        else
            for (var c = 0; c < classes; c++) Span.Slice(c * Pitch, count).CopyTo(x[(c * inner + start)..]);
    }

    public void Dispose() => memory.Dispose();

    private static int RoundUp(int columns) => (columns + Lanes<T>.Count - 1) / Lanes<T>.Count * Lanes<T>.Count;

    /// <summary>
    /// Rows of so many classes into columns that are a pitch apart, or back; the last squares may overlap those before them.
    /// </summary>
    [MethodImpl(Compile.Separately)]
    private static void Transpose(ref T rows, nint count, nint classes, ref T columns, nint pitch, bool back)
    {
        nint wide = Lanes<T>.Count, high = Lanes<T>.Quarter;
        if (count < wide || classes < high)
        {
            for (nint i = 0; i < count; i++)
            for (nint c = 0; c < classes; c++)
                if (back) Unsafe.Add(ref rows, i * classes + c) = Unsafe.Add(ref columns, c * pitch + i);
                else Unsafe.Add(ref columns, c * pitch + i) = Unsafe.Add(ref rows, i * classes + c);
            return;
        }
        for (nint i = 0; i < count; i += wide)
        {
            i = Math.Min(i, count - wide);
            for (nint c = 0; c < classes; c += high)
            {
                c = Math.Min(c, classes - high);
                ref var row = ref Unsafe.Add(ref rows, i * classes + c);
                ref var column = ref Unsafe.Add(ref columns, c * pitch + i);
                if (back) Lanes<T>.TransposeToRows(ref column, pitch, ref row, classes);
                else Lanes<T>.TransposeToColumns(ref row, classes, ref column, pitch);
            }
        }
    }
}

/// <summary>When a <see cref="ColumnTile{T}"/> is the way through the logits.</summary>
internal static class ColumnTile
{
    /// <summary>
    /// Up to here rows are better transposed, so that a lane is a row: shorter ones do not fill the lanes, and what a row costs by itself
    /// is shared by many.
    /// </summary>
    public const int FewClasses = 128;

    /// <summary>
    /// Whether logits [samples, classes, inner] go through the kernels by columns: the one decision between these and rows, for class
    /// indices and probabilities.
    /// </summary>
    public static bool Suits(int classes, int inner) => inner > 1 || classes <= FewClasses;
}
