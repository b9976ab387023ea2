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
    private static void GradientColumns<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> g, int inner, int first, int last, Span<T> dx) where T : unmanaged
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(dx);
        for (var column = first; column < last; column += Lanes<T>.Count)
        {
            var count = Math.Min(Lanes<T>.Count, last - column);
            var (output, upstream) = (Lanes<T>.LoadPart(ref MemoryMarshal.GetReference(y), column, count), Lanes<T>.LoadPart(ref MemoryMarshal.GetReference(g), column, count));
            for (var i = (nint)column; i < x.Length; i += inner) (upstream * (Lanes<T>.LoadPart(ref from, i, count) - output).Exp()).StorePart(ref to, i, count);
        }
    }

    [MethodImpl(Compile.Alone)]
    private static T Row<T>(ReadOnlySpan<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var max = RowMax<T>.Of(x);
        return T.IsFinite(max.Value) ? Value(max.Value, RowSums.Others(x, max, default, default(Shares<T>.None)).Others) : Limit(x, 1, max.Value);
    }

    [MethodImpl(Compile.Alone)]
    private static void Columns<T>(ReadOnlySpan<T> x, int along, int inner, int first, int last, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var tile = new Tile<T>(along, inner);
        Span<T> max = stackalloc T[Lanes<T>.Count];
        Span<double> others = stackalloc double[Lanes<T>.Count];
        Span<double> none = stackalloc double[Lanes<T>.Count];
        ref var from = ref MemoryMarshal.GetReference(tile.Span);
        for (var start = first; start < last; start += tile.Width)
        {
            var width = Math.Min(tile.Width, last - start);
            tile.Load(x[start..], inner, width);
            for (var column = 0; column < width; column += max.Length)
            {
                var m = ColumnSums.Max(ref from, column, along, tile.Pitch, out var isNear);
                m.Store(ref MemoryMarshal.GetReference(max), 0);
                ColumnSums.Others(ref from, column, along, tile.Pitch, m, isNear, false, others, none, default(Shares<T>.None));
                for (var lane = 0; lane < Math.Min(max.Length, width - column); lane++)
                    y[start + column + lane] = T.IsFinite(max[lane]) ? Value(max[lane], others[lane]) : Limit(x[(start + column + lane)..], inner, max[lane]);
            }
        }
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
            for (var i = start; i < end; i++)
            {
                if (inner == 1) Elementwise.Map(x.Slice(i * size, size), dx.Slice(i * size, size), new Share<T>(y[i], g[i]));
                else GradientColumns(x.Slice(i * size, size), y.Slice(i * inner, inner), g.Slice(i * inner, inner), inner, first, last, dx.Slice(i * size, size));
            }
        }
    }
}
