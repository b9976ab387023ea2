namespace Surprisal.Modules;

/// <summary>
/// A network that says of each pixel what it is: images [N, channels, H, W] to logits [N, classes, H, W], by halving the image a few times
/// and putting it together again beside what it was.
/// </summary>
/// <remarks>
/// Ronneberger, Fischer and Brox 2015, with padding and batch normalisation: two 3 x 3 convolutions a level, pooling down, transposed
/// convolutions up, whose outputs stand behind the skipped ones as channels; a 1 x 1 convolution at the end. Any image of at least 2^levels
/// pixels a side will do: a row or column that halving drops comes back on the way up. Parameters are named encoder.0.0.weight ...,
/// bottleneck.0.weight, upconv.0.weight, decoder.0.0.weight, head.weight.
/// </remarks>
/// <example><code>
/// var model = new UNet(channels: 1, classes: 3, new Seed(0), width: 4);
/// Console.WriteLine(model.Forward(Tensor.Ones&lt;float>(2, 1, 21, 16)).Shape);     // [2, 3, 21, 16]
/// </code></example>
public sealed class UNet : Module
{
    private readonly int levels;
    private readonly ModuleList encoder, upconv, decoder;
    private readonly Sequential bottleneck;
    private readonly MaxPool2d pool;
    private readonly Conv2d head;

    /// <summary>A network for images of so many channels, and the given number of classes.</summary>
    /// <param name="channels">1 for grey, 3 for colour; at least 1.</param>
    /// <param name="classes">The number of logits of a pixel; at least 1.</param>
    /// <param name="seed">Where the weights come from: its next numbers, in the order of the layers.</param>
    /// <param name="width">Channels of the first level; each halving doubles them. At least 1. Default 16.</param>
    /// <param name="levels">How often the image is halved; 1 to 8. Default 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">No channels, classes, width or levels.</exception>
    public UNet(int channels, int classes, Seed seed, int width = 16, int levels = 2)
    {
        if (width is < 1 or > 1 << 16)
            throw new ArgumentOutOfRangeException(nameof(width), $"width is {width}; it is 1 to {1 << 16} channels.");
        if (levels is < 1 or > 8)
            throw new ArgumentOutOfRangeException(nameof(levels), $"levels is {levels}; images are halved 1 to 8 times.");
        this.levels = levels;
        encoder = Child("encoder", new ModuleList(
            Enumerable.Range(0, levels).Select(i => Level(i == 0 ? channels : Width(i - 1), Width(i)))));
        pool = Child("pool", new MaxPool2d(2));
        bottleneck = Child("bottleneck", Level(Width(levels - 1), Width(levels)));
        int[] up = [.. Enumerable.Range(0, levels).Reverse()];
        upconv = Child("upconv", new ModuleList(up.Select(i => new ConvTranspose2d(Width(i + 1), Width(i), 2, seed, stride: 2))));
        decoder = Child("decoder", new ModuleList(up.Select(i => Level(2 * Width(i), Width(i)))));
        head = Child("head", new Conv2d(width, classes, 1, seed));

        int Width(int level) => width << level;
        Sequential Level(int from, int to) => new(
            new Conv2d(from, to, 3, seed, padding: 1, bias: false), new BatchNorm2d(to), new Relu(),
            new Conv2d(to, to, 3, seed, padding: 1, bias: false), new BatchNorm2d(to), new Relu());
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Not [N, channels, H, W], or images too small to be halved so often.</exception>
    public override Tensor<float> Forward(Tensor<float> input)
    {
        if (input.Rank != 4 || Math.Min(input.Shape[2], input.Shape[3]) < 1 << levels)
            throw new ArgumentException($"the input has shape {input.Shape}; expected [N, channels, H, W] of at least {1 << levels} " +
                $"pixels a side, which this UNet halves {levels} times.", nameof(input));
        var skips = new Stack<Tensor<float>>();
        foreach (var level in encoder)
        {
            skips.Push(level.Forward(input));
            input = pool.Forward(skips.Peek());
        }
        input = bottleneck.Forward(input);
        for (var i = 0; i < levels; i++)
        {
            var skip = skips.Pop();
            var up = ((ConvTranspose2d)upconv[i]).Forward(input, skip.Shape[2], skip.Shape[3]);
            input = decoder[i].Forward(Tensor.Concatenate([skip, up], 1));
        }
        return head.Forward(input);
    }
}
