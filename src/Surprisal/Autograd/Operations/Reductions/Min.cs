namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The smallest element, of rank 0; NaN if there is one. Equal smallest elements share the gradient.</summary>
    /// <param name="x">At least one element.</param>
    /// <exception cref="ArgumentException">The tensor is empty.</exception>
    public static Tensor<T> Min<T>(this Tensor<T> x) where T : unmanaged, INumber<T>
    {
        if (x.Length == 0) throw NoExtreme("min", "smallest", nameof(x));
        var smallest = x.Span[Kernels.ArgMax.FindSmallest<T>(x.Span, 1)];
        return Tensor.Scalar(smallest).Record("MinBackward1", [x], x.MakeEdge(g => ShareAmongEquals(x, smallest, g.Item())));
    }

    /// <summary>The smallest along one dimension, and where: the first of equals, NaN before all. The gradient goes to that one.</summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="dim">The dimension, which disappears from the shape; negatives count from the back.</param>
    /// <param name="keepDim">Whether it stays, at size 1. Default false.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <exception cref="ArgumentException">The dimension is empty.</exception>
    public static (Tensor<T> Values, Tensor<long> Indices) Min<T>(this Tensor<T> x, int dim, bool keepDim = false)
        where T : unmanaged, INumber<T> => x.Extreme(dim, keepDim, "min", largest: false, "MinBackward0");
}
