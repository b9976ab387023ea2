using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The sum of all elements, of rank 0; added up in double and rounded once.</summary>
    public static Tensor<T> Sum<T>(this Tensor<T> x) where T : unmanaged, INumber<T> =>
        Tensor.Scalar(Total(x.Span, 1)).Record("SumBackward0", [], x.MakeEdge(g => Tensor.Full(x.Shape, g.Item())));

    /// <summary>
    /// The sums along one dimension, which disappears from the shape, or stays at size 1 with <paramref name="keepDim"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> Sum<T>(this Tensor<T> x, int dim, bool keepDim = false) where T : unmanaged, INumber<T>
    {
        dim = Shape.Axis(dim, x.Rank);
        return SumAlong(x, dim, keepDim, 1)
            .Record("SumBackward1", [], x.MakeEdge(g => g.View(Shape.Reduce(x.Shape, dim, keepDim: true)).Expand(x.Shape)));
    }

    /// <summary>The sums, of floating numbers divided by <paramref name="count"/> and rounded once; off the tape.</summary>
    private static Tensor<T> SumAlong<T>(Tensor<T> x, int dim, bool keepDim, int count) where T : unmanaged, INumber<T>
    {
        var (outer, along, inner) = Shape.Split(x.Shape, dim);
        var y = Tensor.Uninitialized<T>(Shape.Reduce(x.Shape, dim, keepDim));
        if (inner == 1)
        {
            Partition.Ranges(outer, Math.Max(1, 32_768 / Math.Max(1, along)), along, (first, end) =>
            {
                for (var i = first; i < end; i++) y.Span[i] = Total(x.Span.Slice(i * along, along), count);
            });
        }
        var totals = new double[inner];
        for (var i = 0; i < outer && inner > 1; i++)
        {
            var slice = x.Span.Slice(i * along * inner, along * inner);
            if (!typeof(T).IsFloatingPoint) // a double does not hold every long
            {
                var to = y.Span.Slice(i * inner, inner);
                to.Clear();
                for (var a = 0; a < slice.Length; a++) to[a % inner] += slice[a];
                continue;
            }
            Reductions.SumOverRows<T>(slice, totals);
            for (var j = 0; j < inner; j++) y.Span[i * inner + j] = Scalar.Round<T>(totals[j] / count);
        }
        return y;
    }

    private static T Total<T>(ReadOnlySpan<T> x, int count) where T : unmanaged, INumber<T>
    {
        if (typeof(T).IsFloatingPoint) return Scalar.Round<T>(Reductions.Sum(x) / count);
        var sum = T.Zero;
        foreach (var value in x) sum += value;
        return sum;
    }
}
