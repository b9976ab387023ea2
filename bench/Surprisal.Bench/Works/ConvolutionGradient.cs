using Surprisal.Cli.Bench;

namespace Surprisal.Bench.Works;

/// <summary>
/// A convolution of square images with 3 x 3 kernels, padded to their size, on the tape: forward, and backward to all three.
/// </summary>
internal sealed record ConvolutionGradient(int Images, int Channels, int Size, int Kernels)
    : Work($"convolution {Images} x {Channels} x {Size} x {Size}, {Kernels} kernels of 3 x 3")
{
    public override long Logits => 0;

    /// <summary>Of the value and the gradients of images and kernels.</summary>
    public double Flops => 3 * 2.0 * Images * Size * Size * Kernels * Channels * 9;

    public nint[] Input => [Images, Channels, Size, Size];

    public nint[] Weight => [Kernels, Channels, 3, 3];

    public override Prepared Prepare()
    {
        float[] images = Normal(Input), kernels = Uniform(Weight), biases = Uniform([Kernels]);
        var upstream = Uniform([Images, Kernels, Size, Size]);
        var x = Tensor.Wrap<float>(images, [Images, Channels, Size, Size], requiresGrad: true);
        var weight = Tensor.Wrap<float>(kernels, [Kernels, Channels, 3, 3], requiresGrad: true);
        var bias = Tensor.Wrap<float>(biases, [Kernels], requiresGrad: true);
        var gradient = Tensor.Wrap<float>(upstream, [Images, Kernels, Size, Size]);
        return new Prepared(Run,
            () => [.. new[] { x, weight, bias }.Select(static leaf => MeanSquare(leaf.Grad!.AsReadOnlySpan()))],
            images, kernels, biases, upstream);

        void Run()
        {
            x.ZeroGrad();
            weight.ZeroGrad();
            bias.ZeroGrad();
            x.Conv2d(weight, bias, padding: 1).Backward(gradient);
        }
    }
}
