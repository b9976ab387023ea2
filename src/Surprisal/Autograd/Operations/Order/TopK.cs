using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The k largest along a dimension, the largest first, and where they are.</summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1, and is its own largest.</param>
    /// <param name="k">How many, from 0 to the size of the dimension.</param>
    /// <param name="dim">The dimension; negatives count from the back. Default -1, the last.</param>
    /// <param name="largest">Whether the largest are wanted, with NaN before all. Default true; else the smallest, with NaN after
    /// all.</param>
    /// <remarks>Of equal ones the lower index comes first and is taken first. The gradient goes to what was taken.</remarks>
    /// <example><code>
    /// var scores = Tensor.Create&lt;float>([[1, 5, 3], [4, 0, 4]]);
    /// var (values, indices) = scores.TopK(2);
    /// Console.WriteLine(values[0]);               // tensor([5., 3.])
    /// Console.WriteLine(indices[0]);              // tensor([1, 2])
    /// Console.WriteLine(indices[1]);              // tensor([0, 2])
    /// </code></example>
    /// <exception cref="ArgumentException">k is negative, or more than there are.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static (Tensor<T> Values, Tensor<long> Indices) TopK<T>(this Tensor<T> x, int k, int dim = -1, bool largest = true)
        where T : unmanaged, INumber<T>
    {
        var axis = Shape.Axis(dim, x.Rank, nameof(dim));
        var along = Shape.Split(x.Shape, axis).Along;
        if (k < 0 || k > along)
            throw new ArgumentException(
                $"selected index k out of range: k is {k}, and dimension {axis} of shape {x.Shape} has {along} elements.",
                nameof(k));
        return Ordered(x, x.Rank == 0 ? 1 : k, axis, largest, "TopkBackward0");
    }

    /// <summary>The first k in order, ascending or descending, as values and indices.</summary>
    private static (Tensor<T> Values, Tensor<long> Indices) Ordered<T>(Tensor<T> x, int k, int axis, bool descending, string name)
        where T : unmanaged, INumber<T>
    {
        var (outer, along, inner) = Shape.Split(x.Shape, axis);
        var indices = Tensor.Uninitialized<long>(x.Rank == 0 ? [] : [.. x.Shape[..axis], k, .. x.Shape[(axis + 1)..]]);
        if (indices.Length > 0)
            Partition.Ranges(outer * inner, Math.Max(1, 4096 / along), 16L * along, (first, end) =>
            {
                ulong[] keys = new ulong[along], best = new ulong[k];
                var positions = new int[k];
                for (var row = first; row < end; row++)
                {
                    var (i, j) = (row / inner, row % inner);
                    SortKeys.Write<T>(x.Span[(i * along * inner + j)..], inner, descending, keys);
                    if (k == along) Sorting.Sort(keys, positions);
                    else Sorting.Smallest(keys, best, positions);
                    for (var rank = 0; rank < k; rank++) indices.Span[(i * k + rank) * inner + j] = positions[rank];
                }
            });
        var values = Gathering.Take(x, axis, indices)
            .Record(name, [indices], x.MakeEdge(g => Gathering.Scatter(g, axis, indices, x.Shape)));
        return (values, indices);
    }
}
