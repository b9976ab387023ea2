using System.Text.Json;
using Surprisal.Cli.Models;
using Surprisal.Tests.Cli.Report;
using Surprisal.Training;

namespace Surprisal.Tests.Cli.Evaluate;

/// <summary>A run's model is scored as a file of its logits would be; the page shows the hardest rows as they are in their files.</summary>
public sealed class RunEvaluationTests : IDisposable
{
    private static readonly string[] classes = ["a, 圆", "b", "c"];

    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void TheNumbersAreThoseOfTheLogitsInFiles()
    {
        Train("--epochs", "2", "--model", "mlp");
        var (_, _, test) = Digits.Load().Split(0.2, 0.1, new Seed(0));
        using var scope = Tensor.NoGrad();
        var (inputs, targets) = Batch.Collate(test, [.. Enumerable.Range(0, test.Count)]);
        NpyFile.Write<float>(At("z.npy"), ModelFile.Read(Run).Model.Forward(inputs).ToArray(), [test.Count, 10]);
        NpyFile.Write<long>(At("y.npy"), targets.ToArray(), [test.Count]);
        File.WriteAllLines(At("names.txt"), Enumerable.Range(0, 10).Select(static digit => $"{digit}"));
        foreach (string[] more in (string[][])[[], ["--top-k", "3", "--bins", "7", "--label-smoothing", "0.1", "--exact"], ["--shard", "2/3"]])
        {
            var expected = Evaluate(["--logits", At("z.npy"), "--targets", At("y.npy"), "--class-names", At("names.txt"), "--json", "-", .. more]);
            Assert.Equal(expected, Evaluate(["--run", Run, "--json", "-", .. more]));
        }
        Assert.Contains("scores: mlp of 1 x 8 x 8 to 10 classes, of ", Evaluate("--run", Run), StringComparison.Ordinal);
    }

    [Fact]
    public void ThePageShowsTheHardestRowsAsTheirFilesAre()
    {
        Pictures.Write(At("images"), 10, classes);
        Train("--images", At("images"), "--size", "8", "--grey", "--epochs", "1");
        Evaluate("--run", Run, "--report", At("r.html"), "--json", At("r.json"));
        var rows = JsonDocument.Parse(File.ReadAllText(At("r.json"))).RootElement.GetProperty("hardestRows").EnumerateArray().ToList();
        var pictures = Pages.Parse(File.ReadAllText(At("r.html"))).All("li").ToList();
        Assert.Equal(6, rows.Count); // 2 of 10 of each class are to test with
        Assert.Equal(rows.Count, pictures.Count);
        var loading = new ImageLoading { Size = Pictures.Size, Grey = true };
        foreach (var (row, picture) in rows.Zip(pictures))
        {
            var file = row.GetProperty("file").GetString()!;
            Assert.Equal(classes[row.GetProperty("target").GetInt32()], file.Split('/')[0]);
            Assert.Equal(file, picture.All("b").Single().Value);
            string[] named = ["\"a, 圆\"", "b", "c"]; // a comma within would make two of it
            var (target, predicted) = (row.GetProperty("target").GetInt32(), row.GetProperty("predicted").GetInt32());
            Assert.StartsWith(target == predicted ? $"{named[target]}, found, loss " : $"{named[target]} taken for {named[predicted]}, loss ",
                picture.All("span").Single().Value, StringComparison.Ordinal);
            File.WriteAllBytes(At("p.png"), Convert.FromBase64String(picture.All("img").Single().Value("src").Split(',')[1]));
            Assert.Equal(ImageFolder.LoadImage(Path.Combine(At("images"), file), loading).ToArray(), ImageFolder.LoadImage(At("p.png"), loading).ToArray());
        }
    }

