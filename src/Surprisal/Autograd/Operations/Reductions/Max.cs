namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The largest element, of rank 0; NaN if there is one. Equal largest elements share the gradient.</summary>
    /// <exception cref="InvalidOperationException">The tensor is empty.</exception>
    public static Tensor<T> Max<T>(this Tensor<T> x) where T : unmanaged, INumber<T>
    {
        if (x.Length == 0)
            throw new InvalidOperationException(
                "max(): Expected reduction dim to be specified for input.numel() == 0: an empty tensor has no largest element.");
        var largest = x.Span[Kernels.ArgMax.Find<T>(x.Span, 1)];
        return Tensor.Scalar(largest).Record("MaxBackward1", [x], x.MakeEdge(g =>
        {
            var hits = 0;
            foreach (var value in x.Span)
                if (value.Equals(largest)) hits++; // NaN equals NaN here
            var dx = Tensor.Zeros<T>(x.Shape);
            var share = Kernels.Scalar.Round<T>(double.CreateTruncating(g.Item()) / hits);
            for (var i = 0; i < dx.Length; i++)
                if (x.Span[i].Equals(largest)) dx.Span[i] = share;
            return dx;
        }));
    }

    /// <summary>The largest along one dimension, and where: the first of equals. The gradient goes to that one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <exception cref="InvalidOperationException">The dimension is empty.</exception>
    public static (Tensor<T> Values, Tensor<long> Indices) Max<T>(this Tensor<T> x, int dim, bool keepDim = false)
        where T : unmanaged, INumber<T>
    {
        dim = Shape.Axis(dim, x.Rank);
        var indices = x.Largest(dim, keepDim: true, "max");
        var shape = Shape.Reduce(x.Shape, dim, keepDim);
        var values = Gathering.Take(x, dim, indices).View(shape)
            .Record("MaxBackward0", [indices], x.MakeEdge(g => Gathering.Scatter(g.View(indices.Shape), dim, indices, x.Shape)));
        return (values, indices.View(shape));
    }
}
