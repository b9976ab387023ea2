namespace Surprisal.Modules;

/// <summary>
/// 2-D cross-correlation with square kernels: [N, C, H, W] to [N, O, Oh, Ow], Oh = (H + 2 padding - kernelSize) / stride + 1.
/// </summary>
/// <example><code>
/// var layer = new Conv2d(3, 16, kernelSize: 5, new Seed(0), padding: 2);
/// Console.WriteLine(layer.Forward(Tensor.Ones&lt;float>(8, 3, 28, 28)).Shape);   // [8, 16, 28, 28]
/// </code></example>
public sealed class Conv2d : Module
{
    private readonly int stride, padding;

    /// <summary>A layer with PyTorch's default initialisation: uniform in +-1/sqrt(inChannels kernelSize^2).</summary>
    /// <param name="inChannels">Channels of the input; at least 1.</param>
    /// <param name="outChannels">Channels of the output; at least 1.</param>
    /// <param name="kernelSize">The side of the kernel; at least 1.</param>
    /// <param name="seed">Where the weights come from: its next numbers.</param>
    /// <param name="stride">The step between positions; at least 1. Default 1.</param>
    /// <param name="padding">Rows and columns of zeros on each side of the image; at least 0. Default 0.</param>
    /// <param name="bias">Whether to add a bias. Default true.</param>
    /// <exception cref="ArgumentOutOfRangeException">No channels, outputs, kernel or stride, or a negative padding.</exception>
    public Conv2d(int inChannels, int outChannels, int kernelSize, Seed seed, int stride = 1, int padding = 0, bool bias = true)
    {
        if (inChannels < 1)
            throw new ArgumentOutOfRangeException(nameof(inChannels), $"inChannels is {inChannels}; images have at least 1 channel.");
        if (outChannels < 1)
            throw new ArgumentOutOfRangeException(nameof(outChannels), $"outChannels is {outChannels}; a layer has at least 1 output.");
        if (kernelSize < 1)
            throw new ArgumentOutOfRangeException(nameof(kernelSize), $"kernelSize is {kernelSize}; the side of a kernel is at least 1.");
        if (stride < 1)
            throw new ArgumentOutOfRangeException(nameof(stride), $"stride is {stride}; the step between positions is at least 1.");
        if (padding < 0) throw new ArgumentOutOfRangeException(nameof(padding), $"padding is {padding}; it is 0 or more.");
        (this.stride, this.padding) = (stride, padding);
        var (weight, initial) = Initialization.Uniform(
            [outChannels, inChannels, kernelSize, kernelSize], inChannels * kernelSize * kernelSize, Seed.Draw(seed));
        Weight = Parameter("weight", weight);
        if (bias) Bias = Parameter("bias", initial);
    }

    /// <summary>[outChannels, inChannels, kernelSize, kernelSize].</summary>
    public Tensor<float> Weight { get; }

    /// <summary>[outChannels]; null without bias.</summary>
    public Tensor<float>? Bias { get; }

    /// <inheritdoc/>
    protected override string Details =>
        $"{Weight.Shape[1]}, {Weight.Shape[0]}, kernel_size=({Weight.Shape[2]}, {Weight.Shape[3]}), stride=({stride}, {stride})" +
        (padding == 0 ? "" : $", padding=({padding}, {padding})") + (Bias is null ? ", bias=False" : "");

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input) => input.Conv2d(Weight, Bias, stride, padding);
}
