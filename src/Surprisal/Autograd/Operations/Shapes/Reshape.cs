namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>A tensor of the same elements in another shape; shares memory. One size may be -1: whatever is left.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="shape">The new sizes, with as many elements in all; none for a single number. A -1 is refused where a size of 0 leaves
    /// it open.</param>
    /// <exception cref="ArgumentException">The number of elements differs, or cannot be divided.</exception>
    public static Tensor<T> Reshape<T>(this Tensor<T> x, params ReadOnlySpan<int> shape) where T : unmanaged, INumber<T>
    {
        var sizes = shape.ToArray();
        var open = Array.IndexOf(sizes, -1);
        if (open != Array.LastIndexOf(sizes, -1))
            throw new ArgumentException($"only one dimension can be inferred, but the shape is {Shape.Format(shape)}", nameof(shape));
        if (open >= 0)
        {
            sizes[open] = 1;
            var known = Shape.Length(sizes);
            if (known == 0 && x.Length == 0)
                throw new ArgumentException($"cannot reshape tensor of 0 elements into shape {Shape.Format(shape)} because the " +
                    "unspecified dimension size -1 can be any value and is ambiguous", nameof(shape));
            sizes[open] = known == 0 ? 0 : x.Length / known;
        }
        if (Shape.Length(sizes) != x.Length)
            throw new ArgumentException($"shape '{Shape.Format(shape)}' is invalid for input of size {x.Length}", nameof(shape));
        return x.Viewed(sizes, "ViewBackward0");
    }

    /// <summary>
    /// All dimensions from <paramref name="startDim"/> to <paramref name="endDim"/> (inclusive, negatives from the back) as one; shares
    /// memory.
    /// </summary>
    /// <param name="x">Any shape; a single number becomes [1].</param>
    /// <param name="startDim">The first dimension that is joined. Default 0.</param>
    /// <param name="endDim">The last one, at or behind the first. Default -1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimensions, or in the wrong order.</exception>
    public static Tensor<T> Flatten<T>(this Tensor<T> x, int startDim = 0, int endDim = -1) where T : unmanaged, INumber<T>
    {
        var (start, end) = (Shape.Axis(startDim, x.Rank), Shape.Axis(endDim, x.Rank));
        if (end < start)
            throw new ArgumentOutOfRangeException(nameof(endDim), endDim,
                $"flatten() has invalid args: start_dim ({start}) cannot come after end_dim ({end})");
        if (x.Rank == 0) return x.Viewed([1], "ViewBackward0");
        return x.Viewed([.. x.Shape[..start], x.Shape[start..(end + 1)].ElementCount, .. x.Shape[(end + 1)..]], "ViewBackward0");
    }

    /// <summary>Without the dimensions of size 1; shares memory.</summary>
    /// <param name="x">Any shape; all sizes 1 make a single number.</param>
    public static Tensor<T> Squeeze<T>(this Tensor<T> x) where T : unmanaged, INumber<T> =>
        x.Viewed(Array.FindAll(x.Shape.Sizes, static size => size != 1), "SqueezeBackward0");

    /// <summary>Without dimension <paramref name="dim"/> if its size is 1, else unchanged; shares memory.</summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="dim">The dimension to leave out; negatives count from the back.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> Squeeze<T>(this Tensor<T> x, int dim) where T : unmanaged, INumber<T>
    {
        dim = Shape.Axis(dim, x.Rank);
        return x.Viewed(x.Rank > 0 && x.Shape[dim] == 1 ? Shape.Reduce(x.Shape, dim, keepDim: false) : x.Shape, "SqueezeBackward1");
    }

    /// <summary>
    /// With a dimension of size 1 before position <paramref name="dim"/> (negatives from the back, -1 appends); shares memory.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <param name="dim">The position of the new dimension in the result, from 0 to the rank of x.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such position.</exception>
    public static Tensor<T> Unsqueeze<T>(this Tensor<T> x, int dim) where T : unmanaged, INumber<T>
    {
        dim = Shape.Axis(dim, x.Rank + 1);
        return x.Viewed([.. x.Shape[..dim], 1, .. x.Shape[dim..]], "UnsqueezeBackward0");
    }

    /// <summary>Records a view of the same elements in another shape.</summary>
    private static Tensor<T> Viewed<T>(this Tensor<T> x, TensorShape shape, string name) where T : unmanaged, INumber<T> =>
        x.View(shape).Record(name, [], x.MakeEdge(g => g.View(x.Shape))).Traced("Reshape", x);
}
