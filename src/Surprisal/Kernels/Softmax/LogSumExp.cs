using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>log sum exp(x) over blocks [along, inner], one result a column: y = m + log1p(others) with m = max; see <see cref="RowSums"/>.</summary>
/// <remarks>
/// A maximum of +infinity, -infinity or NaN is the result itself; over nothing it is -infinity. Two passes over x. Gradient: <see cref="Softmax.Scaled"/>,
/// for g exp(x - y) with a rounded y would be off by as much as y is.
/// </remarks>
internal static class LogSumExp
{
    public static void Along<T>(ReadOnlySpan<T> x, int along, int inner, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (along == 0)
        {
            y.Fill(T.NegativeInfinity);
            return;
        }
        if (y.IsEmpty) return;
        if (SixteenBit.Are<T>())
        {
            using var wide = new Scratch<double>(x.Length); // a float would be rounded on the way
            using var result = new Scratch<double>(y.Length);
            for (var i = 0; i < x.Length; i++) wide.Span[i] = double.CreateTruncating(x[i]);
            Along<double>(wide.Span, along, inner, result.Span);
            for (var i = 0; i < y.Length; i++) y[i] = Scalar.Rounded<T>(result.Span[i]);
            return;
        }
        var slabs = new AxisBlocks(y.Length / inner, along, inner);
        var job = new Job<T>(x, y, slabs);
        Partition.For(slabs.Count, slabs.Work, ref job);
    }

    [MethodImpl(Compile.Separately)]
    private static T Row<T>(ReadOnlySpan<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var max = RowMax<T>.Of(x);
        return T.IsFinite(max.Value) ? Value(max.Value, RowSums.ExpWithoutMax(x, max, default, default(SmoothingTerms<T>.None)).ExpSum) : Limit(x, 1, max.Value);
    }

    /// <summary>Columns of memory [along, inner], or short rows where inner is 1.</summary>
    private static void Columns<T>(ReadOnlySpan<T> x, int along, int inner, int first, int last, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var tile = new ColumnTile<T>(along, inner, last - first);
        for (var start = first; start < last; start += tile.Width)
        {
            var count = Math.Min(tile.Width, last - start);
            tile.Load(x, start, count);
            Run(tile, along, y.Slice(start, count));
        }
    }

    /// <summary>The columns of a tile.</summary>
    [SkipLocalsInit]
    private static void Run<T>(in ColumnTile<T> tile, int along, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var room = ColumnTile<T>.Room(y.Length);
        Span<double> max = stackalloc double[room], others = stackalloc double[room];
        for (var start = 0; start < y.Length; start += ColumnTile<T>.Part)
        {
            var part = y.Slice(start, Math.Min(ColumnTile<T>.Part, y.Length - start));
            ref var columns = ref tile.Span[start];
            var isNear = ColumnMax.Of(ref columns, part.Length, along, tile.Pitch, max);
            ColumnSums.ExpWithoutMax(ref columns, part.Length, along, tile.Pitch, max, isNear, false, others, default, default(SmoothingTerms<T>.None));
            Finish(max, others, part);
            for (var i = 0; i < part.Length; i++)
                if (!double.IsFinite(max[i]))
                    part[i] = Limit(tile.Span[(start + i)..], tile.Pitch, T.CreateTruncating(max[i]));
        }
    }

    [MethodImpl(Compile.Separately)]
    private static void Finish<T>(ReadOnlySpan<double> max, Span<double> others, Span<T> y) where T : unmanaged
    {
        ref var to = ref MemoryMarshal.GetReference(others);
        for (var i = 0; i < y.Length; i += Lanes<double>.Count) (Lanes<double>.Load(ref MemoryMarshal.GetReference(max), i) + Lanes<double>.Load(ref to, i).Log1p()).Store(ref to, i);
        for (var i = 0; i < y.Length; i += Lanes<T>.Count) Lanes<T>.LoadWide(ref to, i).StoreResult(ref MemoryMarshal.GetReference(y), i, Math.Min(Lanes<T>.Count, y.Length - i));
    }

    /// <summary>Where the maximum is infinite it is the result, unless there is a NaN, which the maximum may have passed over.</summary>
    private static T Limit<T>(ReadOnlySpan<T> x, int stride, T max) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < x.Length; i += stride)
            if (T.IsNaN(x[i]))
                return T.NaN;
        return max;
    }

    private static T Value<T>(T max, double others) where T : unmanaged, IFloatingPointIeee754<T> => T.CreateTruncating(double.CreateTruncating(max) + Scalar.Log1p(others));

    private readonly ref struct Job<T>(ReadOnlySpan<T> x, Span<T> y, AxisBlocks slabs) : IParallelBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;

        public void Run(int block)
        {
            var (start, end, first, last) = slabs[block];
            if (slabs.HasShortRows<T>())
            {
                Columns(x, slabs.Along, 1, start, end, y);
                return;
            }
            for (var i = start; i < end; i++)
            {
                var slice = x.Slice(i * slabs.Size, slabs.Size);
                if (slabs.Inner == 1) y[i] = Row(slice);
                else Columns(slice, slabs.Along, slabs.Inner, first, last, y.Slice(i * slabs.Inner, slabs.Inner));
            }
        }
    }
}
