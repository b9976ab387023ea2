using System.Text.Json;
using Surprisal.Cli.Evaluate;
using Surprisal.Cli.Models;
using Surprisal.Tests.Cli.Report;
using Surprisal.Tests.Training;

namespace Surprisal.Tests.Cli.Evaluate;

/// <summary>Of masks the hardest pictures are shown, each once, and hard pixels with their places.</summary>
public sealed class HardPictureTests : IDisposable
{
    private const int Size = 8, Area = Size * Size;

    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The mean over all pixels of all pictures is the log-loss, and their share that is right the accuracy; a place is a row.</summary>
    [Fact]
    public void PicturesAddUpToTheWhole()
    {
        Train(ignored: 5);
        var scores = RunScores.Of(new RunRequest { Run = Run, Images = At("images"), Masks = At("masks") });
        var (pictures, ofHalf) = (scores.HardestPictures(-100, 1000), (scores with { Shard = (2, 2) }).HardestPictures(-100, 1000));
        Assert.Equal(20, pictures.Count);
        Assert.Equal(pictures.Where(static picture => picture.Sample >= 10), ofHalf);
        Assert.Equal(pictures.OrderByDescending(static picture => picture.Loss), pictures);
        Assert.Equal(pictures.Take(3), scores.HardestPictures(-100, 3));
        var (counts, targets) = (new long[20], new long[20 * Area]);
        scores.Targets.Read(0, targets.AsSpan());
        for (var n = 0; n < 20; n++) counts[n] = targets.AsSpan(n * Area, Area).ToArray().Count(static target => target != -100);
        Assert.Contains(counts, static count => count < Area);
        var json = Evaluate("--images", At("images"), "--masks", At("masks"), "--json", "-");
        double Mean(Func<HardPicture, double> of) => pictures.Sum(picture => of(picture) * counts[picture.Sample]) / counts.Sum();
        Assert.Equal(Metric(json, "logLoss"), Mean(static picture => picture.Loss), 1e-6);
        Assert.Equal(Metric(json, "accuracy"), Mean(static picture => picture.Right), 1e-12);
        var rows = JsonDocument.Parse(json).RootElement.GetProperty("hardestRows").EnumerateArray().ToList();
        foreach (var row in rows)
        {
            var number = row.GetProperty("row").GetInt64();
            Assert.Equal(number % Area, row.GetProperty("y").GetInt64() * Size + row.GetProperty("x").GetInt64());
        }
        // The worst pixel of all is that of its picture.
        var worst = rows[0].GetProperty("row").GetInt64();
        Assert.Equal(worst % Area, pictures.Single(picture => picture.Sample == worst / Area).Worst);
    }

    [Fact]
    public void EachPictureIsShownOnce()
    {
        Train(ignored: 0);
        var output = Evaluate("--report", At("r.html"));
        Assert.Matches("(?m)^hardest: \\d+\\.pgm, mean loss \\d\\.\\d{4}, \\d+\\.\\d % of its pixels right, the worst at x \\d, y \\d$", output);
        var named = output.Split('\n').Where(static line => line.StartsWith("hardest: ", StringComparison.Ordinal))
            .Select(static line => line.Split(',')[0]).ToList();
        Assert.Equal(4, named.Distinct().Count()); // 4 of 20 are to test with
        Assert.Equal(4, named.Count);
        var page = Pages.Parse(File.ReadAllText(At("r.html")));
        Assert.Equal(4, page.All("li").Select(static picture => picture.All("b").Single().Value).Distinct().Count());
        Assert.All(page.All("li"), static picture => Assert.Matches("^mean loss [0-9.]+, [0-9.]+ % of its pixels right$", picture.All("span").Single().Value));
        Assert.Contains("Hardest pictures", page.All("h2").Select(static title => title.Value));
        Assert.Contains(page.All("td"), static cell => cell.Value.Contains(".pgm, x ", StringComparison.Ordinal));
    }

    /// <summary>Bars, of which every so manyth pixel counts nowhere.</summary>
    private void Train(int ignored)
    {
        Directory.CreateDirectory(At("masks"));
        for (var i = 0; i < 20; i++)
        {
            byte[] mask = [.. Enumerable.Range(0, Area).Select(pixel => (byte)((pixel + i) % 8 < 3 ? 1 : 0))];
            folder.Write($"images/{i}.pgm", [.. "P5 8 8 255\n"u8, .. mask.Select((value, pixel) => (byte)(50 + 100 * value + (7 * pixel + i) % 40))]);
            MaskImage.Write(At($"masks/{i}.png"), [.. mask.Select((value, pixel) => ignored > 0 && (pixel + i) % ignored == i % 3 ? (byte)255 : value)], Size);
        }
        var (exit, _, errors) = CommandProcess.Run("train", "--images", At("images"), "--masks", At("masks"), "--size", $"{Size}", "--grey",
            "--epochs", "1", "--quiet", "--out", Run);
        Assert.Equal((0, ""), (exit, errors));
    }

    private string Evaluate(params string[] options)
    {
        var (exit, output, errors) = CommandProcess.Run(["evaluate", "--run", Run, .. options]);
        Assert.Equal((0, ""), (exit, errors));
        return output;
    }

    private static double Metric(string json, string name) =>
        JsonDocument.Parse(json).RootElement.GetProperty("metrics").GetProperty(name).GetProperty("value").GetDouble();

    private string Run => At("run");

    private string At(string name) => Path.Combine(folder.Path, name);
}
