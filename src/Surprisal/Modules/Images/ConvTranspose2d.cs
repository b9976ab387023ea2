namespace Surprisal.Modules;

/// <summary>
/// 2-D transposed convolution with square kernels: [N, C, H, W] to [N, O, Oh, Ow], Oh = (H - 1) stride - 2 padding + dilation (kernelSize -
/// 1) + outputPadding + 1.
/// </summary>
/// <example><code>
/// var layer = new ConvTranspose2d(16, 8, kernelSize: 2, new Seed(0), stride: 2);
/// Console.WriteLine(layer.Forward(Tensor.Ones&lt;float>(4, 16, 7, 7)).Shape);          // [4, 8, 14, 14]
/// Console.WriteLine(layer.Forward(Tensor.Ones&lt;float>(4, 16, 7, 7), 15, 14).Shape);  // [4, 8, 15, 14]
/// </code></example>
public sealed class ConvTranspose2d : Module
{
    private readonly int stride, padding, outputPadding, dilation, groups;

    /// <summary>A layer with PyTorch's default initialisation: uniform in +-1/sqrt(outChannels / groups kernelSize^2).</summary>
    /// <param name="inChannels">Channels of the input; at least 1.</param>
    /// <param name="outChannels">Channels of the output; at least 1.</param>
    /// <param name="kernelSize">The side of the kernel; at least 1.</param>
    /// <param name="seed">Where the weights come from: its next numbers.</param>
    /// <param name="stride">How far the kernels of neighbouring pixels are apart; at least 1. Default 1.</param>
    /// <param name="padding">Rows and columns left out on each side of the output; at least 0. Default 0.</param>
    /// <param name="outputPadding">Rows and columns more at the bottom and right; less than the stride or the dilation. Default 0.</param>
    /// <param name="groups">Into how many parts the channels are cut; divides both numbers of channels. Default 1.</param>
    /// <param name="bias">Whether to add a bias. Default true.</param>
    /// <param name="dilation">From one element of the kernel to the next, in pixels; at least 1. Default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No channels, outputs, kernel, stride, dilation or groups, or a padding out of
    /// range.</exception>
    /// <exception cref="ArgumentException">Groups that do not divide the channels.</exception>
    public ConvTranspose2d(
        int inChannels,
        int outChannels,
        int kernelSize,
        Seed seed,
        int stride = 1,
        int padding = 0,
        int outputPadding = 0,
        int groups = 1,
        bool bias = true,
        int dilation = 1)
    {
        Conv2d.CheckSizes(inChannels, outChannels, kernelSize, stride, dilation, groups);
        if (padding < 0) throw new ArgumentOutOfRangeException(nameof(padding), $"padding is {padding}; it is 0 or more.");
        TensorExtensions.CheckOutputPadding(stride, dilation, outputPadding);
        (this.stride, this.padding, this.outputPadding, this.dilation, this.groups) = (stride, padding, outputPadding, dilation, groups);
        var part = outChannels / groups;
        var (weight, initial) = Initialization.Uniform(
            [inChannels, part, kernelSize, kernelSize], part * kernelSize * kernelSize, Seed.Draw(seed), outChannels);
        Weight = Parameter("weight", weight);
        if (bias) Bias = Parameter("bias", initial);
    }

    /// <summary>[inChannels, outChannels / groups, kernelSize, kernelSize].</summary>
    public Tensor<float> Weight { get; }

    /// <summary>[outChannels]; null without bias.</summary>
    public Tensor<float>? Bias { get; }

    /// <inheritdoc/>
    protected override string Details =>
        $"{Weight.Shape[0]}, {Weight.Shape[1] * groups}, kernel_size=({Weight.Shape[2]}, {Weight.Shape[3]}), stride=({stride}, {stride})" +
        (padding == 0 ? "" : $", padding=({padding}, {padding})") + (dilation == 1 ? "" : $", dilation=({dilation}, {dilation})") +
        (outputPadding == 0 ? "" : $", output_padding=({outputPadding}, {outputPadding})") + (groups == 1 ? "" : $", groups={groups}") +
        (Bias is null ? ", bias=False" : "");

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input) =>
        input.ConvTranspose2d(Weight, Bias, stride, padding, outputPadding, groups, dilation);

    /// <summary>Maps images to images of a size that is asked for, which the stride would leave open; PyTorch's
    /// <c>output_size</c>.</summary>
    /// <param name="input">[N, C, H, W].</param>
    /// <param name="height">Rows of the output: those without output padding, or fewer than the stride or the dilation more.</param>
    /// <param name="width">Columns of the output, likewise.</param>
    /// <exception cref="ArgumentException">Sizes that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size that the layer cannot make of this input.</exception>
    public Tensor<float> Forward(Tensor<float> input, int height, int width) => input.Rank != 4 ? Forward(input)
        : TensorExtensions.ConvTranspose2d(input, Weight, Bias, stride, padding,
            (More(height, input.Shape[2], nameof(height)), More(width, input.Shape[3], nameof(width))), groups, dilation);

    private int More(int asked, int pixels, string name)
    {
        var least = (pixels - 1L) * stride - 2L * padding + (long)dilation * (Weight.Shape[2] - 1) + 1;
        var most = least + Math.Max(stride, dilation) - 1;
        if (asked < least || asked > most)
            throw new ArgumentOutOfRangeException(name, $"{name} is {asked}; of {pixels} pixels this layer makes {least} to {most}.");
        return (int)(asked - least);
    }
}
