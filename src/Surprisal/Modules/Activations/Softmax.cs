namespace Surprisal.Modules;

/// <summary>exp(x) / sum exp(x) along a dimension. Not before a cross-entropy: that takes the logits themselves.</summary>
/// <param name="dim">The dimension to add up over; negatives count from the back.</param>
public sealed class Softmax(int dim) : Module
{
    /// <inheritdoc/>
    protected override string Details => $"dim={dim}";

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The input has no such dimension.</exception>
    public override Tensor<float> Forward(Tensor<float> input) => input.Softmax(dim);
}
