namespace Surprisal.Modules;

/// <summary>
/// 2-D cross-correlation with square kernels: [N, C, H, W] to [N, O, Oh, Ow], Oh = floor((H + 2 padding - dilation (kernelSize - 1) - 1) /
/// stride) + 1.
/// </summary>
/// <example><code>
/// var layer = new Conv2d(3, 16, kernelSize: 5, new Seed(0), padding: 2);
/// Console.WriteLine(layer.Forward(Tensor.Ones&lt;float>(8, 3, 28, 28)).Shape);   // [8, 16, 28, 28]
/// </code></example>
public sealed class Conv2d : Module
{
    private readonly int stride, dilation, groups;
    private readonly Padding padding;

    /// <summary>A layer with PyTorch's default initialisation: uniform in +-1/sqrt(inChannels / groups kernelSize^2).</summary>
    /// <param name="inChannels">Channels of the input; at least 1.</param>
    /// <param name="outChannels">Channels of the output; at least 1.</param>
    /// <param name="kernelSize">The side of the kernel; at least 1.</param>
    /// <param name="seed">Where the weights come from: its next numbers.</param>
    /// <param name="stride">The step between positions; at least 1. Default 1.</param>
    /// <param name="padding">Rows and columns of zeros on each side of the image, or <see cref="Padding.Same"/>, which needs a stride of 1.
    /// Default 0.</param>
    /// <param name="bias">Whether to add a bias. Default true.</param>
    /// <param name="dilation">From one element of the kernel to the next, in pixels; at least 1. Default 1.</param>
    /// <param name="groups">Into how many parts the channels are cut, each of which sees its own part of the input; divides both numbers of
    /// channels. As many as channels is a depthwise convolution. Default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No channels, outputs, kernel, stride, dilation or groups.</exception>
    /// <exception cref="ArgumentException">Groups that do not divide the channels, or <see cref="Padding.Same"/> with a stride.</exception>
    public Conv2d(
        int inChannels,
        int outChannels,
        int kernelSize,
        Seed seed,
        int stride = 1,
        Padding padding = default,
        bool bias = true,
        int dilation = 1,
        int groups = 1)
    {
        CheckSizes(inChannels, outChannels, kernelSize, stride, dilation, groups);
        if (padding.IsSame && stride != 1)
            throw new ArgumentException($"stride is {stride}; padding = same is for a stride of 1.", nameof(padding));
        (this.stride, this.padding, this.dilation, this.groups) = (stride, padding, dilation, groups);
        inChannels /= groups;
        var (weight, initial) = Initialization.Uniform(
            [outChannels, inChannels, kernelSize, kernelSize], inChannels * kernelSize * kernelSize, Seed.Draw(seed));
        Weight = Parameter("weight", weight);
        if (bias) Bias = Parameter("bias", initial);
    }

    /// <summary>[outChannels, inChannels / groups, kernelSize, kernelSize].</summary>
    public Tensor<float> Weight { get; }

    /// <summary>[outChannels]; null without bias.</summary>
    public Tensor<float>? Bias { get; }

    /// <inheritdoc/>
    protected override string Details =>
        $"{Weight.Shape[1] * groups}, {Weight.Shape[0]}, kernel_size=({Weight.Shape[2]}, {Weight.Shape[3]}), stride=({stride}, {stride})" +
        (padding == 0 ? "" : padding.IsSame ? ", padding=same" : $", padding=({padding}, {padding})") +
        (dilation == 1 ? "" : $", dilation=({dilation}, {dilation})") + (groups == 1 ? "" : $", groups={groups}") +
        (Bias is null ? ", bias=False" : "");

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input) => input.Conv2d(Weight, Bias, stride, padding, dilation, groups);

    /// <summary>Refuses a convolution, transposed or not, of which there is nothing.</summary>
    internal static void CheckSizes(int inChannels, int outChannels, int kernelSize, int stride, int dilation, int groups)
    {
        if (inChannels < 1)
            throw new ArgumentOutOfRangeException(nameof(inChannels), $"inChannels is {inChannels}; images have at least 1 channel.");
        if (outChannels < 1)
            throw new ArgumentOutOfRangeException(nameof(outChannels), $"outChannels is {outChannels}; a layer has at least 1 output.");
        if (kernelSize < 1)
            throw new ArgumentOutOfRangeException(nameof(kernelSize), $"kernelSize is {kernelSize}; the side of a kernel is at least 1.");
        TensorExtensions.CheckSteps(stride, dilation, groups);
        if (inChannels % groups != 0)
            throw new ArgumentException($"in_channels must be divisible by groups: inChannels is {inChannels}, groups {groups}.",
                nameof(groups));
        if (outChannels % groups != 0)
            throw new ArgumentException($"out_channels must be divisible by groups: outChannels is {outChannels}, groups {groups}.",
                nameof(groups));
    }
}
