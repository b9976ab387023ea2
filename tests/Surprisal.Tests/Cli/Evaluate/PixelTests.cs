using System.Text.Json;
using Surprisal.Tests.Cli.Report;

namespace Surprisal.Tests.Cli.Evaluate;

/// <summary>Scores of pixels are judged by intersection over union too, in table, JSON, page and after a merge; those of rows are not.</summary>
public sealed class PixelTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void IntersectionOverUnionOfEachClassAndTheirMean()
    {
        // Two images of 1 x 3 pixels and three classes; the logits of a class are the plane where it is 5.
        long[] targets = [0, 0, 1, 1, -100, 0];
        int[] taken = [0, 1, 1, 1, 2, 1];
        var logits = new float[2 * 3 * 3];
        for (var i = 0; i < taken.Length; i++) logits[i / 3 * 9 + taken[i] * 3 + i % 3] = 5;
        NpyFile.Write<float>(At("z.npy"), logits, [2, 3, 1, 3]);
        NpyFile.Write<long>(At("y.npy"), targets, [2, 1, 3]);
        string[] scored = ["evaluate", "--logits", At("z.npy"), "--targets", At("y.npy")];
        var (exit, output, errors) = CommandProcess.Run([.. scored, "--report", At("r.html")]);
        Assert.Equal((0, ""), (exit, errors));
        // Class 0: one pixel is both, three are either. Class 1: two and four. Class 2 is only where nothing is asked.
        Assert.Matches("(?m)^averages +mean IoU +0.4167$", output);
        Assert.Matches("(?m)^class +IoU +F1 ", output);
        Assert.Matches("(?m)^0 +33.3 % +50.0 % ", output);
        Assert.Matches("(?m)^1 +50.0 % +66.7 % ", output);
        var page = Pages.Parse(File.ReadAllText(At("r.html")));
        Assert.Contains(page.All("th"), static title => title.Value == "IoU");

        foreach (var part in (string[])["1", "2"]) CommandProcess.Run([.. scored, "--shard", $"{part}/2", "--json", At($"{part}.json")]);
        var merged = JsonDocument.Parse(CommandProcess.Run("merge", At("1.json"), At("2.json"), "--json", "-").Output).RootElement;
        Assert.Equal((1 / 3.0 + 1 / 2.0) / 2, merged.GetProperty("metrics").GetProperty("meanIoU").GetProperty("value").GetDouble(), 1e-15);
        Assert.Equal(1 / 3.0, merged.GetProperty("perClass")[0].GetProperty("iou").GetDouble(), 1e-15);
        Assert.Equal(JsonValueKind.Null, merged.GetProperty("perClass")[2].GetProperty("iou").ValueKind);
    }

    [Fact]
    public void RowsHaveNone()
    {
        NpyFile.Write<float>(At("z.npy"), [1, 2, 3, 4], [2, 2]);
        NpyFile.Write<long>(At("y.npy"), [1, 0], [2]);
        Assert.DoesNotContain("IoU", CommandProcess.Run("evaluate", "--logits", At("z.npy"), "--targets", At("y.npy")).Output, StringComparison.Ordinal);
    }

    private string At(string name) => Path.Combine(folder, name);
}
