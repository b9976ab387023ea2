using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>log sum exp(x) over blocks [along, inner], one result a column: y = m + log1p(others) with m = max; see <see cref="RowSums"/>.</summary>
/// <remarks>
/// A maximum of +infinity, -infinity or NaN is the result itself; over nothing it is -infinity. Gradient: dx = g exp(x - y).
/// The value takes two passes over x, the gradient one; dx may be x.
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
        var slabs = new Slabs(y.Length / inner, along, inner);
        var job = new Job<T>(x, y, slabs);
        Partition.Run(slabs.Count, slabs.Work, ref job);
    }

    public static void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> g, int along, int inner, Span<T> dx) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.IsEmpty) return;
        var slabs = new Slabs(y.Length / inner, along, inner);
        var job = new GradientJob<T>(x, y, g, dx, slabs);
        Partition.Run(slabs.Count, slabs.Work, ref job);
    }

    [MethodImpl(Compile.Alone)]
    private static T Row<T>(ReadOnlySpan<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var max = RowMax<T>.Of(x);
        return T.IsFinite(max.Value) ? Value(max.Value, RowSums.Others(x, max, default, default(Shares<T>.None)).Others) : Limit(x, 1, max.Value);
    }

    /// <summary>Columns of memory [along, inner], or short rows where inner is 1.</summary>
    private static void Columns<T>(ReadOnlySpan<T> x, int along, int inner, int first, int last, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var tile = new Tile<T>(along, inner, last - first);
        for (var start = first; start < last; start += tile.Width)
        {
            var count = Math.Min(tile.Width, last - start);
            tile.Load(x, start, count);
            Run(tile, along, y.Slice(start, count));
        }
    }

    /// <summary>The columns of a tile.</summary>
    [SkipLocalsInit]
    private static void Run<T>(in Tile<T> tile, int along, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var room = Tile<T>.Room(y.Length);
        Span<double> max = stackalloc double[room], others = stackalloc double[room];
        for (var start = 0; start < y.Length; start += Tile<T>.Part)
        {
            var part = y.Slice(start, Math.Min(Tile<T>.Part, y.Length - start));
            ref var columns = ref tile.Span[start];
            var isNear = ColumnSums.Max(ref columns, part.Length, along, tile.Pitch, max);
            ColumnSums.Others(ref columns, part.Length, along, tile.Pitch, max, isNear, false, others, default, default(Shares<T>.None));
            Finish(max, others, part);
            for (var i = 0; i < part.Length; i++)
                if (!double.IsFinite(max[i]))
                    part[i] = Limit(tile.Span[(start + i)..], tile.Pitch, T.CreateTruncating(max[i]));
        }
    }

    [MethodImpl(Compile.Alone)]
    private static void Finish<T>(ReadOnlySpan<double> max, Span<double> others, Span<T> y) where T : unmanaged
    {
        ref var to = ref MemoryMarshal.GetReference(others);
        for (var i = 0; i < y.Length; i += Lanes<double>.Count) (Lanes<double>.Load(ref MemoryMarshal.GetReference(max), i) + Lanes<double>.Load(ref to, i).Log1p()).Store(ref to, i);
        for (var i = 0; i < y.Length; i += Lanes<T>.Count) Lanes<T>.LoadWide(ref to, i).StorePart(ref MemoryMarshal.GetReference(y), i, Math.Min(Lanes<T>.Count, y.Length - i));
    }

    /// <summary>Where the maximum is infinite it is the result, unless there is a NaN, which the maximum may have passed over.</summary>
    private static T Limit<T>(ReadOnlySpan<T> x, int stride, T max) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < x.Length; i += stride)
            if (T.IsNaN(x[i]))
                return T.NaN;
        return max;
    }

    /// <summary>Whole lane blocks of columns, and those that do not fill a block, where they are.</summary>
    private static void GradientColumns<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> g, int along, int inner, int first, int last, Span<T> dx) where T : unmanaged
    {
        var start = last - (last - first) % Lanes<T>.Count;
        GradientBlocks(ref MemoryMarshal.GetReference(x[first..]), y[first..start], g[first..start], along, inner, ref MemoryMarshal.GetReference(dx[first..]));
        if (start < last) GradientPart(x[start..], y[start..last], g[start..last], inner, dx[start..]);
    }

    [MethodImpl(Compile.Alone)]
    private static void GradientPart<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> g, int stride, Span<T> dx) where T : unmanaged
    {
        var (output, upstream) = (Lanes<T>.LoadPart(ref MemoryMarshal.GetReference(y), 0, y.Length), Lanes<T>.LoadPart(ref MemoryMarshal.GetReference(g), 0, y.Length));
        for (nint i = 0; i < x.Length; i += stride)
            (upstream * (Lanes<T>.LoadPart(ref MemoryMarshal.GetReference(x), i, y.Length) - output).Exp()).StorePart(ref MemoryMarshal.GetReference(dx), i, y.Length);
    }

    /// <summary>The gradient of short rows, turned into columns.</summary>
    private static void GradientRows<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> g, int along, int first, int last, Span<T> dx) where T : unmanaged
    {
        using var tile = new Tile<T>(along, 1, last - first);
        for (var start = first; start < last; start += tile.Width)
        {
            var count = Math.Min(tile.Width, last - start);
            tile.Load(x, start, count);
            GradientBlocks(ref tile.Span[0], y.Slice(start, count), g.Slice(start, count), along, tile.Pitch, ref tile.Span[0]);
            tile.Store(dx, start, count);
        }
    }

    /// <summary>Lane blocks of columns whose numbers are a stride apart; a tile has room for all of the last one.</summary>
    [MethodImpl(Compile.Alone)]
    private static void GradientBlocks<T>(ref T x, ReadOnlySpan<T> y, ReadOnlySpan<T> g, int along, nint stride, ref T dx) where T : unmanaged
    {
        for (var column = 0; column < y.Length; column += Lanes<T>.Count)
        {
            var count = Math.Min(Lanes<T>.Count, y.Length - column);
            var (output, upstream) = (Lanes<T>.LoadPart(ref MemoryMarshal.GetReference(y), column, count), Lanes<T>.LoadPart(ref MemoryMarshal.GetReference(g), column, count));
            ref var from = ref Unsafe.Add(ref x, column);
            ref var to = ref Unsafe.Add(ref dx, column);
            for (nint i = 0; i < along * stride; i += stride) (upstream * (Lanes<T>.Load(ref from, i) - output).Exp()).Store(ref to, i);
        }
    }

    private static T Value<T>(T max, double others) where T : unmanaged, IFloatingPointIeee754<T> => T.CreateTruncating(double.CreateTruncating(max) + Scalar.Log1p(others));

    private readonly struct Share<T>(T y, T g) : IUnary<T> where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x) => Lanes<T>.All(g) * (x - Lanes<T>.All(y)).Exp();
    }

    private readonly ref struct Job<T>(ReadOnlySpan<T> x, Span<T> y, Slabs slabs) : IBlocks where T : unmanaged, IFloatingPointIeee754<T>
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

    private readonly ref struct GradientJob<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> g, Span<T> dx, Slabs slabs) : IBlocks where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> x = x, y = y, g = g;
        private readonly Span<T> dx = dx;

        public void Run(int block)
        {
            var (start, end, first, last) = slabs[block];
            var (size, inner) = (slabs.Size, slabs.Inner);
            if (slabs.HasShortRows<T>(gradient: true))
            {
                GradientRows(x, y, g, size, start, end, dx);
                return;
            }
            for (var i = start; i < end; i++)
            {
                if (inner == 1) Elementwise.Map(x.Slice(i * size, size), dx.Slice(i * size, size), new Share<T>(y[i], g[i]));
                else GradientColumns(x.Slice(i * size, size), y.Slice(i * inner, inner), g.Slice(i * inner, inner), slabs.Along, inner, first, last, dx.Slice(i * size, size));
            }
        }
    }
}
