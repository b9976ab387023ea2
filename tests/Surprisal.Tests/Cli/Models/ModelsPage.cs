using System.Text;
using Surprisal.Cli;
using Surprisal.Cli.Models;
using Network = Surprisal.Cli.Models.Architecture;

namespace Surprisal.Tests.Cli.Models;

/// <summary>docs/models.md: what the built-in networks are, with the layers and parameters that they have.</summary>
internal static class ModelsPage
{
    private static readonly Network[] shown = [.. Network.Names.Select(static name => new Network(name, [1, 28, 28], 10))];

    private static readonly Dictionary<string, string> words = new(StringComparer.Ordinal)
    {
        ["lenet"] = """
            LeCun's network of 1998 with batch normalisation: two convolutions, to 16 and to 32 channels, each followed by batch normalisation, ReLU and
            2 x 2 pooling; then linear layers of 120, 84 and one output a class. Kernels are 5 x 5, for images below 16 pixels 3 x 3. Sides of 4 pixels or
            more. The default: good for small pictures of one thing, such as digits and clothes.
            """,
        ["resnet"] = """
            A residual network of He et al. 2015 in the form for small images: a 3 x 3 convolution to 16 channels, three stages of two blocks each (16, 32 and
            64 channels, the second and third at half the size), the mean of each channel, a linear layer. A block is two 3 x 3 convolutions whose output is
            added to its input; where the size changes, the input goes through a 1 x 1 convolution, the layer downsample. Images of any size, and the number
            of parameters does not depend on it. Slower than lenet and better on colour pictures.
            """,
        ["mlp"] = """
            A multi-layer perceptron: all numbers of a sample to 128 hidden units, ReLU, and one output a class.
            """,
        ["unet"] = """
            A network that says of each pixel what it is, of Ronneberger et al. 2015, for --masks: levels of two 3 x 3 convolutions to 16 and 32 channels, each
            halved by pooling, 64 channels at the bottom, and the same way up by transposed convolutions, whose outputs stand beside the skipped ones. Images
            of 4 pixels a side or more.
            """,
        ["linear"] = """
            One linear layer: multinomial logistic regression on the numbers of a sample. What every other network should be better than.
            """,
    };

    public static string Text()
    {
        var page = new StringBuilder("""
            # The built-in networks

            `surprisal train --model NAME` trains one of these; `--summary` prints its table for your data and trains nothing. The tables are those of
            grey images of 28 x 28 pixels in 10 classes, such as Fashion-MNIST's; this page is made from the networks, and a test compares them. The first
            number of each shape is that of the samples, here one. What has no name is a function without parameters.

            In C# they are `LeNet`, `ResNet`, `UNet` and `Sequential`, and `LayerSummary.Of(model, [1, 28, 28])` gives the tables of any module.

            """);
        page.Append("\n| network | layers with parameters | parameters |\n|---|---:|---:|\n");
        foreach (var one in shown)
        {
            var layers = Surprisal.Modules.LayerSummary.Of(one.Build(new Seed(0)), [.. one.Input]);
            page.Append($"| [{one.Name}](#{one.Name}) | {layers.Count(static layer => layer.Parameters > 0)} | " +
                $"{layers.Sum(static layer => layer.Parameters):N0} |\n");
        }
        foreach (var one in shown)
            page.Append($"\n## {one.Name}\n\n{words[one.Name]}\n\n```\n{string.Join('\n', ModelSummary.Lines(one, new Screen(null, true)))}\n```\n");
        return page.ToString().ReplaceLineEndings("\n");
    }
}
