using System.Text;
using System.Text.Json;
using Surprisal.Cli.Models;
using Surprisal.Tests.Training;

namespace Surprisal.Tests.Cli.Evaluate;

/// <summary>
/// A run's model is scored on other samples, of whatever kind it learned from: on copies of its own test part the numbers are those of it.
/// </summary>
public sealed class OtherSamplesTests : IDisposable
{
    private const int Size = 8;

    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ImagesWithMasks()
    {
        Directory.CreateDirectory(At("masks"));
        for (var i = 0; i < 20; i++)
        {
            byte[] mask = [.. Enumerable.Range(0, Size * Size).Select(pixel => (byte)((pixel + i) % 8 < 3 ? 1 : (pixel + i) % 31 == 0 ? 255 : 0))];
            MaskImage.Write(At($"masks/{i}.png"), mask, Size);
            Picture($"images/{i}.pgm", [.. mask.Select((value, pixel) => (byte)(50 + 100 * (value % 2) + (7 * pixel + i) % 40))]);
        }
        Train("--images", At("images"), "--masks", At("masks"));
        foreach (var name in Tested()) Copy(name, ("images", ".pgm"), ("masks", ".png"));
        AssertAsTested("--images", At("other/images"), "--masks", At("other/masks"));
        Refused("this model says what each pixel is; --images FOLDER and --masks FOLDER were expected.", "--images", At("images"));
        Refused("this model learned from images; --images FOLDER was expected.", "--table", "x.csv");
    }

    [Fact]
    public void ImagesWithLabelsInAnotherOrder()
    {
        var rows = Enumerable.Range(0, 24).Select(static i => (Name: $"{i}.pgm", A: i & 1, B: (i >> 1) & 1)).ToList();
        foreach (var (i, (name, a, b)) in rows.Index())
            Picture($"images/{name}", [.. Enumerable.Range(0, Size * Size).Select(k => (byte)(120 * (k < 32 ? a : b) + (i * 37 + k * (i % 11 + 3)) % 100))]);
        folder.Write("labels.csv", Encoding.UTF8.GetBytes("file,a,\"b, 红\"\n" + string.Concat(rows.Select(static row => $"{row.Name},{row.A},{row.B}\n"))));
        Train("--images", At("images"), "--labels", At("labels.csv"), "--model", "mlp");
        var tested = Tested();
        folder.Write("other.csv", Encoding.UTF8.GetBytes("file,\"b, 红\",a\n" + string.Concat(rows.Where(row => tested.Contains(row.Name))
            .Select(static row => $"{row.Name},{row.B},{row.A}\n"))));
        AssertAsTested("--images", At("images"), "--labels", At("other.csv"));
        Assert.Equal(0, CommandProcess.Run("evaluate", "--run", Run, "--json", At("k.json")).Exit);
        Assert.Equal((0, ""), CommandProcess.Run("merge", At("k.json")) switch { var (merged, _, lines) => (merged, lines) });
        foreach (var option in ((string, string)[])[("--weight", "1,2"), ("--label-smoothing", "0"), ("--top-k", "1"), ("--bins", "15"), ("--seed", "0")])
            Assert.Equal((1, "", $"surprisal: {option.Item1} is for models of classes; {Run} is one of several labels.\n"),
                CommandProcess.Run("evaluate", "--run", Run, option.Item1, option.Item2));
        folder.Write("less.csv", "file,a\n0.pgm,1\n"u8);
        var (exit, _, errors) = CommandProcess.Run("evaluate", "--run", Run, "--images", At("images"), "--labels", At("less.csv"));
        Assert.Equal((1, $"surprisal: {At("less.csv")}: the labels are a; the model's were expected: a, \"b, 红\".\n"), (exit, errors));
        Refused("this model tells several labels an image; --images FOLDER and --labels FILE were expected.", "--data", At("images"));
    }

