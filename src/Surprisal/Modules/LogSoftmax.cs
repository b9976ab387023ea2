namespace Surprisal.Modules;

/// <summary>x - log sum exp(x) along an axis, in nats: the logarithm of <see cref="Softmax"/>, accurate for any offset.</summary>
/// <param name="axis">The axis to add up over; negatives count from the back.</param>
public sealed class LogSoftmax(int axis) : Module
{
    /// <inheritdoc/>
    protected override string Details => $"axis={axis}";

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The input has no such axis.</exception>
    public override Tensor<float> Forward(Tensor<float> input) => input.LogSoftmax(axis);
}
