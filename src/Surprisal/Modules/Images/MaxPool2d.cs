namespace Surprisal.Modules;

/// <summary>The largest of each kernelSize x kernelSize window: [N, C, H, W] to [N, C, Oh, Ow].</summary>
public sealed class MaxPool2d : Module
{
    private readonly int kernelSize, stride, padding, dilation;

    /// <summary>A layer of square windows.</summary>
    /// <param name="kernelSize">The side of the window; at least 1.</param>
    /// <param name="stride">The step between windows; at least 1. Default null: <paramref name="kernelSize"/>.</param>
    /// <param name="padding">Rows and columns of -infinity around the image; at most half of <paramref name="kernelSize"/>. Default
    /// 0.</param>
    /// <param name="dilation">From one pixel of a window to the next; at least 1. A window without a pixel gives -infinity. Default
    /// 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No window, no step, or a padding that does not fit the window.</exception>
    public MaxPool2d(int kernelSize, int? stride = null, int padding = 0, int dilation = 1)
    {
        TensorExtensions.CheckWindow(kernelSize, stride, padding, dilation);
        (this.kernelSize, this.stride, this.padding, this.dilation) = (kernelSize, stride ?? kernelSize, padding, dilation);
    }

    /// <inheritdoc/>
    protected override string Details =>
        $"kernel_size={kernelSize}, stride={stride}, padding={padding}{(dilation == 1 ? "" : $", dilation={dilation}")}";

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input) => input.MaxPool2d(kernelSize, stride, padding, dilation);
}
