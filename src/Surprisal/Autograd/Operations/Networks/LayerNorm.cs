using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>(x - mean) / sqrt(variance + epsilon) weight + bias, with mean and variance over the last dimensions.</summary>
    /// <param name="x">[.., normalizedShape]; Half and BFloat16 are computed in float and rounded once.</param>
    /// <param name="normalizedShape">The sizes of the last dimensions, at least one, over which is normalised.</param>
    /// <param name="weight">Of the shape <paramref name="normalizedShape"/>. Default null: 1.</param>
    /// <param name="bias">Of the shape <paramref name="normalizedShape"/>. Default null: 0.</param>
    /// <param name="epsilon">Added to the biased variance, against 0; not checked. Default 1e-5.</param>
    /// <remarks>Ba, Kiros and Hinton 2016. Statistics and sums in double: a large mean costs no digits. Of one element it is the
    /// bias.</remarks>
    /// <exception cref="ArgumentException">No dimensions, or sizes that do not fit.</exception>
    /// <example><code>
    /// var x = Tensor.Create&lt;float>([[1, 2, 3], [10, 20, 30]]);
    /// Console.WriteLine(x.LayerNorm([3]));
    /// // tensor([[-1.2247,  0.0000,  1.2247],
    /// //         [-1.2247,  0.0000,  1.2247]])
    /// </code></example>
    public static Tensor<T> LayerNorm<T>(
        this Tensor<T> x, TensorShape normalizedShape, Tensor<T>? weight = null, Tensor<T>? bias = null, double epsilon = 1e-5)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (normalizedShape.Rank == 0)
            throw new ArgumentException("normalizedShape is [], but at least the last dimension is normalised.", nameof(normalizedShape));
        if (x.Rank < normalizedShape.Rank || x.Shape[^normalizedShape.Rank..] != normalizedShape)
            throw new ArgumentException($"Given normalized_shape={normalizedShape}, expected input with shape [*, " +
                $"{normalizedShape.ToString()[1..]}, but got input of size {x.Shape}", nameof(x));
        CheckOfShape(weight, normalizedShape, nameof(weight));
        CheckOfShape(bias, normalizedShape, nameof(bias));
        if (typeof(T).Is16Bit)
            return x.To<float>().LayerNorm(normalizedShape, weight?.To<float>(), bias?.To<float>(), epsilon).To<T>();
        var width = normalizedShape.ElementCount;
        var rows = Shape.Length(x.Shape[..^normalizedShape.Rank]);
        var kernel = new Kernels.LayerNorm(rows, width);
        var (mean, inverseDeviation) = (new double[rows], new double[rows]);
        var y = Tensor.Uninitialized<T>(x.Shape);
        ForEachPlane(rows, width, row => (mean[row], inverseDeviation[row]) =
            kernel.Normalize(row, x.Span, weight is null ? default : weight.Span, bias is null ? default : bias.Span, epsilon, y.Span));
        return y.Record("NativeLayerNormBackward0", [x, weight],
            x.MakeEdge(g =>
            {
                var dx = Tensor.Uninitialized<T>(x.Shape);
                ForEachPlane(rows, width, row => kernel.InputGradient<T>(
                    row, x.Span, g.Span, weight is null ? default : weight.Span, mean[row], inverseDeviation[row], dx.Span));
                return dx;
            }),
            weight?.MakeEdge(g =>
            {
                var dw = Tensor.Uninitialized<T>(normalizedShape);
                Partition.Ranges(width, Kernels.LayerNorm.Block, rows,
                    (first, end) => kernel.WeightGradient<T>(first, end, x.Span, g.Span, mean, inverseDeviation, dw.Span));
                return dw;
            }),
            bias?.MakeEdge(g => g.SumTo(normalizedShape)))
            .Traced("LayerNormalization", (normalizedShape.Rank, Epsilon: epsilon), x, weight, bias);
    }

    private static void CheckOfShape<T>(Tensor<T>? parameter, TensorShape normalizedShape, string name) where T : unmanaged, INumber<T>
    {
        if (parameter is not null && parameter.Shape != normalizedShape)
            throw new ArgumentException($"Expected {name} to be of same shape as normalized_shape, but got {name} of shape " +
                $"{parameter.Shape} and normalized_shape = {normalizedShape}", name);
    }
}
