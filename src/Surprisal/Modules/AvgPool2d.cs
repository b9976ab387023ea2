namespace Surprisal.Modules;

/// <summary>The average of each size x size window: [N, C, H, W] to [N, C, Oh, Ow].</summary>
/// <param name="size">The side of the window.</param>
/// <param name="stride">The step between windows; 0, the default, means the size.</param>
/// <param name="padding">Rows and columns of zeros, which count around the image; at most half the size. Default 0.</param>
public sealed class AvgPool2d(int size, int stride = 0, int padding = 0) : Module
{
    /// <inheritdoc/>
    protected override string Details => $"kernel_size={size}, stride={(stride == 0 ? size : stride)}, padding={padding}";

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input) => input.AvgPool2d(size, stride, padding);
}
