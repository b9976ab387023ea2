using System.Numerics.Tensors;
using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The p-norm of all elements, of rank 0: (sum |x|^p)^(1/p).</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="p">
    /// Default 2, the Euclidean length. 1 adds up sizes, infinity and -infinity take the largest and the smallest size, 0 counts what is
    /// not
    /// 0.
    /// </param>
    /// <remarks>
    /// In double, rounded once; nothing overflows on the way. 0 for no elements. The gradient is g sign(x) (|x| / norm)^(p - 1), so g x /
    /// norm for p = 2; 0 where the norm is 0, and for p = 0. For p = 1 it is g sign(x), 0 at NaN too; for the infinities the elements of
    /// that size share it.
    /// </remarks>
    /// <exception cref="ArgumentException">No elements, and p is infinite or negative.</exception>
    public static Tensor<T> Norm<T>(this Tensor<T> x, double p = 2) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.Length == 0 && (p < 0 || double.IsPositiveInfinity(p)))
            throw NoIdentity(p, "an empty tensor because the operation", nameof(x));
        return x.Norm(p, new ReducedShape(x.Shape), keepDim: false);
    }

    /// <summary>
    /// The p-norms along one dimension, which disappears from the shape, or stays at size 1 with <paramref name="keepDim"/>.
    /// </summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="p">2 is the Euclidean length; 1, 0, the infinities and any other number as for all elements.</param>
    /// <param name="dim">The dimension; negatives count from the back.</param>
    /// <param name="keepDim">Whether it stays, at size 1. Default false.</param>
    /// <inheritdoc cref="Norm{T}(Tensor{T}, double)" path="/remarks"/>
    /// <exception cref="ArgumentException">The dimension is empty, and p is infinite or negative.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> Norm<T>(this Tensor<T> x, double p, int dim, bool keepDim = false)
        where T : unmanaged, IFloatingPointIeee754<T> => x.NormOver(p, new ReducedShape(x.Shape, [dim], nameof(dim)), keepDim);

    /// <summary>The p-norms over several dimensions, which disappear from the shape, or stay at size 1.</summary>
    /// <param name="x">Any shape; a single number has the dimensions 0 and -1.</param>
    /// <param name="p">2 is the Euclidean length; 1, 0, the infinities and any other number as for all elements.</param>
    /// <param name="dims">The dimensions, each once and at least one; negatives count from the back.</param>
    /// <param name="keepDim">Whether they stay, at size 1. Default false.</param>
    /// <inheritdoc cref="Norm{T}(Tensor{T}, double)" path="/remarks"/>
    /// <exception cref="ArgumentException">No dimension, one that is given twice, or an empty one and p is infinite or
    /// negative.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static Tensor<T> Norm<T>(this Tensor<T> x, double p, ReadOnlySpan<int> dims, bool keepDim = false)
        where T : unmanaged, IFloatingPointIeee754<T> => x.NormOver(p, new ReducedShape(x.Shape, dims), keepDim);

    private static Tensor<T> NormOver<T>(this Tensor<T> x, double p, ReducedShape reduced, bool keepDim)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var axis in reduced.Axes)
            if (x.Rank > 0 && x.Shape[axis] == 0 && (p < 0 || double.IsPositiveInfinity(p)))
                throw NoIdentity(p, $"the dimension {axis} because this dimension is empty and the operation", nameof(x));
        return x.Norm(p, reduced, keepDim);
    }

    private static Tensor<T> Norm<T>(this Tensor<T> x, double p, ReducedShape reduced, bool keepDim)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var rows = new ReducedRows<T>(x, reduced);
        var norms = rows.Reduce(i => NormOf(rows.Row(i), p));
        return Broadcasting.Rounded<T>(norms, reduced.Result(keepDim)).Record("LinalgVectorNormBackward0", [x], x.MakeEdge(g =>
            rows.Gradient((i, row, to) => WriteNormGradient(row, p, norms[i], double.CreateTruncating(g.Span[i]), to))));
    }

    private static double NormOf<T>(ReadOnlySpan<T> x, double p) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.IsEmpty) return 0;
        if (p == 0) return MappedSum.Of(x, default(Summands.NonZero));
        var size = double.Abs(double.CreateTruncating(p > 0 ? TensorPrimitives.MaxMagnitude(x) : TensorPrimitives.MinMagnitude(x)));
        if (double.IsInfinity(p)) return size;
        var sum = MappedSum.Of(x, new Summands.Power(p, 1));
        if (p == 1 || double.IsNaN(sum)) return sum;
        if (sum is > 1e-280 and < 1e280 || size == 0 || !double.IsFinite(size)) return Root(sum, p);
        return size * Root(MappedSum.Of(x, new Summands.Power(p, size)), p); // powers that no double holds, of a norm that one does
    }

    private static double Root(double sum, double p) => p == 2 ? Math.Sqrt(sum) : Scalar.Pow(sum, 1 / p);

    private static void WriteNormGradient<T>(ReadOnlySpan<T> x, double p, double norm, double g, Span<T> to)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (p == 0 || norm == 0) to.Clear();
        else if (double.IsInfinity(p))
        {
            var ties = 0;
            foreach (var value in x)
                if (double.Abs(double.CreateTruncating(value)) == norm) ties++;
            MapRow(x, to, new Derivatives.Extreme(norm, ties, g));
        }
        else MapRow(x, to, p == 1 ? new Derivatives.Norm(1, 1, g) : new Derivatives.Norm(p, norm, g));
    }

    private static ArgumentException NoIdentity(double p, string of, string name)
    {
        var order = double.IsInfinity(p) ? p > 0 ? "inf" : "-inf" : p.ToString();
        return new($"linalg.vector_norm cannot compute the {order} norm on {of} does not have an identity", name);
    }
}