    /// <summary>What predict says of each row decides; unknown texts are told by both, with the row that is the first.</summary>
    [Fact]
    public void RowsOfATable()
    {
        static string Row(int i, string colour) => $"{i % 17}.{i:D3},{colour},{(i % 17 > 8 ? "真" : "假")}\n";
        folder.Write("table.csv", Encoding.UTF8.GetBytes("x,colour,kind\n" + string.Concat(Enumerable.Range(0, 60)
            .Select(static i => Row(i, i % 2 == 0 ? "red" : "蓝")))));
        Train("--csv", At("table.csv"), "--target", "kind");
        var more = folder.Write("more.csv", Encoding.UTF8.GetBytes("id,x,colour,kind\n" + string.Concat(Enumerable.Range(0, 23)
            .Select(static i => $"7,{Row(3 * i, i % 5 == 3 ? "green" : "red")}"))));
        const string Told = "surprisal: colour: 4 rows hold texts, the first is row 4, that no row to learn from has; all inputs of the column are 0 there\n";
        var (exit, output, errors) = CommandProcess.Run("predict", Run, more, "--csv", "-");
        Assert.Equal((0, Told), (exit, errors));
        var right = output.Split('\n')[1..24].Index().Count(static line => line.Item.Split(',')[1] == (3 * line.Index % 17 > 8 ? "真" : "假"));
        (exit, output, errors) = CommandProcess.Run("evaluate", "--run", Run, "--table", more, "--json", "-");
        Assert.Equal((0, Told), (exit, errors));
        Assert.Equal(right / 23.0, Metric(output, "accuracy"), 1e-12);
        AssertLines(output, more);
        var renamed = folder.Write("renamed.csv", Encoding.UTF8.GetBytes(File.ReadAllText(more).Replace("kind", "class", StringComparison.Ordinal)));
        Assert.Equal(output, CommandProcess.Run("evaluate", "--run", Run, "--table", renamed, "--target", "class", "--json", "-").Output);
        Refused("this model learned from a table; --table FILE was expected.", "--images", folder.Path);
        var model = Path.Combine(Run, "model.safetensors");
        Assert.Equal($"surprisal: {model}: a model does not know which column has the classes; --target COLUMN was expected, or the folder of a run.\n",
            CommandProcess.Run("evaluate", "--run", model, "--table", more).Errors);
        Assert.Equal(output, CommandProcess.Run("evaluate", "--run", model, "--table", more, "--target", "kind", "--json", "-").Output);
    }

    [Fact]
    public void ImagesThatCannotBeReadAreLeftOut()
    {
        Pictures.Write(At("images"), 10, "a", "b");
        Train("--images", At("images"));
        Pictures.Write(At("other"), 3, "a", "b");
        var bad = folder.Write("other/b/bad.png", [0x89, .. "PNG\r\n"u8, 0x1A, 10, 0]);
        var (exit, output, errors) = CommandProcess.Run("evaluate", "--run", Run, "--images", At("other"));
        Assert.Equal((1, ""), (exit, output));
        Assert.Matches($"^surprisal: {bad}: truncated: [^:]*; --skip-bad leaves out what cannot be read\\.\n$", errors);
        (exit, output, errors) = CommandProcess.Run("evaluate", "--run", Run, "--images", At("other"), "--skip-bad");
        Assert.StartsWith("rows: 6 counted\n", output, StringComparison.Ordinal);
        Assert.Matches("^surprisal: left out: b/bad\\.png: truncated: [^:]*\\.\n$", errors);
        Assert.Matches($"^surprisal: {bad}: truncated: [^:]*; --skip-bad leaves out what cannot be read\\.\n$", CommandProcess.Run("predict", Run, bad).Errors);
        Assert.Contains("a/0.pgm: the size is 8 x 8, ", CommandProcess.Run("evaluate", "--run", Run, "--images", At("other"), "--max-pixels", "63").Errors,
            StringComparison.Ordinal);
        Refused("this model says one class an image; --masks says more.", "--images", At("other"), "--masks", "x");
        foreach (var (options, line) in ((string, string)[])[("--run r --labels x", "--labels goes with --images."),
            ("--run r --target x", "--target goes with --table."), ("--run r --skip-bad", "--skip-bad goes with --images."),
            ("--run r --images x --table y", "--images and --table exclude each other; give one source."),
            ("--logits x --targets y --masks z", "--masks goes with --run.")])
            Assert.Equal((2, $"surprisal: {line}"), CommandProcess.Run(["evaluate", .. options.Split(' ')]) switch
            {
                var (wrong, _, lines) => (wrong, lines.Split('\n')[0]),
            });
    }

