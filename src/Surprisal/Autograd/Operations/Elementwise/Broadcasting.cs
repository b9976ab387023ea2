using Surprisal.Kernels;

namespace Surprisal;

/// <summary>Two operands of different shapes: the forward loop over repeated dimensions, and its transpose for gradients.</summary>
internal static class Broadcasting
{
    /// <summary>f(a, b) with sizes of 1 and missing leading dimensions repeated; of 16-bit numbers the same function in float.</summary>
    public static Tensor<T> Map<T, TOp, TFloat>(Tensor<T> a, Tensor<T> b, TOp f, TFloat inFloat)
        where T : unmanaged, INumber<T>
        where TOp : struct, IBinary<T>
        where TFloat : struct, IBinary<float>
    {
        var same = a.Shape == b.Shape;
        var shape = same ? a.Shape : Shape.Broadcast(a.Shape, b.Shape);
        var result = Tensor.Uninitialized<T>(shape);
        if (result.Length == 0) return result;
        if (same || a.Length == 1 || b.Length == 1) Row(a.Span, b.Span, result.Span, f, inFloat);
        else Rows(a, b, result, f, inFloat);
        return result;
    }

    /// <summary>f(a, b) of float and double only.</summary>
    /// <exception cref="NotSupportedException">The numbers have 16 bits.</exception>
    public static Tensor<T> Map<T, TOp>(Tensor<T> a, Tensor<T> b, TOp f) where T : unmanaged, INumber<T> where TOp : struct, IBinary<T>
    {
        typeof(T).CheckNot16Bit();
        return Map(a, b, f, default(Formulas<float>.First));
    }

    /// <summary>
    /// f(g, a, b), a gradient, summed over the dimensions that broadcasting repeated, back to <paramref name="shape"/>: in double, rounded
    /// once.
    /// </summary>
    public static Tensor<T> Gradient<T, TOp>(Tensor<T> g, Tensor<T> a, Tensor<T> b, TensorShape shape, TOp f)
        where T : unmanaged, INumber<T>
        where TOp : struct, ITernary<double>
    {
        var isSum = g.Shape != shape;
        if (g.Length == 0) return Tensor.Zeros<T>(shape);
        var isFlat = !isSum && (a.Length == 1 || a.Length == g.Length) && (b.Length == 1 || b.Length == g.Length);
        int[] sizes = isFlat ? [g.Length] : g.Rank == 0 ? [1] : g.Shape.Sizes;
        int[] Strides(ReadOnlySpan<int> of) => isFlat ? [Shape.Length(of) == 1 ? 0 : 1] : Shape.BroadcastStrides(of, sizes);
        var (stridesA, stridesB, stridesTo, width) = (Strides(a.Shape), Strides(b.Shape), Strides(shape), sizes[^1]);
        var pieces = Partition.Pieces(width, DoubleGradient.Piece);
        var result = isSum ? null : Tensor.Uninitialized<T>(shape);
        var totals = new double[isSum ? shape.ElementCount : 0];
        void Run(int first, int end)
        {
            Span<double> scratch = stackalloc double[DoubleGradient.BufferLength];
            var walk = new Odometer(sizes, first / pieces);
            for (var i = first; i < end; i++)
            {
                var start = i % pieces * DoubleGradient.Piece;
                var count = Math.Min(DoubleGradient.Piece, width - start);
                ReadOnlySpan<T> Operand(Tensor<T> x, int[] strides) =>
                    strides[^1] == 0 ? x.Span.Slice(walk.Offset(strides), 1) : x.Span.Slice(walk.Offset(strides) + start, count);
                var from = i / pieces * width + start;
                var part = DoubleGradient.Compute(g.Span.Slice(from, count), Operand(a, stridesA), Operand(b, stridesB), scratch, f);
                if (result is not null) DoubleGradient.Store(part, result.Span.Slice(from, count));
                else if (stridesTo[^1] == 0) totals[walk.Offset(stridesTo)] += Reductions.Sum(part);
                else Reductions.AddTo(part, totals.AsSpan(walk.Offset(stridesTo) + start, count));
                if (start + count == width) walk.Advance();
            }
        }
        if (result is null) Run(0, g.Length / width * pieces);
        else
            Partition.Ranges(g.Length / width * pieces, Math.Max(1, 32_768 / Math.Min(width, DoubleGradient.Piece)),
                Math.Min(width, DoubleGradient.Piece), Run);
        return result ?? Rounded<T>(totals, shape);
    }

    /// <summary>Sums a gradient over the dimensions that broadcasting repeated, back to <paramref name="shape"/>.</summary>
    public static Tensor<T> SumTo<T>(this Tensor<T> gradient, TensorShape shape) where T : unmanaged, INumber<T>
    {
        if (gradient.Shape == shape) return gradient;
        var totals = new double[shape.ElementCount];
        var strides = Shape.BroadcastStrides(shape, gradient.Shape);
        var width = gradient.Rank == 0 ? 1 : gradient.Shape[^1];
        var walk = new Odometer(gradient.Shape);
        for (var start = 0; start < gradient.Length; start += width, walk.Advance())
        {
            var row = gradient.Span.Slice(start, width);
            var to = walk.Offset(strides);
            if (strides[^1] == 0) totals[to] += Reductions.Sum<T>(row);
            else Reductions.AddTo<T>(row, totals.AsSpan(to, width));
        }
        return Rounded<T>(totals, shape);
    }

    /// <summary>Rounds sums in double to a tensor.</summary>
    public static Tensor<T> Rounded<T>(double[] totals, TensorShape shape) where T : unmanaged, INumber<T> =>
        new(Array.ConvertAll(totals, Scalar.Round<T>), shape);

    /// <summary>f(a, b) of contiguous numbers; a single a or b is paired with every number of the other.</summary>
    public static void Row<T, TOp, TFloat>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> to, TOp f, TFloat inFloat)
        where T : unmanaged, INumber<T>
        where TOp : struct, IBinary<T>
        where TFloat : struct, IBinary<float>
    {
        if (typeof(T).Is16Bit) SixteenBitMap.Map(a, b, to, inFloat);
        else if (a.Length == b.Length) Elementwise.Map(a, b, to, f);
        else if (b.Length == 1) Elementwise.Map(a, b[0], to, f);
        else Elementwise.Map(a[0], b, to, f);
    }

    private static void Rows<T, TOp, TFloat>(Tensor<T> a, Tensor<T> b, Tensor<T> result, TOp f, TFloat inFloat)
        where T : unmanaged, INumber<T> where TOp : struct, IBinary<T> where TFloat : struct, IBinary<float>
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
                Row<T, TOp, TFloat>(a.Span.Slice(walk.Offset(stridesA), stridesA[^1] == 0 ? 1 : width),
                    b.Span.Slice(walk.Offset(stridesB), stridesB[^1] == 0 ? 1 : width), to, f, inFloat);
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
