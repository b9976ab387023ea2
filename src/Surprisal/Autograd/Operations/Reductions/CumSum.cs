using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>Running totals along a dimension, in the shape of x: y[i] = x[0] + .. + x[i].</summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="dim">The dimension to add up along; negatives count from the back.</param>
    /// <remarks>
    /// The running total is in double, and each is rounded once; integers add up to long numbers. The gradient is the cumulative sum of g
    /// from the other end.
    /// </remarks>
    /// <example><code>
    /// Console.WriteLine(Tensor.Create&lt;float>([1, 2, 3]).CumSum(0));   // tensor([1., 3., 6.])
    /// </code></example>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> CumSum<T>(this Tensor<T> x, int dim) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (_, along, inner) = Shape.Split(x.Shape, Shape.Axis(dim, x.Rank));
        return Cumulate(x, along, inner, reverse: false).Record("CumsumBackward0", [],
            x.MakeEdge(g => Cumulate(g, along, inner, reverse: true)));
    }

    private static Tensor<T> Cumulate<T>(Tensor<T> x, int along, int inner, bool reverse) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var y = Tensor.Uninitialized<T>(x.Shape);
        if (y.Length == 0) return y;
        var slice = along * inner;
        Partition.Ranges(y.Length / slice, Math.Max(1, 32_768 / slice), slice, (first, end) =>
        {
            for (var i = first; i < end; i++)
                CumulativeSum.Run<T>(x.Span.Slice(i * slice, slice), inner, y.Span.Slice(i * slice, slice), reverse);
        });
        return y;
    }
}