    /// <summary>With a cell that takes two lines, rows from there on begin a line later.</summary>
    private void AssertLines(string json, string path)
    {
        static List<(int Row, int Line)> Hardest(string text) => [.. JsonDocument.Parse(text).RootElement.GetProperty("hardestRows").EnumerateArray()
            .Select(static row => (row.GetProperty("row").GetInt32(), row.GetProperty("line").GetInt32()))];
        var rows = Hardest(json);
        Assert.Equal(10, rows.Count);
        Assert.All(rows, static row => Assert.Equal(row.Row + 2, row.Line));
        var lines = File.ReadAllLines(path);
        lines[5] = $"\"7\n7\"{lines[5][1..]}";
        var longer = folder.Write("longer.csv", Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n\n"));
        Assert.Equal(rows.Select(static row => (row.Row, row.Line + (row.Row > 4 ? 1 : 0))),
            Hardest(CommandProcess.Run("evaluate", "--run", Run, "--table", longer, "--json", "-").Output));
        var (exit, output, _) = CommandProcess.Run("evaluate", "--run", Run, "--table", longer, "--report", At("lines.html"));
        var hardest = $"line {rows[0].Line + (rows[0].Row > 4 ? 1 : 0)}";
        Assert.Equal(0, exit);
        Assert.Contains($"\nhardest: {hardest}, loss ", output, StringComparison.Ordinal);
        Assert.Contains($">{hardest}<", File.ReadAllText(At("lines.html")), StringComparison.Ordinal);
    }

    private void AssertAsTested(params string[] options)
    {
        var expected = CommandProcess.Run("evaluate", "--run", Run, "--json", "-");
        Assert.Equal((0, ""), (expected.Exit, expected.Errors));
        Assert.Equal(expected, CommandProcess.Run(["evaluate", "--run", Run, "--json", "-", .. options]));
    }

    private void Refused(string line, params string[] options) =>
        Assert.Equal((1, "", $"surprisal: {Run}: {line}\n"), CommandProcess.Run(["evaluate", "--run", Run, .. options]));

    /// <summary>The files of the part to test with.</summary>
    private List<string> Tested() => [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(Run, "data.json"))).RootElement.GetProperty("test")
        .GetProperty("sources").EnumerateArray().Select(static source => source.GetProperty("name").GetString()!)
        .Where(static name => name.EndsWith(".pgm", StringComparison.Ordinal))];

    private void Copy(string name, params (string Folder, string Ending)[] places)
    {
        foreach (var (place, ending) in places)
        {
            Directory.CreateDirectory(At($"other/{place}"));
            var file = Path.ChangeExtension(name, ending);
            File.Copy(At($"{place}/{file}"), At($"other/{place}/{file}"));
        }
    }

    private void Picture(string name, byte[] pixels) => folder.Write(name, [.. "P5 8 8 255\n"u8, .. pixels]);

    private void Train(params string[] options)
    {
        string[] images = options[0] == "--images" ? ["--size", $"{Size}", "--grey"] : [];
        var (exit, _, errors) = CommandProcess.Run(["train", .. options, .. images, "--epochs", "2", "--batch-size", "4", "--quiet", "--out", Run]);
        Assert.Equal((0, ""), (exit, errors));
    }

    private static double Metric(string json, string name) =>
        JsonDocument.Parse(json).RootElement.GetProperty("metrics").GetProperty(name).GetProperty("value").GetDouble();

    private string Run => At("run");

    private string At(string name) => Path.Combine(folder.Path, name);
}
