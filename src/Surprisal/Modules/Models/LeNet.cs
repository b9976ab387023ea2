namespace Surprisal.Modules;

/// <summary>
/// A small convolutional network after LeCun et al. 1998: two convolutions with batch normalisation and pooling, then three linear layers.
/// </summary>
/// <remarks>
/// Images of 16 pixels or more a side get 5 x 5 kernels, smaller ones 3 x 3; both keep the size until the pooling halves it.
/// </remarks>
public sealed class LeNet : Module
{
    private readonly Sequential features, classifier;

    /// <summary>A network for images [N, channels, height, width] and the given number of classes.</summary>
    /// <param name="channels">1 for grey, 3 for colour; at least 1.</param>
    /// <param name="height">Pixels; at least 4.</param>
    /// <param name="width">Pixels; at least 4.</param>
    /// <param name="classes">The number of logits; at least 1.</param>
    /// <param name="seed">Where the weights come from: its next numbers, in the order of the layers.</param>
    /// <param name="size">Channels of the first convolution; the second has twice as many. At least 1. Default 16.</param>
    /// <exception cref="ArgumentOutOfRangeException">An image too small to be halved twice.</exception>
    /// <exception cref="ArgumentException">An image so large that no array holds its features.</exception>
    public LeNet(int channels, int height, int width, int classes, Seed seed, int size = 16)
    {
        if (height < 4 || width < 4)
            throw new ArgumentOutOfRangeException(nameof(height),
                $"images are {height} x {width}; LeNet halves them twice, so each side needs at least 4 pixels.");
        var kernel = Math.Min(height, width) >= 16 ? 5 : 3;
        features = Child("features", new Sequential(
            new Conv2d(channels, size, kernel, seed, padding: kernel / 2, bias: false), new BatchNorm2d(size), new Relu(),
            new MaxPool2d(2), new Conv2d(size, 2 * size, kernel, seed, padding: kernel / 2, bias: false), new BatchNorm2d(2 * size),
            new Relu(), new MaxPool2d(2)));
        classifier = Child("classifier", new Sequential(
            new Flatten(),
            new Linear(Shape.Length([2 * size, height / 4, width / 4]), 120, seed), new Relu(),
            new Linear(120, 84, seed), new Relu(),
            new Linear(84, classes, seed)));
    }

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> input) => classifier.Forward(features.Forward(input));
}
