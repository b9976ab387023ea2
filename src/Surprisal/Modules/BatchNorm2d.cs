namespace Surprisal.Modules;

/// <summary>Normalises each channel of [N, C, H, W] to mean 0 and variance 1, then scales and shifts it.</summary>
/// <inheritdoc cref="BatchNorm" path="/remarks"/>
public sealed class BatchNorm2d : BatchNorm
{
    /// <summary>A layer for the given number of channels; weight 1 and bias 0 at first.</summary>
    /// <param name="numFeatures">The number of channels, the size of the second dimension; at least 1.</param>
    /// <param name="epsilon">Added to the variance, against 0; not checked. Default 1e-5.</param>
    /// <param name="momentum">How far the running statistics move towards each batch's: 0 keeps them,
    /// 1 forgets what was before; not checked. Default 0.1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No channels.</exception>
    public BatchNorm2d(int numFeatures, double epsilon = 1e-5, double momentum = 0.1) : base(numFeatures, epsilon, momentum) { }

    private protected override string Expected(int channels) => $"4D input [N, {channels}, H, W]";

    private protected override bool Takes(int rank) => rank == 4;
}
