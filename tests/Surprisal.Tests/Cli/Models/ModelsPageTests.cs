using Surprisal.Cli.Models;
using Surprisal.Tests.Architecture;

namespace Surprisal.Tests.Cli.Models;

public sealed class ModelsPageTests
{
    [Fact]
    public void ThePageOfTheNetworksIsMadeFromThem() => Approved.Check("docs/models.md", ModelsPage.Text());

    /// <summary>Parameters of images of C x S x S and K classes, counted by hand.</summary>
    [Theory]
    [InlineData("linear", 3, 32, 7)]
    [InlineData("mlp", 1, 28, 10)]
    [InlineData("lenet", 1, 28, 10)]
    [InlineData("lenet", 3, 8, 2)]
    [InlineData("resnet", 1, 28, 10)]
    [InlineData("resnet", 3, 64, 4)]
    public void TheTotalIsThatOfTheSizes(string name, int channels, int side, int classes)
    {
        var (numbers, kernel) = (channels * side * side, side < 16 ? 9 : 25);
        static int Block(int from, int to) => 9 * from * to + 9 * to * to + 4 * to + (from == to ? 0 : from * to + 2 * to);
        var expected = name switch
        {
            "linear" => (numbers + 1) * classes,
            "mlp" => (numbers + 1) * 128 + 129 * classes,
            "lenet" => kernel * channels * 16 + 32 + kernel * 16 * 32 + 64 + (32 * (side / 4) * (side / 4) + 1) * 120 + 121 * 84 + 85 * classes,
            _ => 9 * channels * 16 + 32 + 2 * Block(16, 16) + Block(16, 32) + Block(32, 32) + Block(32, 64) + Block(64, 64) + 65 * classes,
        };
        Assert.StartsWith($"total{new string(' ', 2)}",
            ModelSummary.Lines(new(name, [channels, side, side], classes), new Surprisal.Cli.Screen(null, true)).Last(), StringComparison.Ordinal);
        Assert.EndsWith($"{expected:N0}",
            ModelSummary.Lines(new(name, [channels, side, side], classes), new Surprisal.Cli.Screen(null, true)).Last().TrimEnd(), StringComparison.Ordinal);
    }
}
