namespace Surprisal.Modules;

/// <summary>The average of each kernelSize x kernelSize window: [N, C, H, W] to [N, C, Oh, Ow].</summary>
public sealed class AvgPool2d : Module
{
    private readonly int kernelSize, stride, padding;

    /// <summary>A layer of square windows.</summary>
    /// <param name="kernelSize">The side of the window; at least 1.</param>
    /// <param name="stride">The step between windows; at least 1. Default null: <paramref name="kernelSize"/>.</param>
    /// <param name="padding">Rows and columns of zeros, which count, around the image; at most half the window. Default 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">No window, no step, or a padding that does not fit the window.</exception>
    public AvgPool2d(int kernelSize, int? stride = null, int padding = 0)
    {
        TensorExtensions.CheckWindow(kernelSize, stride, padding);
        (this.kernelSize, this.stride, this.padding) = (kernelSize, stride ?? kernelSize, padding);
    }

    /// <inheritdoc/>
    protected override string Details => $"kernel_size={kernelSize}, stride={stride}, padding={padding}";

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input) => input.AvgPool2d(kernelSize, stride, padding);
}
