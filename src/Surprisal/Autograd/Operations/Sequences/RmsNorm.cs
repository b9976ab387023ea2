using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>x / sqrt(mean(x^2) + epsilon) weight, with the mean over the last dimensions.</summary>
    /// <param name="x">[.., normalizedShape]; Half and BFloat16 are computed in float and rounded once.</param>
    /// <param name="normalizedShape">The sizes of the last dimensions, at least one, over which is normalised.</param>
    /// <param name="weight">Of the shape <paramref name="normalizedShape"/>. Default null: 1.</param>
    /// <param name="epsilon">Added to the mean of the squares, against 0; not checked. Default null: the distance from 1 to the next
    /// number of the type in which is computed, 1.19e-7 in float.</param>
    /// <remarks>Zhang and Sennrich 2019; PyTorch's rms_norm. The mean of the squares in double. There is no bias, and no mean is taken
    /// away.</remarks>
    /// <exception cref="ArgumentException">No dimensions, or sizes that do not fit.</exception>
    /// <example><code>
    /// var x = Tensor.Create&lt;float>([[3, 4], [30, 40]]);
    /// Console.WriteLine(x.RmsNorm([2]));
    /// // tensor([[0.8485, 1.1314],
    /// //         [0.8485, 1.1314]])
    /// </code></example>
    public static Tensor<T> RmsNorm<T>(this Tensor<T> x, TensorShape normalizedShape, Tensor<T>? weight = null, double? epsilon = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (normalizedShape.Rank == 0)
            throw new ArgumentException("normalizedShape is [], but at least the last dimension is normalised.", nameof(normalizedShape));
        if (x.Rank < normalizedShape.Rank || x.Shape[^normalizedShape.Rank..] != normalizedShape)
            throw new ArgumentException($"Given normalized_shape={normalizedShape}, expected input with shape [*, " +
                $"{normalizedShape.ToString()[1..]}, but got input of size {x.Shape}", nameof(x));
        CheckOfShape(weight, normalizedShape, nameof(weight));
        if (typeof(T).Is16Bit) return x.To<float>().RmsNorm(normalizedShape, weight?.To<float>(), epsilon).To<T>();
        var added = epsilon ?? double.CreateTruncating(T.BitIncrement(T.One) - T.One);
        var (width, rows) = (normalizedShape.ElementCount, Shape.Length(x.Shape[..^normalizedShape.Rank]));
        var inverse = new double[rows];
        var y = Tensor.Uninitialized<T>(x.Shape);
        ReadOnlySpan<T> Scale() => weight is null ? default : weight.Span;
        ForEachPlane(rows, width, row =>
            inverse[row] = Kernels.RmsNorm.Normalize(Row(x, row), Scale(), added, y.Span.Slice(row * width, width)));
        ReadOnlySpan<T> Row(Tensor<T> of, int row) => of.Span.Slice(row * width, width);
        return y.Record("FusedRmsNormBackward0", [x, weight],
            x.MakeEdge(g =>
            {
                var dx = Tensor.Uninitialized<T>(x.Shape);
                ForEachPlane(rows, width, row =>
                    Kernels.RmsNorm.InputGradient(Row(x, row), Row(g, row), Scale(), inverse[row], dx.Span.Slice(row * width, width)));
                return dx;
            }),
            weight?.MakeEdge(g =>
            {
                var dw = Tensor.Uninitialized<T>(normalizedShape);
                var (kernel, zeros) = (new Kernels.LayerNorm(rows, width), new double[rows]); // layer normalisation of mean 0
                Partition.Ranges(width, Kernels.LayerNorm.Block, rows,
                    (first, end) => kernel.WeightGradient<T>(first, end, x.Span, g.Span, zeros, inverse, dw.Span));
                return dw;
            }));
    }
}
