namespace Surprisal.Modules;

/// <summary>max(x, 0), element by element.</summary>
public sealed class Relu : Module
{
    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input) => input.Relu();
}
