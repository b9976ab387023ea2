using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The sum of all elements, of rank 0; added up in double and rounded once. 0 for none. Integers add up to a long.</summary>
    /// <param name="x">Any shape.</param>
    public static Tensor<T> Sum<T>(this Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> =>
        Tensor.Scalar(Scalar.Round<T>(Reductions.Sum<T>(x.Span)))
            .Record("SumBackward0", [], x.MakeEdge(g => Tensor.Full(x.Shape, g.Item())));

    /// <summary>
    /// The sums along one dimension, which disappears from the shape, or stays at size 1 with <paramref name="keepDim"/>.
    /// </summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="dim">The dimension; negatives count from the back.</param>
    /// <param name="keepDim">Whether it stays, at size 1. Default false.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> Sum<T>(this Tensor<T> x, int dim, bool keepDim = false) where T : unmanaged, IFloatingPointIeee754<T> =>
        x.Sum(new ReducedShape(x.Shape, [dim], nameof(dim)), keepDim);

    /// <summary>
    /// The sums over several dimensions, which disappear from the shape, or stay at size 1 with <paramref name="keepDim"/>.
    /// </summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="dims">The dimensions to add up over, each once and at least one; negatives count from the back.</param>
    /// <param name="keepDim">Whether they stay, at size 1. Default false.</param>
    /// <remarks>Added up in double and rounded once. Integers add up to long numbers.</remarks>
    /// <example><code>
    /// var images = Tensor.Ones&lt;float>(8, 3, 28, 28);
    /// Console.WriteLine(images.Sum([0, 2, 3]));   // tensor([6272., 6272., 6272.])
    /// </code></example>
    /// <exception cref="ArgumentException">No dimension, or one that is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> Sum<T>(this Tensor<T> x, ReadOnlySpan<int> dims, bool keepDim = false)
        where T : unmanaged, IFloatingPointIeee754<T> => x.Sum(new ReducedShape(x.Shape, dims), keepDim);

    private static Tensor<T> Sum<T>(this Tensor<T> x, ReducedShape reduced, bool keepDim) where T : unmanaged, IFloatingPointIeee754<T> =>
        x.SumOver(reduced, keepDim, 1)
            .Record("SumBackward1", [], x.MakeEdge(g => g.View(reduced.Result(keepDim: true)).Expand(x.Shape)));

    /// <summary>The sums divided by <paramref name="count"/>, in double and rounded once; off the tape.</summary>
    private static Tensor<T> SumOver<T>(this Tensor<T> x, ReducedShape reduced, bool keepDim, int count)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var shape = reduced.Result(keepDim);
        if (x.Length == 0) return Tensor.Full(shape, Scalar.Round<T>(0.0 / count));
        var (sizes, isReduced) = reduced.Merged();
        if (isReduced.Count(true) <= 1)
        {
            var axis = Array.IndexOf(isReduced, true);
            var (outer, along, inner) = axis < 0 ? (x.Length, 1, 1) : Shape.Split(sizes, axis);
            return SumAlong(x, outer, along, inner, count).View(shape);
        }
        var totals = x.View(sizes).Totals([.. sizes.Select((size, axis) => isReduced[axis] ? 1 : size)]);
        for (var i = 0; i < totals.Length; i++) totals[i] /= count;
        return Broadcasting.Rounded<T>(totals, shape);
    }

    private static Tensor<T> SumAlong<T>(Tensor<T> x, int outer, int along, int inner, int count)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var y = Tensor.Uninitialized<T>([outer, inner]);
        if (inner == 1)
        {
            Partition.Ranges(outer, Math.Max(1, 32_768 / along), along, (first, end) =>
            {
                for (var i = first; i < end; i++)
                    y.Span[i] = Scalar.Round<T>(Reductions.Sum<T>(x.Span.Slice(i * along, along)) / count);
            });
            return y;
        }
        var totals = new double[inner];
        for (var i = 0; i < outer; i++)
        {
            Reductions.SumOverRows<T>(x.Span.Slice(i * along * inner, along * inner), totals);
            for (var j = 0; j < inner; j++) y.Span[i * inner + j] = Scalar.Round<T>(totals[j] / count);
        }
        return y;
    }
}
