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
        for (var start = 0; start < y.Length; start += inner)
        {
            var block = x.Slice(start * along, along * inner);
            if (inner == 1) y[start] = Row(block);
            else Columns(block, along, inner, y.Slice(start, inner));
        }
    }

    public static void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> g, int along, int inner, Span<T> dx) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref var output = ref MemoryMarshal.GetReference(y);
        ref var upstream = ref MemoryMarshal.GetReference(g);
        for (var start = 0; start < y.Length; start += inner)
        {
            var from = x.Slice(start * along, along * inner);
            var to = dx.Slice(start * along, along * inner);
            if (inner == 1)
            {
                Elementwise.Map(from, to, new Share<T>(Lanes<T>.All(y[start]), Lanes<T>.All(g[start])));
                continue;
            }
            for (var column = 0; column < inner; column += Lanes<T>.Count)
            {
                var count = Math.Min(Lanes<T>.Count, inner - column);
                var share = new Share<T>(Lanes<T>.LoadPart(ref output, start + column, count), Lanes<T>.LoadPart(ref upstream, start + column, count));
                for (var i = column; i < from.Length; i += inner)
                    share.Apply(Lanes<T>.LoadPart(ref MemoryMarshal.GetReference(from), i, count)).StorePart(ref MemoryMarshal.GetReference(to), i, count);
            }
        }
    }

    private static T Row<T>(ReadOnlySpan<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var max = RowMax<T>.Of(x);
        return T.IsFinite(max.Value) ? Value(max.Value, RowSums.Others(x, max, default, default(Shares<T>.None)).Others) : Limit(x, 1, max.Value);
    }

    private static void Columns<T>(ReadOnlySpan<T> x, int along, int inner, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var tile = new Tile<T>(along, inner);
        Span<T> max = stackalloc T[Lanes<T>.Count];
        Span<double> others = stackalloc double[Lanes<T>.Count];
        Span<double> none = stackalloc double[Lanes<T>.Count];
        ref var from = ref MemoryMarshal.GetReference(tile.Span);
        for (var start = 0; start < inner; start += tile.Width)
        {
            var width = Math.Min(tile.Width, inner - start);
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

    private readonly struct Share<T>(Lanes<T> y, Lanes<T> g) : IUnary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> x) => g * (x - y).Exp();
    }
}
