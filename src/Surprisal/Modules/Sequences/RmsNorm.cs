namespace Surprisal.Modules;

/// <summary>Divides each sample by the root of its mean square over the last dimensions, then scales: [.., normalizedShape].</summary>
/// <remarks>Zhang and Sennrich 2019; PyTorch's RMSNorm. The same in training and in evaluation.</remarks>
/// <example><code>
/// var layer = new RmsNorm([64]);
/// Console.WriteLine(layer);                                           // RmsNorm((64,), eps=None, elementwise_affine=True)
/// Console.WriteLine(layer.Forward(Tensor.Ones&lt;float>(32, 10, 64)).Shape);    // [32, 10, 64]
/// </code></example>
public sealed class RmsNorm : Module
{
    private readonly TensorShape normalizedShape;
    private readonly double? epsilon;

    /// <summary>A layer for the given sizes; weight 1 at first.</summary>
    /// <param name="normalizedShape">The sizes of the last dimensions, at least one, over which is normalised.</param>
    /// <param name="epsilon">Added to the mean square, against 0; not checked. Default null: 1.19e-7.</param>
    /// <param name="elementwiseAffine">Whether there is a weight for each element. Default true.</param>
    /// <exception cref="ArgumentException">No dimensions.</exception>
    public RmsNorm(TensorShape normalizedShape, double? epsilon = null, bool elementwiseAffine = true)
    {
        if (normalizedShape.Rank == 0)
            throw new ArgumentException("normalizedShape is [], but at least the last dimension is normalised.", nameof(normalizedShape));
        (this.normalizedShape, this.epsilon) = (normalizedShape, epsilon);
        if (elementwiseAffine) Weight = Parameter("weight", Tensor.Ones<float>(normalizedShape));
    }

    /// <summary>Of the shape that is normalised; null without elementwiseAffine.</summary>
    public Tensor<float>? Weight { get; }

    /// <inheritdoc/>
    protected override string Details
    {
        get
        {
            var sizes = string.Join(", ", normalizedShape.AsSpan().ToArray());
            return $"({sizes}{(normalizedShape.Rank == 1 ? "," : "")}), " +
                $"eps={(epsilon is { } given ? NumberFormat.Short(given) : "None")}, elementwise_affine={Weight is not null}";
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Other last dimensions than those of the layer.</exception>
    public override Tensor<float> Forward(Tensor<float> input) => input.RmsNorm(normalizedShape, Weight, epsilon);
}
