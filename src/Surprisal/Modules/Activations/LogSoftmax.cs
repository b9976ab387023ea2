namespace Surprisal.Modules;

/// <summary>x - log sum exp(x) along a dimension, in nats: the logarithm of <see cref="Softmax"/>, accurate for any offset.</summary>
/// <param name="dim">The dimension to add up over; negatives count from the back.</param>
public sealed class LogSoftmax(int dim) : Module
{
    /// <inheritdoc/>
    protected override string Details => $"dim={dim}";

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The input has no such dimension.</exception>
    public override Tensor<float> Forward(Tensor<float> input) => input.LogSoftmax(dim);
}
