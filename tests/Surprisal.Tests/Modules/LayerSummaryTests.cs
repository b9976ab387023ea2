using Surprisal.Cli;
using Surprisal.Cli.Models;
using Surprisal.Modules;
using Network = Surprisal.Cli.Models.Architecture;

namespace Surprisal.Tests.Modules;

/// <summary>Layers, shapes and parameters as they follow from the sizes by hand.</summary>
public sealed class LayerSummaryTests
{
    [Fact]
    public void TheLayersOfLeNet()
    {
        var layers = LayerSummary.Of(new LeNet(1, 28, 28, 10, new Seed(0)), [1, 28, 28]);
        Assert.Equal(
        [
            ("features.0", "Conv2d", "[1, 16, 28, 28]", 16 * 25), ("features.1", "BatchNorm2d", "[1, 16, 28, 28]", 32), ("", "Relu", "[1, 16, 28, 28]", 0),
            ("", "MaxPool", "[1, 16, 14, 14]", 0), ("features.4", "Conv2d", "[1, 32, 14, 14]", 32 * 16 * 25),
            ("features.5", "BatchNorm2d", "[1, 32, 14, 14]", 64), ("", "Relu", "[1, 32, 14, 14]", 0), ("", "MaxPool", "[1, 32, 7, 7]", 0),
            ("", "Reshape", "[1, 1568]", 0), ("classifier.1", "Linear", "[1, 120]", 1568 * 120 + 120), ("", "Relu", "[1, 120]", 0),
            ("classifier.3", "Linear", "[1, 84]", 120 * 84 + 84), ("", "Relu", "[1, 84]", 0), ("classifier.5", "Linear", "[1, 10]", 84 * 10 + 10),
        ], layers.Select(static layer => (layer.Name, layer.Kind, $"{layer.Output}", (int)layer.Parameters)));
        Assert.Equal("features.0 Conv2d [1, 16, 28, 28], 400 parameters", $"{layers[0]}");
        Assert.Equal("Relu [1, 16, 28, 28]", $"{layers[2]}");
    }

    /// <summary>Batch normalisation, a block's second way, skips that are joined: nothing is lost and nothing counted twice.</summary>
    [Fact]
    public void TheLayersTogetherHaveEveryParameterOnce()
    {
        var shared = new Linear(4, 4, new Seed(1));
        foreach (var (model, shape) in ((Module, TensorShape)[])[(new ResNet(3, 5, new Seed(0)), [3, 32, 32]),
            (new UNet(1, 3, new Seed(0)), [1, 16, 16]), (new Sequential(shared, new Relu(), shared), [4]), (new Unused(), [4])])
        {
            model.Train();
            var layers = LayerSummary.Of(model, shape);
            Assert.Equal(model.Parameters().Sum(static parameter => (long)parameter.Length), layers.Sum(static layer => layer.Parameters));
            Assert.True(model.IsTraining);
        }
        Assert.Equal("idle Linear, 6 parameters", $"{LayerSummary.Of(new Unused(), [4])[^1]}");
    }

    [Theory]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public void TablesFitTheScreen(int columns)
    {
        foreach (var name in Network.Names)
            Assert.All(ModelSummary.Lines(new(name, [3, 32, 32], 100), new Screen(columns, true)),
                line => Assert.InRange(TerminalText.Width(line), 0, Math.Max(columns, 26)));
    }

    private sealed class Unused : Module
    {
        private readonly Linear used;

        public Unused()
        {
            used = Child("used", new Linear(4, 2, new Seed(0)));
            Child("idle", new Linear(2, 2, new Seed(0)));
        }

        public override Tensor<float> Forward(Tensor<float> input) => used.Forward(input);
    }
}
