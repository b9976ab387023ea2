namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The largest element, of rank 0; NaN if there is one. Equal largest elements share the gradient.</summary>
    /// <param name="x">At least one element.</param>
    /// <exception cref="ArgumentException">The tensor is empty.</exception>
    public static Tensor<T> Max<T>(this Tensor<T> x) where T : unmanaged, INumber<T>
    {
        if (x.Length == 0) throw NoExtreme("max", "largest", nameof(x));
        var largest = x.Span[Kernels.ArgMax.Find<T>(x.Span, 1)];
        return Tensor.Scalar(largest).Record("MaxBackward1", [x], x.MakeEdge(g => ShareAmongEquals(x, largest, g.Item())));
    }

    /// <summary>The largest along one dimension, and where: the first of equals, NaN before all. The gradient goes to that one.</summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="dim">The dimension, which disappears from the shape; negatives count from the back.</param>
    /// <param name="keepDim">Whether it stays, at size 1. Default false.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <exception cref="ArgumentException">The dimension is empty.</exception>
    public static (Tensor<T> Values, Tensor<long> Indices) Max<T>(this Tensor<T> x, int dim, bool keepDim = false)
        where T : unmanaged, INumber<T> => x.Extreme(dim, keepDim, "max", largest: true, "MaxBackward0");

    /// <summary>The largest or the smallest along one dimension, and where; the gradient goes to the place.</summary>
    private static (Tensor<T> Values, Tensor<long> Indices) Extreme<T>(
        this Tensor<T> x, int dim, bool keepDim, string function, bool largest, string name)
        where T : unmanaged, INumber<T>
    {
        var axis = Shape.Axis(dim, x.Rank);
        var indices = x.Extremes(axis, keepDim: true, function, largest, nameof(x));
        var shape = Shape.Reduce(x.Shape, axis, keepDim);
        var values = Gathering.Take(x, axis, indices).View(shape)
            .Record(name, [indices], x.MakeEdge(g => Gathering.Scatter(g.View(indices.Shape), axis, indices, x.Shape)));
        return (values, indices.View(shape));
    }

    /// <summary>A gradient for every element that equals the value, each the same part of g; NaN equals NaN here.</summary>
    private static Tensor<T> ShareAmongEquals<T>(Tensor<T> x, T value, T g) where T : unmanaged, INumber<T>
    {
        var hits = 0;
        foreach (var element in x.Span)
            if (element.Equals(value)) hits++;
        var dx = Tensor.Zeros<T>(x.Shape);
        var share = Kernels.Scalar.Round<T>(double.CreateTruncating(g) / hits);
        for (var i = 0; i < dx.Length; i++)
            if (x.Span[i].Equals(value)) dx.Span[i] = share;
        return dx;
    }

    private static ArgumentException NoExtreme(string function, string which, string name) => new(
        $"{function}(): Expected reduction dim to be specified for input.numel() == 0: an empty tensor has no {which} element.", name);
}
