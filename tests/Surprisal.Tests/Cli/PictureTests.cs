using System.Text.RegularExpressions;
using System.Xml.Linq;
using Surprisal.Tests.Architecture;

namespace Surprisal.Tests.Cli;

/// <summary>The README's picture shows what the command prints.</summary>
public sealed partial class PictureTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surprisal-picture-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void ThePictureOfTrainIsWhatItPrints()
    {
        var drawn = XDocument.Parse(Repository.Read("docs/pictures/train.svg")).Root!.Elements().Where(static element => element.Name.LocalName == "text")
            .GroupBy(static text => int.Parse(text.Attribute("y")!.Value, null), static text => text.Value)
            .OrderBy(static line => line.Key).Select(static line => string.Concat(line)).ToList();
        Assert.Equal("$surprisal train --epochs 6", drawn[0]);

        var (exit, printed, errors) = CommandProcess.Run("train", "--epochs", "6", "--out", Path.Combine(folder, "run"));
        Assert.Equal((0, ""), (exit, errors));
        Assert.Equal(Numbers(printed.Split('\n')), Numbers(drawn));
    }

    /// <summary>The numbers of the epochs, of the classes and of the result, without times, which are another every run.</summary>
    private static IEnumerable<string> Numbers(IEnumerable<string> lines) => lines.Where(static line => ResultPattern().IsMatch(line))
        .Select(static line => string.Join(' ', NumberPattern().Matches(line.Split(" in ")[0])
            .Take(line.StartsWith("epoch", StringComparison.Ordinal) ? 6 : 4)));

    [GeneratedRegex(@"^(epoch +\d|\d +\d|test accuracy)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex ResultPattern();

    [GeneratedRegex(@"\d+(\.\d+)?", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex NumberPattern();
}
