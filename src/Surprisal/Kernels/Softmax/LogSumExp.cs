using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// log sum exp: x [outer, axis, inner] -> y [outer, inner], y = m + log1p(s) with the maximum m and the sum s of exp(x - m) without the
/// maximum's own (see <see cref="RowSums"/>).
/// </summary>
/// <remarks>
/// A maximum of +infinity, -infinity or NaN is the result itself; over an empty axis it is -infinity. Two passes over x. The gradient is
/// <see cref="Softmax.LogSumExpGradient"/>: g exp(x - y) with a rounded y would have the relative error that y has absolutely.
/// </remarks>
internal static class LogSumExp
{
    public static void AlongAxis<T>(ReadOnlySpan<T> x, int axis, int inner, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (axis == 0)
        {
            y.Fill(T.NegativeInfinity);
            return;
        }
        if (y.IsEmpty) return;
        if (SixteenBit.IsStorageType<T>())
        {
            using var wide = new Scratch<double>(x.Length); // a float would be rounded on the way
            using var result = new Scratch<double>(y.Length);
            for (var i = 0; i < x.Length; i++) wide.Span[i] = double.CreateTruncating(x[i]);
            AlongAxis<double>(wide.Span, axis, inner, result.Span);
            for (var i = 0; i < y.Length; i++) y[i] = Scalar.Round<T>(result.Span[i]);
            return;
        }
        var blocks = new AxisBlocks(y.Length / inner, axis, inner);
        var job = new Job<T>(x, y, blocks);
        Partition.For(blocks.Count, blocks.Work, ref job);
    }

    [MethodImpl(Compile.Separately)]
    private static T Row<T>(ReadOnlySpan<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var max = RowMax<T>.Of(x);
        return T.IsFinite(max.Value)
            ? Result(max.Value, RowSums.ExpWithoutMax(x, max, default, default(SmoothingTerms<T>.None)).ExpSum)
            : NonFiniteResult(x, 1, max.Value);
    }

    /// <summary>The columns [first, last) of memory [axis, inner], or short rows where inner is 1.</summary>
    private static void Columns<T>(ReadOnlySpan<T> x, int axis, int inner, int first, int last, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var tile = new ColumnTile<T>(axis, inner, last - first);
        for (var start = first; start < last; start += tile.Width)
        {
            var count = Math.Min(tile.Width, last - start);
            tile.Load(x, start, count);
            TileColumns(tile, axis, y.Slice(start, count));
        }
    }

    /// <summary>The columns of a tile.</summary>
    [SkipLocalsInit]
    private static void TileColumns<T>(in ColumnTile<T> tile, int axis, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var length = ColumnTile<T>.PaddedColumns(y.Length);
        Span<double> max = stackalloc double[length], sums = stackalloc double[length];
        for (var start = 0; start < y.Length; start += ColumnTile<T>.ColumnsAtOnce)
        {
            var part = y.Slice(start, Math.Min(ColumnTile<T>.ColumnsAtOnce, y.Length - start));
            ref var columns = ref tile.Span[start];
            var noUnderflow = ColumnMax.Of(ref columns, part.Length, axis, tile.Pitch, max);
            ColumnSums.ExpWithoutMax(ref columns, part.Length, axis, tile.Pitch, max, noUnderflow, false, sums, default,
                default(SmoothingTerms<T>.None));
            Epilogue(max, sums, part);
            for (var i = 0; i < part.Length; i++)
                if (!double.IsFinite(max[i]))
                    part[i] = NonFiniteResult(tile.Span[(start + i)..], tile.Pitch, T.CreateTruncating(max[i]));
        }
    }

    /// <summary>y = max + log1p(sum), in double and rounded once; the sums are overwritten.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Epilogue<T>(ReadOnlySpan<double> max, Span<double> sums, Span<T> y) where T : unmanaged
    {
        ref var to = ref MemoryMarshal.GetReference(sums);
        for (var i = 0; i < y.Length; i += Lanes<double>.Count)
            (Lanes<double>.Load(ref MemoryMarshal.GetReference(max), i) + Lanes<double>.Load(ref to, i).Log1p()).Store(ref to, i);
        for (var i = 0; i < y.Length; i += Lanes<T>.Count)
            Lanes<T>.LoadFromDouble(ref to, i).StoreResult(ref MemoryMarshal.GetReference(y), i, Math.Min(Lanes<T>.Count, y.Length - i));
    }

    /// <summary>
    /// The result where the maximum is not finite: the maximum itself, or NaN where there is one, which the search for the maximum may have
    /// passed over.
    /// </summary>
    public static T NonFiniteResult<T>(ReadOnlySpan<T> x, int stride, T max) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < x.Length; i += stride)
            if (T.IsNaN(x[i]))
                return T.NaN;
        return max;
    }

    /// <summary>max + log1p(sum), rounded once.</summary>
    private static T Result<T>(T max, double sum) where T : unmanaged, IFloatingPointIeee754<T> =>
        T.CreateTruncating(double.CreateTruncating(max) + Scalar.Log1p(sum));

    private readonly ref struct Job<T>(ReadOnlySpan<T> x, Span<T> y, AxisBlocks blocks) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;

        public void Run(int block)
        {
            var (start, end, first, last) = blocks[block];
            if (blocks.HasShortRows<T>())
            {
                Columns(x, blocks.Axis, 1, start, end, y);
                return;
            }
            for (var i = start; i < end; i++)
            {
                var slice = x.Slice(i * blocks.SliceLength, blocks.SliceLength);
                if (blocks.Inner == 1) y[i] = Row(slice);
                else Columns(slice, blocks.Axis, blocks.Inner, first, last, y.Slice(i * blocks.Inner, blocks.Inner));
            }
        }
    }
}
