namespace Surprisal.Modules;

/// <summary>
/// A residual network for small images, of 28 to 64 pixels or any others: a 3 x 3 convolution, three stages of <see cref="BasicBlock"/>s,
/// the mean of each channel, a linear layer.
/// </summary>
/// <remarks>
/// He et al. 2015, the form for CIFAR-10: each stage halves the image and doubles the channels, the first keeps both. 3 blocks a stage and
/// a width of 16 are ResNet-20. Parameters are named as torchvision's: conv1, bn1, layer1.0.conv1 ..., fc.
/// </remarks>
/// <example><code>
/// var model = new ResNet(channels: 3, classes: 10, new Seed(0));
/// Console.WriteLine(model.Forward(Tensor.Ones&lt;float>(4, 3, 32, 32)).Shape);     // [4, 10]
/// </code></example>
public sealed class ResNet : Module
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly Sequential layer1, layer2, layer3;
    private readonly AdaptiveAvgPool2d avgpool;
    private readonly Linear fc;

    /// <summary>A network for images [N, channels, H, W] and the given number of classes.</summary>
    /// <param name="channels">1 for grey, 3 for colour; at least 1.</param>
    /// <param name="classes">The number of logits; at least 1.</param>
    /// <param name="seed">Where the weights come from: its next numbers, in the order of the layers.</param>
    /// <param name="width">Channels of the first stage; the others have twice and four times as many. At least 1. Default 16.</param>
    /// <param name="blocks">Blocks of each stage; at least 1. Default 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">No channels, classes, width or blocks.</exception>
    public ResNet(int channels, int classes, Seed seed, int width = 16, int blocks = 2)
    {
        if (width is < 1 or > 1 << 20)
            throw new ArgumentOutOfRangeException(nameof(width), $"width is {width}; it is 1 to {1 << 20} channels.");
        if (blocks < 1) throw new ArgumentOutOfRangeException(nameof(blocks), $"blocks is {blocks}; a stage has at least 1 block.");
        conv1 = Child("conv1", new Conv2d(channels, width, 3, seed, padding: 1, bias: false));
        bn1 = Child("bn1", new BatchNorm2d(width));
        layer1 = Child("layer1", Stage(width, width, 1));
        layer2 = Child("layer2", Stage(width, 2 * width, 2));
        layer3 = Child("layer3", Stage(2 * width, 4 * width, 2));
        avgpool = Child("avgpool", new AdaptiveAvgPool2d(1));
        fc = Child("fc", new Linear(4 * width, classes, seed));

        Sequential Stage(int from, int to, int stride) =>
            new(Enumerable.Range(0, blocks).Select(i => new BasicBlock(i == 0 ? from : to, to, seed, i == 0 ? stride : 1)));
    }

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input)
    {
        var x = bn1.Forward(conv1.Forward(input)).Relu();
        return fc.Forward(avgpool.Forward(layer3.Forward(layer2.Forward(layer1.Forward(x)))).Flatten(1));
    }
}
