namespace Surprisal.Modules;

/// <summary>Normalises each sample over its last dimensions to mean 0 and variance 1, then scales and shifts: [..,
/// normalizedShape].</summary>
/// <remarks>Ba, Kiros and Hinton 2016. The same in training and in evaluation.</remarks>
/// <example><code>
/// var layer = new LayerNorm([64]);
/// Console.WriteLine(layer);                                           // LayerNorm((64,), eps=1e-05, elementwise_affine=True)
/// Console.WriteLine(layer.Forward(Tensor.Ones&lt;float>(32, 10, 64)).Shape);    // [32, 10, 64]
/// </code></example>
public sealed class LayerNorm : Module
{
    private readonly TensorShape normalizedShape;
    private readonly double epsilon;

    /// <summary>A layer for the given sizes; weight 1 and bias 0 at first.</summary>
    /// <param name="normalizedShape">The sizes of the last dimensions, at least one, over which is normalised.</param>
    /// <param name="epsilon">Added to the biased variance, against 0; not checked. Default 1e-5.</param>
    /// <param name="elementwiseAffine">Whether there are a weight and a bias for each element. Default true.</param>
    /// <param name="bias">Whether there is a bias beside the weight; ignored without <paramref name="elementwiseAffine"/>. Default
    /// true.</param>
    /// <exception cref="ArgumentException">No dimensions.</exception>
    public LayerNorm(TensorShape normalizedShape, double epsilon = 1e-5, bool elementwiseAffine = true, bool bias = true)
    {
        if (normalizedShape.Rank == 0)
            throw new ArgumentException("normalizedShape is [], but at least the last dimension is normalised.", nameof(normalizedShape));
        (this.normalizedShape, this.epsilon) = (normalizedShape, epsilon);
        if (elementwiseAffine) Weight = Parameter("weight", Tensor.Ones<float>(normalizedShape));
        if (elementwiseAffine && bias) Bias = Parameter("bias", Tensor.Zeros<float>(normalizedShape));
    }

    /// <summary>Of the shape that is normalised; null without elementwiseAffine.</summary>
    public Tensor<float>? Weight { get; }

    /// <summary>Of the shape that is normalised; null without.</summary>
    public Tensor<float>? Bias { get; }

    /// <inheritdoc/>
    protected override string Details
    {
        get
        {
            var sizes = string.Join(", ", normalizedShape.AsSpan().ToArray());
            return $"({sizes}{(normalizedShape.Rank == 1 ? "," : "")}), eps={NumberFormat.Short(epsilon)}, " +
                $"elementwise_affine={Weight is not null}{(Weight is not null && Bias is null ? ", bias=False" : "")}";
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Other last dimensions than those of the layer.</exception>
    public override Tensor<float> Forward(Tensor<float> input) => input.LayerNorm(normalizedShape, Weight, Bias, epsilon);
}
