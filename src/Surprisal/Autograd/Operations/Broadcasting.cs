using Surprisal.Kernels;

namespace Surprisal;

/// <summary>Two operands of different shapes: the forward loop over repeated dimensions, and its transpose for gradients.</summary>
internal static class Broadcasting
{
    /// <summary>f(a, b) with sizes of 1 and missing leading dimensions repeated.</summary>
    public static Tensor<T> Map<T, TOp>(Tensor<T> a, Tensor<T> b, TOp f) where T : unmanaged, INumber<T> where TOp : struct, IBinary<T>
    {
        typeof(T).CheckComputes();
        var same = a.Shape.SequenceEqual(b.Shape);
        var shape = same ? a.Dimensions : Shape.Broadcast(a.Shape, b.Shape);
        var result = Tensor.Uninitialized<T>(shape);
        if (result.Length == 0) return result;
        if (same) Elementwise.Map(a.Span, b.Span, result.Span, f);
        else if (b.Length == 1) Elementwise.Map(a.Span, b.Span[0], result.Span, f);
        else if (a.Length == 1) Elementwise.Map(a.Span[0], b.Span, result.Span, f);
        else Rows(a, b, result, f);
        return result;
    }

    /// <summary>Sums a gradient over the dimensions that broadcasting repeated, back to <paramref name="shape"/>.</summary>
    public static Tensor<T> SumTo<T>(this Tensor<T> gradient, ReadOnlySpan<int> shape) where T : unmanaged, INumber<T>
    {
        if (gradient.Shape.SequenceEqual(shape)) return gradient;
        var totals = new double[Shape.Length(shape)];
        var strides = Shape.BroadcastStrides(shape, gradient.Shape);
        var width = gradient.Rank == 0 ? 1 : gradient.Shape[^1];
        var walk = new Odometer(gradient.Shape);
        for (var start = 0; start < gradient.Length; start += width, walk.Advance())
        {
            var row = gradient.Span.Slice(start, width);
            var to = walk.Offset(strides);
            if (strides[^1] == 0) totals[to] += Totals.Sum<T>(row);
            else Totals.AddTo<T>(row, totals.AsSpan(to, width));
        }
        return new Tensor<T>(Array.ConvertAll(totals, static total => T.CreateTruncating(total)), shape.ToArray());
    }

    private static void Rows<T, TOp>(Tensor<T> a, Tensor<T> b, Tensor<T> result, TOp f) where T : unmanaged, INumber<T> where TOp : struct, IBinary<T>
    {
        var stridesA = Shape.BroadcastStrides(a.Shape, result.Shape);
        var stridesB = Shape.BroadcastStrides(b.Shape, result.Shape);
        var width = result.Shape[^1];
        Partition.Ranges(result.Length / width, Math.Max(1, 32_768 / width), width, (first, end) =>
        {
            var walk = new Odometer(result.Shape, first);
            for (var row = first; row < end; row++, walk.Advance())
            {
                var to = result.Span.Slice(row * width, width);
                var (fromA, fromB) = (walk.Offset(stridesA), walk.Offset(stridesB));
                if (width == 1 || (stridesA[^1] != 0 && stridesB[^1] != 0)) Elementwise.Map(a.Span.Slice(fromA, width), b.Span.Slice(fromB, width), to, f);
                else if (stridesB[^1] == 0) Elementwise.Map(a.Span.Slice(fromA, width), b.Span[fromB], to, f);
                else Elementwise.Map(a.Span[fromA], b.Span.Slice(fromB, width), to, f);
            }
        });
    }

    /// <summary>Counts through all dimensions but the last, the last of them fastest.</summary>
    private readonly struct Odometer
    {
        private readonly int[] sizes, at;

        public Odometer(ReadOnlySpan<int> shape, int start = 0)
        {
            sizes = shape.Length == 0 ? [] : shape[..^1].ToArray();
            at = new int[sizes.Length];
            for (var i = sizes.Length - 1; start > 0; start /= sizes[i--]) at[i] = start % sizes[i];
        }

        public int Offset(int[] strides)
        {
            var offset = 0;
            for (var i = 0; i < at.Length; i++) offset += at[i] * strides[i];
            return offset;
        }

        public void Advance()
        {
            for (var i = at.Length - 1; i >= 0; i--)
            {
                if (++at[i] < sizes[i]) return;
                at[i] = 0;
            }
        }
    }
}
