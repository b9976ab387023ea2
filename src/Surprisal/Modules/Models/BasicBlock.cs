namespace Surprisal.Modules;

/// <summary>
/// Two 3 x 3 convolutions with batch normalisation, and the input added to them: [N, C, H, W] to [N, O, H / stride, W / stride].
/// </summary>
/// <remarks>
/// He et al. 2015, torchvision's block of that name: where the size changes the input goes through a 1 x 1 convolution, downsample.
/// </remarks>
public sealed class BasicBlock : Module
{
    private readonly Conv2d conv1, conv2;
    private readonly BatchNorm2d bn1, bn2;
    private readonly Sequential? downsample;

    /// <summary>A block for the given numbers of channels.</summary>
    /// <param name="inChannels">Channels of the input; at least 1.</param>
    /// <param name="outChannels">Channels of the output; at least 1.</param>
    /// <param name="seed">Where the weights come from: its next numbers, in the order of the layers.</param>
    /// <param name="stride">The step of the first convolution; at least 1. Default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No channels, or no step.</exception>
    public BasicBlock(int inChannels, int outChannels, Seed seed, int stride = 1)
    {
        conv1 = Child("conv1", new Conv2d(inChannels, outChannels, 3, seed, stride, padding: 1, bias: false));
        bn1 = Child("bn1", new BatchNorm2d(outChannels));
        conv2 = Child("conv2", new Conv2d(outChannels, outChannels, 3, seed, padding: 1, bias: false));
        bn2 = Child("bn2", new BatchNorm2d(outChannels));
        if (stride != 1 || inChannels != outChannels)
            downsample = Child("downsample", new Sequential(
                new Conv2d(inChannels, outChannels, 1, seed, stride, bias: false), new BatchNorm2d(outChannels)));
    }

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input)
    {
        var inside = bn2.Forward(conv2.Forward(bn1.Forward(conv1.Forward(input)).Relu()));
        return (inside + (downsample?.Forward(input) ?? input)).Relu();
    }
}
