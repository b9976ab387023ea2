namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The elements along a dimension in order, and where each was.</summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="dim">The dimension; negatives count from the back. Default -1, the last.</param>
    /// <param name="descending">Whether the largest come first, with NaN before all. Default false: NaN after all.</param>
    /// <remarks>
    /// Always stable: equal ones, -0 and 0 too, keep their order, in descending order as well. The gradient goes back to where each was.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static (Tensor<T> Values, Tensor<long> Indices) Sort<T>(this Tensor<T> x, int dim = -1, bool descending = false)
        where T : unmanaged, INumber<T>
    {
        var axis = Shape.Axis(dim, x.Rank, nameof(dim));
        return Ordered(x, Shape.Split(x.Shape, axis).Along, axis, descending, "SortBackward1");
    }
}
