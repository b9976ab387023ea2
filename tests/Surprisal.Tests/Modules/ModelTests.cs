using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Tests.Modules;

/// <summary>ResNet and UNet: names as torchvision's, images of any size, and that they learn.</summary>
public sealed class ModelTests
{
    [Fact]
    public void ParametersHaveTheNamesThatPyTorchGives()
    {
        Assert.Equal(
            "conv1.weight bn1.weight bn1.bias layer1.0.conv1.weight layer1.0.bn1.weight layer1.0.bn1.bias layer1.0.conv2.weight layer1.0.bn2.weight " +
            "layer1.0.bn2.bias layer2.0.conv1.weight layer2.0.bn1.weight layer2.0.bn1.bias layer2.0.conv2.weight layer2.0.bn2.weight layer2.0.bn2.bias " +
            "layer2.0.downsample.0.weight layer2.0.downsample.1.weight layer2.0.downsample.1.bias layer3.0.conv1.weight",
            string.Join(" ", new ResNet(3, 10, new Seed(0), width: 4, blocks: 1).NamedParameters().Take(19).Select(static named => named.Name)));
        var unet = new UNet(3, 2, new Seed(0), width: 4, levels: 2).NamedParameters().Select(static named => named.Name).ToList();
        Assert.Equal("encoder.0.0.weight", unet[0]);
        foreach (var name in new[] { "encoder.1.3.weight", "bottleneck.0.weight", "upconv.0.weight", "upconv.0.bias", "decoder.1.4.bias", "head.weight",
            "head.bias" })
            Assert.Contains(name, unet);
    }

    /// <summary>ResNet-20 has 0.27 million parameters: He et al. 2015, table 6.</summary>
    [Fact]
    public void ThreeBlocksAreResNet20()
    {
        var count = new ResNet(3, 10, new Seed(0), blocks: 3).Parameters().Sum(static parameter => parameter.Length);
        // 3 x 3 convolutions: 432, 6 x 2304, 4608 + 5 x 9216, 18432 + 5 x 36864; shortcuts 512 + 2048; norms 2 (7 x 16 + 7 x 32 + 7 x 64); linear 650
        var norms = 2 * (7 * 16 + 7 * 32 + 7 * 64);
        Assert.Equal(432 + 6 * 2304 + 4608 + 5 * 9216 + 18432 + 5 * 36864 + 512 + 2048 + 650 + norms, count);
    }

    [Theory, InlineData(4, 4), InlineData(5, 7), InlineData(16, 6), InlineData(9, 33)]
    public void UNetKeepsAnySize(int height, int width)
    {
        var x = Tensor.Randn<float>([2, 1, height, width], new Seed(1)).WithGrad(true);
        var y = new UNet(1, 3, new Seed(0), width: 2).Forward(x);
        Assert.Equal([2, 3, height, width], y.Shape);
        y.Sum().Backward();
        Assert.Equal(x.Shape, x.Grad!.Shape);
    }

    [Fact]
    public void ImagesThatCannotBeHalvedAreRefused() =>
        Assert.StartsWith("the input has shape [1, 1, 3, 9]; expected [N, channels, H, W] of at least 4 pixels a side, which this UNet halves 2 times.",
            Assert.Throws<ArgumentException>(static () => new UNet(1, 2, new Seed(0)).Forward(Tensor.Ones<float>([1, 1, 3, 9]))).Message,
            StringComparison.Ordinal);

    /// <summary>Bright squares somewhere: which quarter, and where.</summary>
    [Fact]
    public void BothLearn()
    {
        var (images, classes, masks) = Squares();
        Assert.True(Loss(new ResNet(1, 4, new Seed(0), width: 4, blocks: 1), x => new CrossEntropyLoss().Forward(x, classes), images) < 0.3);
        Assert.True(Loss(new UNet(1, 2, new Seed(0), width: 4), x => new DiceLoss().Forward(x, masks), images) < 0.1);
    }

    private static double Loss(Module model, Func<Tensor<float>, Tensor<float>> loss, Tensor<float> images)
    {
        var optimizer = new Adam(model.Parameters(), 0.02);
        var last = double.NaN;
        for (var step = 0; step < 40; step++)
        {
            model.ZeroGrad();
            var value = loss(model.Forward(images));
            value.Backward();
            optimizer.Step();
            last = value.Item();
        }
        return last;
    }

    private static (Tensor<float> Images, Tensor<long> Classes, Tensor<long> Masks) Squares()
    {
        const int Count = 24, Side = 9;
        var random = new Random(3);
        var (images, classes, masks) = (new float[Count * Side * Side], new long[Count], new long[Count * Side * Side]);
        for (var n = 0; n < Count; n++)
        {
            var (top, left) = (random.Next(7), random.Next(7));
            classes[n] = (top < 4 ? 0 : 2) + (left < 4 ? 0 : 1);
            for (var i = 0; i < Side * Side; i++)
            {
                var inside = i / Side >= top && i / Side < top + 2 && i % Side >= left && i % Side < left + 2;
                masks[n * Side * Side + i] = inside ? 1 : 0;
                images[n * Side * Side + i] = (float)((inside ? 2 : 0) + random.NextDouble() - 0.5);
            }
        }
        return (Tensor.Create<float>(images, [Count, 1, Side, Side]), Tensor.Create<long>(classes), Tensor.Create<long>(masks, [Count, Side, Side]));
    }
}
