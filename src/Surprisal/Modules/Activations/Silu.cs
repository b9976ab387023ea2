namespace Surprisal.Modules;

/// <summary>x sigmoid(x), element by element.</summary>
public sealed class Silu : Module
{
    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input) => input.Silu();
}
