using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>softmax and log-softmax over blocks [along, inner]: row by row where inner is 1, else with lanes over the columns; short rows are turned into columns.</summary>
/// <remarks>
/// m = max; softmax = exp(x - m) / sum; log-softmax = (x - m) - log(sum), with sum = 1 + others (see <see cref="RowSums"/>).
/// A NaN or +infinity makes the row NaN, as does a row of -infinity only; -infinity beside numbers gives 0 and -infinity.
/// </remarks>
internal static class Softmax
{
    /// <summary>Every row of blocks [along, inner], one behind the other, on all threads; y may be x.</summary>
    public static void Along<T>(ReadOnlySpan<T> x, int along, int inner, Span<T> y, bool log) where T : unmanaged, IFloatingPointIeee754<T> => Along(x, default, along, inner, y, log);

    /// <summary>g softmax(x) with a g for each row, the gradient of log sum exp; g exp(x - m) where the maximum m is infinite.</summary>
    public static void Scaled<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> g, int along, int inner, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T> => Along(x, g, along, inner, y, log: false);

    private static void Along<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> g, int along, int inner, Span<T> y, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.IsEmpty) return;
        if (SixteenBit.Are<T>())
        {
            using var wide = new FloatCopy<T>(x);
            using var scales = new FloatCopy<T>(g);
            using var result = new FloatCopy<T>(y);
            Along<float>(wide.Span, scales.Span, along, inner, result.Span, log);
            result.WriteBack();
            return;
        }
        var slabs = new AxisBlocks(x.Length / (along * inner), along, inner);
        var job = new Job<T>(x, g, y, slabs, log, log && NonTemporal.IsAboveThreshold<T>(x.Length) && CacheLine.IsAligned<T>(y) && !x.Overlaps(y));
        Partition.For(slabs.Count, slabs.Work, ref job);
    }

    private static void Row<T>(ReadOnlySpan<T> all, ReadOnlySpan<T> g, int start, int length, Span<T> to, bool log, bool isFar) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = all.Slice(start, length);
        var y = to.Slice(start, length);
        var max = RowMax<T>.Of(x);
        var upstream = g.IsEmpty ? 1 : double.CreateTruncating(g[0]); // before y is written, which may be its memory
        Prefetch.Row(all, start + length, length);
        var (others, _) = RowSums.ExpWithoutMax(x, max, log ? default : y, default(SmoothingTerms<T>.None));
        if (log)
        {
            var shift = new Shifted<T>(max.Value, T.CreateTruncating(Scalar.Log1p(others) + Invalid(max.Value)));
            if (isFar) NonTemporal.Map(x, y, shift);
            else Elementwise.Map(x, y, shift);
            return;
        }
        var factor = g.IsEmpty ? 1 / (1 + others) + Invalid(max.Value) : T.IsFinite(max.Value) ? upstream / (1 + others) : upstream;
        Elementwise.Map<T, Formulas<T>.Multiply>(y, T.CreateTruncating(factor), y, default);
    }

    /// <summary>Columns of memory [classes, inner], or short rows where inner is 1.</summary>
    private static void Columns<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> g, int classes, int inner, int first, int last, Span<T> y, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var tile = new ColumnTile<T>(classes, inner, last - first);
        for (var start = first; start < last; start += tile.Width)
        {
            var count = Math.Min(tile.Width, last - start);
            tile.Load(x, start, count);
            Run(tile, g.IsEmpty ? g : g.Slice(start, count), count, classes, log);
            tile.Store(y, start, count);
        }
    }

    /// <summary>The columns of a tile, which become their results.</summary>
    [SkipLocalsInit]
    private static void Run<T>(in ColumnTile<T> tile, ReadOnlySpan<T> g, int columns, int classes, bool log) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var room = ColumnTile<T>.Room(columns);
        Span<double> max = stackalloc double[room], totals = stackalloc double[room];
        for (var start = 0; start < columns; start += ColumnTile<T>.Part)
        {
            var count = Math.Min(ColumnTile<T>.Part, columns - start);
            ref var part = ref tile.Span[start];
            var isNear = ColumnMax.Of(ref part, count, classes, tile.Pitch, max);
            ColumnSums.ExpWithoutMax(ref part, count, classes, tile.Pitch, max, isNear, !log, totals, default, default(SmoothingTerms<T>.None));
            if (g.IsEmpty) Total(max, totals, log);
            else Total(max, totals, g.Slice(start, count));
            Finish(ref part, count, classes, tile.Pitch, max, totals, log);
        }
    }

    /// <summary>From the sums of the others to what the exponentials are multiplied by, or to the logarithm that is taken off; NaN for a column without a finite maximum.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Total(ReadOnlySpan<double> max, Span<double> others, bool log)
    {
        ref var to = ref MemoryMarshal.GetReference(others);
        var one = Lanes<double>.All(1);
        for (var i = 0; i < others.Length; i += Lanes<double>.Count)
        {
            var (m, sum) = (Lanes<double>.Load(ref MemoryMarshal.GetReference(max), i), Lanes<double>.Load(ref to, i));
            ((log ? sum.Log1p() : one / (one + sum)) + (m - m)).Store(ref to, i);
        }
    }

    /// <summary>To g over the whole sum, or to g itself for a column without a finite maximum.</summary>
    private static void Total<T>(ReadOnlySpan<double> max, Span<double> others, ReadOnlySpan<T> g) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < g.Length; i++) others[i] = double.IsFinite(max[i]) ? double.CreateTruncating(g[i]) / (1 + others[i]) : double.CreateTruncating(g[i]);
    }

    [MethodImpl(Compile.Separately)]
    private static void Finish<T>(ref T tile, int columns, int classes, nint pitch, ReadOnlySpan<double> max, ReadOnlySpan<double> totals, bool log) where T : unmanaged
    {
        for (var column = 0; column < columns; column += Lanes<T>.Count)
        {
            ref var at = ref Unsafe.Add(ref tile, column);
            var (m, total) = (Lanes<T>.LoadWide(ref MemoryMarshal.GetReference(max), column), Lanes<T>.LoadWide(ref MemoryMarshal.GetReference(totals), column));
            for (nint c = 0; c < classes * pitch; c += pitch)
            {
                var x = Lanes<T>.Load(ref at, c);
                (log ? x - m - total : x * total).StoreResult(ref at, c);
            }
        }
    }

    /// <summary>NaN for a row without a finite maximum, else 0: x - m is infinity minus infinity there.</summary>
    private static double Invalid<T>(T max) where T : IFloatingPointIeee754<T> => T.IsFinite(max) ? 0 : double.NaN;

    private readonly struct Shifted<T>(T max, T log) : IUnary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> x) => x - Lanes<T>.All(max) - Lanes<T>.All(log);
    }

    private readonly ref struct Job<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> g, Span<T> y, AxisBlocks slabs, bool log, bool isFar) : IParallelBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> x = x, g = g;
        private readonly Span<T> y = y;

        public void Run(int block)
        {
            var (start, end, first, last) = slabs[block];
            var size = slabs.Size;
            if (slabs.HasShortRows<T>())
            {
                Columns(x, g, size, 1, start, end, y, log);
                return;
            }
            for (var i = start; i < end; i++)
            {
                var upstream = g.IsEmpty ? g : g.Slice(i * slabs.Inner, slabs.Inner);
                if (slabs.Inner == 1) Row(x, upstream, i * size, size, y, log, isFar);
                else Columns(x.Slice(i * size, size), upstream, slabs.Along, slabs.Inner, first, last, y.Slice(i * size, size), log);
            }
        }
    }
}
