namespace Surprisal.Modules;

/// <summary>1 / (1 + exp(-x)), element by element. Not before a loss with logits: that takes the logits themselves.</summary>
public sealed class Sigmoid : Module
{
    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input) => input.Sigmoid();
}
