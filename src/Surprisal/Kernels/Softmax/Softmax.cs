using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>softmax and log-softmax over the axis: x [outer, axis, inner] -> y of the same shape.</summary>
/// <remarks>
/// With the maximum m and the sum s of exp(x - m) without the maximum's own (see <see cref="RowSums"/>): softmax = exp(x - m) / (1 + s),
/// log-softmax = (x - m) - log1p(s). Three passes over each row; where inner is above 1 lanes are over columns, and short rows are
/// transposed into columns. A NaN or +infinity makes the row NaN, as does a row of -infinity only; -infinity beside numbers gives 0 and
/// -infinity.
/// </remarks>
internal static class Softmax
{
    /// <summary>softmax(x), or its logarithm; y may be x.</summary>
    public static void AlongAxis<T>(ReadOnlySpan<T> x, int axis, int inner, Span<T> y, bool log)
        where T : unmanaged, IFloatingPointIeee754<T> => AlongAxis(x, default, axis, inner, y, log);

    /// <summary>The gradient of log sum exp, g softmax(x) with g [outer, inner]; g exp(x - m) where the maximum m is infinite.</summary>
    public static void LogSumExpGradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> g, int axis, int inner, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => AlongAxis(x, g, axis, inner, y, log: false);

    private static void AlongAxis<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> g, int axis, int inner, Span<T> y, bool log)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.IsEmpty) return;
        if (SixteenBit.IsStorageType<T>())
        {
            using var logits = new FloatCopy<T>(x);
            using var scales = new FloatCopy<T>(g);
            using var result = new FloatCopy<T>(y);
            AlongAxis<float>(logits.Span, scales.Span, axis, inner, result.Span, log);
            result.WriteBack();
            return;
        }
        var blocks = new AxisBlocks(x.Length / (axis * inner), axis, inner);
        var job = new Job<T>(x, g, y, blocks, log,
            log && NonTemporal.Suits(x, y));
        Partition.For(blocks.Count, blocks.Work, ref job);
    }

    private static unsafe void Row<T>(ReadOnlySpan<T> all, ReadOnlySpan<T> g, int start, int length, Span<T> to, bool log, bool nonTemporal)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = all.Slice(start, length);
        var y = to.Slice(start, length);
        var max = RowMax<T>.Of(x);
        if (!g.IsEmpty && !T.IsFinite(max.Value)) max = new(LogSumExp.NonFiniteResult(x, 1, max.Value), noUnderflow: false);
        var upstream = g.IsEmpty ? 1 : double.CreateTruncating(g[0]); // before y is written, which may be its memory
        double sum;
        fixed (T* rows = all, results = to)
            (sum, _) = RowSums.ExpWithoutMax(x, max, log ? default : y, default(SmoothingTerms<T>.None),
                PrefetchNext<T>.After(start, length, rows, nonTemporal ? null : results, all.Length));
        if (log)
        {
            var formula = new LogSoftmaxFormula<T>(max.Value, T.CreateTruncating(Scalar.Log1p(sum) + NaNUnlessFinite(max.Value)));
            if (nonTemporal) NonTemporal.Map(x, y, formula);
            else Elementwise.Map(x, y, formula);
            return;
        }
        var factor = g.IsEmpty ? 1 / (1 + sum) + NaNUnlessFinite(max.Value) : T.IsFinite(max.Value) ? upstream / (1 + sum) : upstream;
        Elementwise.Map<T, Formulas<T>.Multiply>(y, T.CreateTruncating(factor), y, default);
    }

    /// <summary>The columns [first, last) of memory [axis, inner], or short rows where inner is 1.</summary>
    private static void Columns<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> g, int axis, int inner, int first, int last, Span<T> y, bool log)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var tile = new ColumnTile<T>(axis, inner, last - first);
        for (var start = first; start < last; start += tile.Width)
        {
            var count = Math.Min(tile.Width, last - start);
            tile.Load(x, start, count);
            TileColumns(tile, g.IsEmpty ? g : g.Slice(start, count), count, axis, log);
            tile.Store(y, start, count);
        }
    }

    /// <summary>The columns of a tile, in place.</summary>
    [SkipLocalsInit]
    private static void TileColumns<T>(in ColumnTile<T> tile, ReadOnlySpan<T> g, int columns, int axis, bool log)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var length = ColumnTile<T>.PaddedColumns(columns);
        Span<double> max = stackalloc double[length], normalizers = stackalloc double[length];
        for (var start = 0; start < columns; start += ColumnTile<T>.ColumnsAtOnce)
        {
            var count = Math.Min(ColumnTile<T>.ColumnsAtOnce, columns - start);
            ref var part = ref tile.Span[start];
            var noUnderflow = ColumnMax.Of(ref part, count, axis, tile.Pitch, max);
            for (var i = 0; i < count && !g.IsEmpty; i++)
                if (!double.IsFinite(max[i]))
                    max[i] = double.CreateTruncating(
                        LogSumExp.NonFiniteResult(tile.Span[(start + i)..], tile.Pitch, T.CreateTruncating(max[i])));
            ColumnSums.ExpWithoutMax(ref part, count, axis, tile.Pitch, max, noUnderflow, !log, normalizers, default,
                default(SmoothingTerms<T>.None));
            if (g.IsEmpty) ToNormalizers(max, normalizers, log);
            else ToNormalizers(max, normalizers, g.Slice(start, count));
            Normalize(ref part, count, axis, tile.Pitch, max, normalizers, log);
        }
    }

    /// <summary>
    /// Turns the sums s into normalizers: 1 / (1 + s), or log1p(s) for the logarithm; NaN for a column without a finite maximum.
    /// </summary>
    [MethodImpl(Compile.Separately)]
    private static void ToNormalizers(ReadOnlySpan<double> max, Span<double> sums, bool log)
    {
        ref var to = ref MemoryMarshal.GetReference(sums);
        var one = Lanes<double>.All(1);
        for (var i = 0; i < sums.Length; i += Lanes<double>.Count)
        {
            var (m, sum) = (Lanes<double>.Load(ref MemoryMarshal.GetReference(max), i), Lanes<double>.Load(ref to, i));
            ((log ? sum.Log1p() : one / (one + sum)) + (m - m)).Store(ref to, i);
        }
    }

    /// <summary>Turns the sums s into normalizers g / (1 + s), or g for a column without a finite maximum.</summary>
    private static void ToNormalizers<T>(ReadOnlySpan<double> max, Span<double> sums, ReadOnlySpan<T> g)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < g.Length; i++)
            sums[i] = double.IsFinite(max[i]) ? double.CreateTruncating(g[i]) / (1 + sums[i]) : double.CreateTruncating(g[i]);
    }

    /// <summary>Turns exponentials into probabilities, or logits into log-probabilities.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Normalize<T>(
        ref T tile,
        int columns,
        int axis,
        nint pitch,
        ReadOnlySpan<double> max,
        ReadOnlySpan<double> normalizers,
        bool log)
        where T : unmanaged
    {
        for (var column = 0; column < columns; column += Lanes<T>.Count)
        {
            ref var at = ref Unsafe.Add(ref tile, column);
            var (m, normalizer) = (Lanes<T>.LoadFromDouble(ref MemoryMarshal.GetReference(max), column),
                Lanes<T>.LoadFromDouble(ref MemoryMarshal.GetReference(normalizers), column));
            for (nint c = 0; c < axis * pitch; c += pitch)
            {
                var x = Lanes<T>.Load(ref at, c);
                (log ? x - m - normalizer : x * normalizer).StoreResult(ref at, c);
            }
        }
    }

    /// <summary>NaN for a maximum that is not finite, else 0.</summary>
    private static double NaNUnlessFinite<T>(T max) where T : IFloatingPointIeee754<T> => T.IsFinite(max) ? 0 : double.NaN;

    /// <summary>x - max - log sum exp(x - max).</summary>
    private readonly struct LogSoftmaxFormula<T>(T max, T logSum) : IUnary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> x) => x - Lanes<T>.All(max) - Lanes<T>.All(logSum);
    }

    private readonly ref struct Job<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> g, Span<T> y, AxisBlocks blocks, bool log, bool nonTemporal)
        : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> x = x, g = g;
        private readonly Span<T> y = y;

        public void Run(int block)
        {
            var (start, end, first, last) = blocks[block];
            var size = blocks.SliceLength;
            if (blocks.HasShortRows<T>())
            {
                Columns(x, g, size, 1, start, end, y, log);
                return;
            }
            for (var i = start; i < end; i++)
            {
                var upstream = g.IsEmpty ? g : g.Slice(i * blocks.Inner, blocks.Inner);
                if (blocks.Inner == 1) Row(x, upstream, i * size, size, y, log, nonTemporal);
                else Columns(x.Slice(i * size, size), upstream, blocks.Axis, blocks.Inner, first, last, y.Slice(i * size, size), log);
            }
        }
    }
}
