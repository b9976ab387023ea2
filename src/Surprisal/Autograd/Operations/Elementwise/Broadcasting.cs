using Surprisal.Kernels;

namespace Surprisal;

/// <summary>Two operands of different shapes: the forward loop over repeated dimensions, and its transpose for gradients.</summary>
internal static class Broadcasting
{
    /// <summary>f(a, b) with sizes of 1 and missing leading dimensions repeated; of 16-bit numbers the same function in float.</summary>
    public static Tensor<T> Map<T, TOp, TFloat>(Tensor<T> a, Tensor<T> b, TOp f, TFloat inFloat, string? name = null)
        where T : unmanaged, INumber<T>
        where TOp : struct, IBinary<T>
        where TFloat : struct, IBinary<float>
    {
        var shape = Both(a, b, name);
        var result = Tensor.Uninitialized<T>(shape);
        if (result.Length == 0) return result;
        if (IsFlat(a, result) && IsFlat(b, result)) Row(a.Span, b.Span, result.Span, f, inFloat);
        else ForRows(shape, [a.Shape, b.Shape], (from, to, width) =>
            Row(Part(a, from[0]), Part(b, from[1]), result.Span.Slice(to, width), f, inFloat));
        return result;
    }

    /// <summary>1 where f(a, b) holds and 0 elsewhere, with sizes of 1 and missing leading dimensions repeated.</summary>
    public static Tensor<byte> Compare<T, TOp>(Tensor<T> a, Tensor<T> b, TOp f, string? name = null)
        where T : unmanaged, INumber<T>
        where TOp : struct, IComparison
    {
        var shape = Both(a, b, name);
        var result = Tensor.Uninitialized<byte>(shape);
        if (result.Length == 0) return result;
        void Row(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<byte> to)
        {
            if (typeof(T).Is16Bit) SixteenBitMap.Compare(x, y, to, f);
            else Comparison.Map(x, y, to, f);
        }
        if (IsFlat(a, result) && IsFlat(b, result)) Row(a.Span, b.Span, result.Span);
        else ForRows(shape, [a.Shape, b.Shape], (from, to, width) =>
            Row(Part(a, from[0]), Part(b, from[1]), result.Span.Slice(to, width)));
        return result;
    }

    /// <summary>a where the mask is not 0, else b; all three are repeated to one shape. Off the tape.</summary>
    public static Tensor<T> Select<T>(Tensor<byte> mask, Tensor<T> a, Tensor<T> b) where T : unmanaged, INumber<T>
    {
        var shape = Shape.Broadcast(Shape.Broadcast(mask.Shape, a.Shape, "input"), b.Shape, "other");
        var result = Tensor.Uninitialized<T>(shape);
        if (result.Length == 0) return result;
        if (IsFlat(mask, result) && IsFlat(a, result) && IsFlat(b, result)) Selection.Map(mask.Span, a.Span, b.Span, result.Span);
        else ForRows(shape, [mask.Shape, a.Shape, b.Shape], (from, to, width) =>
            Selection.Map(Part(mask, from[0]), Part(a, from[1]), Part(b, from[2]), result.Span.Slice(to, width)));
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
    public static Tensor<T> SumTo<T>(this Tensor<T> gradient, TensorShape shape) where T : unmanaged, INumber<T> =>
        gradient.Shape == shape ? gradient : Rounded<T>(gradient.Totals(shape), shape);

    /// <summary>The sums of x over the dimensions that are of size 1 in <paramref name="shape"/> or missing there, in double.</summary>
    public static double[] Totals<T>(this Tensor<T> x, TensorShape shape) where T : unmanaged, INumber<T>
    {
        var totals = new double[shape.ElementCount];
        var strides = Shape.BroadcastStrides(shape, x.Shape);
        var width = x.Rank == 0 ? 1 : x.Shape[^1];
        var walk = new Odometer(x.Shape);
        for (var start = 0; start < x.Length; start += width, walk.Advance())
        {
            var row = x.Span.Slice(start, width);
            var to = walk.Offset(strides);
            if (x.Rank == 0 || strides[^1] == 0) totals[to] += Reductions.Sum<T>(row);
            else Reductions.AddTo<T>(row, totals.AsSpan(to, width));
        }
        return totals;
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

    private static TensorShape Both<T>(Tensor<T> a, Tensor<T> b, string? name) where T : unmanaged, INumber<T> =>
        a.Shape == b.Shape ? a.Shape : Shape.Broadcast(a.Shape, b.Shape, name);

    /// <summary>Whether an operand lies as the result does, or is one element for all of it.</summary>
    private static bool IsFlat<T>(Tensor<T> x, Tensor result) where T : unmanaged, INumber<T> => x.Length == 1 || x.Length == result.Length;

    /// <summary>What an operand has for a row: as many elements, or one for all of them.</summary>
    private static ReadOnlySpan<T> Part<T>(Tensor<T> x, int from) where T : unmanaged, INumber<T> =>
        x.Span.Slice(from, x.Rank == 0 ? 1 : x.Shape[^1]);

    /// <summary>Calls <paramref name="row"/> for each row of a shape: where each operand has it, where it is, and how wide.</summary>
    private static void ForRows(TensorShape shape, TensorShape[] operands, Action<int[], int, int> row)
    {
        var width = shape[^1];
        var strides = Array.ConvertAll(operands, operand => Shape.BroadcastStrides(operand, shape));
        Partition.Ranges(shape.ElementCount / width, Math.Max(1, 32_768 / width), width, (first, end) =>
        {
            var walk = new Odometer(shape, first);
            var from = new int[strides.Length];
            for (var i = first; i < end; i++, walk.Advance())
            {
                for (var operand = 0; operand < from.Length; operand++) from[operand] = walk.Offset(strides[operand]);
                row(from, i * width, width);
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
