namespace Surprisal.Modules;

/// <summary>exp(x) / sum exp(x) along an axis. Not before a cross-entropy: that takes the logits themselves.</summary>
/// <param name="axis">The axis to add up over; negatives count from the back.</param>
public sealed class Softmax(int axis) : Module
{
    /// <inheritdoc/>
    protected override string Details => $"axis={axis}";

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The input has no such axis.</exception>
    public override Tensor<float> Forward(Tensor<float> input) => input.Softmax(axis);
}
