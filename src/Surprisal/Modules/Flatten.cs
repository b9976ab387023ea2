namespace Surprisal.Modules;

/// <summary>All dimensions but the first as one: [N, C, H, W] to [N, C H W].</summary>
public sealed class Flatten : Module
{
    /// <inheritdoc/>
    protected override string Details => "start_dim=1, end_dim=-1";

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input) => input.Flatten(1);
}
