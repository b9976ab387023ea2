namespace Surprisal.Modules;

/// <summary>x where that is positive, else negativeSlope x, element by element.</summary>
/// <param name="negativeSlope">The slope below 0; any number. Default 0.01.</param>
public sealed class LeakyRelu(double negativeSlope = 0.01) : Module
{
    /// <inheritdoc/>
    protected override string Details => $"negative_slope={NumberFormat.Short(negativeSlope)}";

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input) => input.LeakyRelu(negativeSlope);
}