    [Fact]
    public void OtherImagesAreScoredByTheirNames()
    {
        Pictures.Write(At("images"), 10, classes);
        Train("--images", At("images"), "--size", "8", "--epochs", "20");
        Pictures.Write(At("other"), 7, classes);
        var output = Evaluate("--run", Run, "--images", At("other"));
        Assert.StartsWith("rows: 21 counted\n", output, StringComparison.Ordinal);
        Assert.Contains("accuracy    accuracy", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^hardest: row \d+ \((a, 圆|b|c)/\d\.pgm\), loss ", output);
        Pictures.Write(At("more"), 3, [.. classes, "d"]);
        AssertRefused(1, $"{At("more")}: the classes are \"a, 圆\", b, c, d; the model's were expected: \"a, 圆\", b, c.", "--run", Run, "--images", At("more"));
        File.Delete(Path.Combine(At("images"), "b", "3.pgm"));
        var (exit, _, errors) = CommandProcess.Run("evaluate", "--run", Run);
        Assert.Equal(1, exit);
        Assert.StartsWith($"surprisal: {Run}: the data are not those that this run began with: ", errors, StringComparison.Ordinal);
    }

    /// <summary>Samples of a class that counted nowhere in the training do not count here either.</summary>
    [Fact]
    public void TheClassThatWasIgnoredStaysSo()
    {
        Pictures.Write(At("images"), 20, classes);
        Assert.Equal(0, CommandProcess.Run("train", "--images", At("images"), "--size", "8", "--epochs", "2", "--ignore-index", "1", "--quiet",
            "--out", Run).Exit);
        Assert.StartsWith("rows: 8 counted, 4 ignored", CommandProcess.Run("evaluate", "--run", Run).Output, StringComparison.Ordinal);
        Assert.StartsWith("rows: 12 counted", CommandProcess.Run("evaluate", "--run", Run, "--ignore-index", "-100").Output, StringComparison.Ordinal);
    }

    /// <summary>What the training measured at its end, another way, is what the evaluation measures.</summary>
    [Fact]
    public void OneColumnIsScoredAsTwoClasses()
    {
        Pictures.Write(At("images"), 20, "深", "light");
        Train("--images", At("images"), "--size", "8", "--grey", "--epochs", "3", "--loss", "bce");
        AssertAsTested(8);
    }

    [Fact]
    public void PixelsAreScoredEach()
    {
        foreach (var kind in (string[])["images", "masks"]) Directory.CreateDirectory(At(kind));
        for (var i = 0; i < 20; i++)
        {
            byte[] mask = [.. Enumerable.Range(0, 64).Select(pixel => (byte)((pixel + i) % 8 < 3 ? 1 : 0))];
            MaskImage.Write(At($"masks/{i}.png"), mask, 8);
            WritePgm($"images/{i}.pgm", [.. mask.Select((value, pixel) => (byte)(50 + 100 * value + (7 * pixel + i) % 40))]);
        }
        Train("--images", At("images"), "--masks", At("masks"), "--size", "8", "--grey", "--epochs", "2");
        AssertAsTested(4 * 64);
    }

    private void AssertAsTested(int rows)
    {
        var metrics = ModelFile.Read(Run).Card.Metrics;
        var json = JsonDocument.Parse(Evaluate("--run", Run, "--json", "-")).RootElement;
        Assert.Equal(rows, json.GetProperty("rows").GetProperty("counted").GetInt32());
        Assert.Equal(metrics["test_accuracy"], json.GetProperty("metrics").GetProperty("accuracy").GetProperty("value").GetDouble(), 1e-9);
        Assert.Equal(metrics["test_loss"], json.GetProperty("metrics").GetProperty("logLoss").GetProperty("value").GetDouble(), 1e-5);
    }

    private void WritePgm(string name, byte[] pixels) => File.WriteAllBytes(At(name), [.. "P5\n8 8\n255\n"u8, .. pixels]);

    [Fact]
    public void WhatDoesNotGoWithARunIsRefused()
    {
        AssertRefused(2, "--logits and --run exclude each other: scores, targets and classes are the model's.", "--run", "x", "--logits", "y");
        AssertRefused(2, "--targets and --run exclude each other: scores, targets and classes are the model's.", "--run", "x", "--targets", "y");
        AssertRefused(2, "--images and --data exclude each other; give one source.", "--run", "x", "--images", "y", "--data", "z");
        AssertRefused(2, "--images goes with --run.", "--logits", "x", "--targets", "y", "--images", "z");
        AssertRefused(1, $"{At("none")}: no such file; the folder of a run, or its model.safetensors, was expected.", "--run", At("none"));
        Train("--epochs", "1", "--model", "linear");
        var model = Path.Combine(Run, "model.safetensors");
        AssertRefused(1, $"{model}: the folder of a run was expected, whose test part is scored; --images, --table or --data names other samples.",
            "--run", model);
        File.WriteAllText(At("r.json"), "mine");
        AssertRefused(1, $"--json {At("r.json")} is there already; --force replaces it.", "--run", Run, "--json", At("r.json"));
    }

    private static void AssertRefused(int expected, string line, params string[] arguments)
    {
        var (exit, output, errors) = CommandProcess.Run(["evaluate", .. arguments]);
        Assert.Equal((expected, ""), (exit, output));
        Assert.Equal($"surprisal: {line}", errors.Split('\n')[0]);
    }

    private static string Evaluate(params string[] arguments)
    {
        var (exit, output, errors) = CommandProcess.Run(["evaluate", .. arguments]);
        Assert.Equal(("", 0), (errors, exit));
        return output;
    }

    private void Train(params string[] arguments) =>
        Assert.Equal((0, ""), CommandProcess.Run(["train", "--quiet", "--out", Run, .. arguments]) switch { var (exit, _, errors) => (exit, errors) });

    private string Run => At("run");

    private string At(string name) => Path.Combine(folder, name);
}
