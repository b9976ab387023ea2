using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// The gradients of softmax and log-softmax over the axis: output y and upstream gradient g [outer, axis, inner] -> dx of the same shape.
/// </summary>
/// <remarks>
/// softmax: dx = y (g - sum g y); log-softmax: dx = g - exp(y) sum g. The sums are in double. Two passes over each row or tile of columns,
/// one over memory where these fit a cache; dx may be y or g, since a row is summed before it is written.
/// </remarks>
internal static class SoftmaxGradient
{
    public static void AlongAxis<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> g, int axis, int inner, Span<T> dx, bool log)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (y.IsEmpty) return;
        if (SixteenBit.IsStorageType<T>())
        {
            using var output = new FloatCopy<T>(y);
            using var upstream = new FloatCopy<T>(g);
            using var result = new FloatCopy<T>(dx);
            AlongAxis<float>(output.Span, upstream.Span, axis, inner, result.Span, log);
            result.WriteBack();
            return;
        }
        var blocks = new AxisBlocks(y.Length / (axis * inner), axis, inner);
        var job = new Job<T>(y, g, dx, blocks, log,
            NonTemporal.Suits<T>(y, dx) && !g.Overlaps(dx));
        Partition.For(blocks.Count, blocks.Work, ref job);
    }

    [MethodImpl(Compile.Separately)]
    private static void Row<T>(
        ReadOnlySpan<T> outputs,
        ReadOnlySpan<T> upstreams,
        int start,
        int length,
        Span<T> to,
        bool log,
        bool nonTemporal)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var y = outputs.Slice(start, length);
        var g = upstreams.Slice(start, length);
        var dx = to.Slice(start, length);
        Prefetch.Row(outputs, start, length);
        var formula = new Formula<T>(T.CreateTruncating(Sum(y, g, log)), log);
        Prefetch.Row(upstreams, start + length, length);
        if (nonTemporal) NonTemporal.Map(y, g, dx, formula);
        else Elementwise.Map(y, g, dx, formula);
    }

    /// <summary>The sum of g y, or of g for the logarithm; in four accumulators, so that no addition waits for the one before.</summary>
    [MethodImpl(Compile.Separately)]
    private static double Sum<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> g, bool log) where T : unmanaged
    {
        ref var output = ref MemoryMarshal.GetReference(y);
        ref var upstream = ref MemoryMarshal.GetReference(g);
        var width = Lanes<T>.Count;
        var (a, b, c, d) =
            (default(DoubleAccumulator<T>), default(DoubleAccumulator<T>), default(DoubleAccumulator<T>), default(DoubleAccumulator<T>));
        var i = 0;
        for (; i <= y.Length - 4 * width; i += 4 * width)
        {
            Add(Lanes<T>.Load(ref output, i), Lanes<T>.Load(ref upstream, i), log, ref a);
            Add(Lanes<T>.Load(ref output, i + width), Lanes<T>.Load(ref upstream, i + width), log, ref b);
            Add(Lanes<T>.Load(ref output, i + 2 * width), Lanes<T>.Load(ref upstream, i + 2 * width), log, ref c);
            Add(Lanes<T>.Load(ref output, i + 3 * width), Lanes<T>.Load(ref upstream, i + 3 * width), log, ref d);
        }
        for (; i < y.Length; i += width)
        {
            var count = Math.Min(width, y.Length - i);
            Add(Lanes<T>.LoadPartial(ref output, i, count), Lanes<T>.LoadPartial(ref upstream, i, count), log, ref a);
        }
        return a.Sum() + b.Sum() + (c.Sum() + d.Sum());
    }

    /// <summary>The columns [first, last) of memory [axis, inner], or short rows where inner is 1.</summary>
    /// <remarks>
    /// Whole lane blocks of columns are computed in place, unless their lines have set conflicts, so that the second pass would miss the
    /// cache. Those, columns that do not fill a block, and short rows are copied to tiles, unless a tile fits no cache.
    /// </remarks>
    private static void Columns<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> g, int axis, int inner, int first, int last, Span<T> dx, bool log)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var start = first;
        var fitsNoTile = axis > ColumnTile<T>.MaxClasses;
        if (inner > 1 && (fitsNoTile || !ColumnTile<T>.HaveSetConflicts(2 * axis, inner)))
        {
            start = last - (last - first) % Lanes<T>.Count;
            WholeBlocks(ref MemoryMarshal.GetReference(y[first..]), ref MemoryMarshal.GetReference(g[first..]), start - first, axis, inner,
                ref MemoryMarshal.GetReference(dx[first..]), log);
        }
        if (start == last) return;
        if (fitsNoTile)
        {
            PartialBlock(y[start..], g[start..], last - start, axis, inner, dx[start..], log);
            return;
        }
        using var output = new ColumnTile<T>(axis, inner, last - start);
        using var upstream = new ColumnTile<T>(axis, inner, last - start);
        for (; start < last; start += output.Width)
        {
            var count = Math.Min(output.Width, last - start);
            output.Load(y, start, count);
            upstream.Load(g, start, count);
            WholeBlocks(ref output.Span[0], ref upstream.Span[0], count, axis, output.Pitch, ref output.Span[0], log);
            output.Store(dx, start, count);
        }
    }

    /// <summary>Columns that do not fill a lane block, in place.</summary>
    [MethodImpl(Compile.Separately)]
    private static void PartialBlock<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> g, int columns, int axis, nint stride, Span<T> dx, bool log)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<double> sums = stackalloc double[Lanes<T>.Count];
        ref var output = ref MemoryMarshal.GetReference(y);
        ref var upstream = ref MemoryMarshal.GetReference(g);
        var sum = default(DoubleAccumulator<T>);
        for (nint i = 0; i < axis * stride; i += stride)
            Add(Lanes<T>.LoadPartial(ref output, i, columns), Lanes<T>.LoadPartial(ref upstream, i, columns), log, ref sum);
        sum.Store(sums);
        var total = Lanes<T>.LoadFromDouble(ref MemoryMarshal.GetReference(sums), 0);
        for (nint i = 0; i < axis * stride; i += stride)
            Gradient(Lanes<T>.LoadPartial(ref output, i, columns), Lanes<T>.LoadPartial(ref upstream, i, columns), total, log)
                .StoreResult(ref MemoryMarshal.GetReference(dx), i, columns);
    }

    /// <summary>Whole lane blocks of columns whose elements are a stride apart.</summary>
    [MethodImpl(Compile.Separately)]
    private static void WholeBlocks<T>(ref T y, ref T g, int columns, int axis, nint stride, ref T dx, bool log)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<double> sums = stackalloc double[Lanes<T>.Count];
        for (nint column = 0; column < columns; column += Lanes<T>.Count)
        {
            ref var output = ref Unsafe.Add(ref y, column);
            ref var upstream = ref Unsafe.Add(ref g, column);
            ref var to = ref Unsafe.Add(ref dx, column);
            var sum = default(DoubleAccumulator<T>);
            for (nint i = 0; i < axis * stride; i += stride)
                Add(Lanes<T>.Load(ref output, i), Lanes<T>.Load(ref upstream, i), log, ref sum);
            sum.Store(sums);
            var total = Lanes<T>.LoadFromDouble(ref MemoryMarshal.GetReference(sums), 0);
            for (nint i = 0; i < axis * stride; i += stride)
                Gradient(Lanes<T>.Load(ref output, i), Lanes<T>.Load(ref upstream, i), total, log).StoreResult(ref to, i);
        }
    }

    /// <summary>Adds g y, or g for the logarithm.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T>(Lanes<T> y, Lanes<T> g, bool log, ref DoubleAccumulator<T> sum) where T : unmanaged
    {
        if (log) sum.Add(g);
        else sum.AddProduct(y, g);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Gradient<T>(Lanes<T> y, Lanes<T> g, Lanes<T> total, bool log) where T : unmanaged =>
        log ? Lanes<T>.Fma(-y.ExpNonPositive(), total, g) : y * (g - total);

    private readonly struct Formula<T>(T total, bool log) : IBinary<T> where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> y, Lanes<T> g) => Gradient(y, g, Lanes<T>.All(total), log);
    }

    private readonly ref struct Job<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> g, Span<T> dx, AxisBlocks blocks, bool log, bool nonTemporal)
        : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> y = y, g = g;
        private readonly Span<T> dx = dx;

        public void Run(int block)
        {
            var (start, end, first, last) = blocks[block];
            var size = blocks.SliceLength;
            if (blocks.HasShortRows<T>(gradient: true))
            {
                Columns(y, g, size, 1, start, end, dx, log);
                return;
            }
            for (var i = start; i < end; i++)
            {
                if (blocks.Inner == 1) Row(y, g, i * size, size, dx, log, nonTemporal);
                else
                    Columns(y.Slice(i * size, size), g.Slice(i * size, size), blocks.Axis, blocks.Inner, first, last,
                        dx.Slice(i * size, size), log);
            }
        }
    }
}
