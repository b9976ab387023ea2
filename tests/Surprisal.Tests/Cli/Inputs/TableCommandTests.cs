using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Surprisal.Cli.Models;
using Surprisal.Kernels;
using Surprisal.Tests.Training;

namespace Surprisal.Tests.Cli.Inputs;

/// <summary>A table drawn by a seed: trained on, predicted from, refused by line and column.</summary>
public sealed class TableCommandTests : IDisposable
{
    private static readonly string[] colours = ["blue", "绿, 深", "red"];

    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("mlp")]
    [InlineData("linear")]
    public void Rows_are_classified_with_or_without_their_classes(string model)
    {
        var rows = Rows(300);
        Train(rows, "--model", model, "--lr", "0.05", "--epochs", "30");
        var (card, network) = ModelFile.Read(Run);
        Assert.Equal(["假", "真"], card.ClassNames);
        Assert.Equal(["length", "colour", "code"], card.Columns!.Select(static column => column.Name));
        Assert.Equal([1 + 3 + 4], card.Architecture.Input);

        var fresh = Rows(57, seed: 9);
        var answers = Predict(fresh, withClass: true);
        Assert.Equal(answers, Predict(fresh, withClass: false));
        Assert.Equal(answers, Answers(CommandProcess.RunWith(Text(fresh, withClass: false), "predict", Run, "-", "--json", "-", "--top-k", "2")));
        // The same by hand: each column by the card's numbers, through the network, softmax at the card's temperature.
        using var scope = Tensor.NoGrad();
        var right = 0;
        for (var i = 0; i < fresh.Count; i++)
        {
            var (length, colour, code, kind) = fresh[i];
            List<float> sample = [(float)((length - card.Columns![0].Mean) / card.Columns[0].Deviation)];
            sample.AddRange(card.Columns[1].Texts!.Select(text => text == colour ? 1f : 0));
            sample.AddRange(card.Columns[2].Texts!.Select(text => text == $"{code}" ? 1f : 0));
            var logits = network.Forward(Tensor.Create<float>(sample.ToArray(), [1, sample.Count])).ToArray();
            var (a, b) = (logits[0] / card.Temperature, logits[1] / card.Temperature);
            var first = 1 / (1 + Math.Exp(b - a));
            var (name, probability) = answers[i];
            Assert.Equal(Math.Max(first, 1 - first), probability, 1e-5);
            Assert.Equal(card.ClassNames[first >= 0.5 ? 0 : 1], name);
            right += name == kind ? 1 : 0;
        }
        Assert.InRange(right, 0.9 * fresh.Count, fresh.Count);
        // What was tested was the last part of the table, so the number in the file is that of other rows of the same law.
        Assert.InRange(card.Metrics["test_accuracy"], 0.85, 1);
    }

    [Fact]
    public void The_run_says_what_it_learned_from_and_goes_on_to_the_same_bits()
    {
        var rows = Rows(120);
        Train(rows, "--epochs", "4", "--batch-size", "16", "--mixup", "0.3", "--sampler", "weighted");
        var options = JsonDocument.Parse(File.ReadAllText(Path.Combine(Run, "options.json"))).RootElement;
        Assert.Equal(("#1", "mlp"), (options.GetProperty("target").GetString(), options.GetProperty("model").GetString()));
        var report = File.ReadAllText(Path.Combine(Run, "report.html"));
        foreach (var part in (string[])["<title>table: mlp, ", "8 inputs, one of 2 classes", "mixup 0.3", "weighted"])
            Assert.Contains(part, report, StringComparison.Ordinal);

        // Stopped before its first checkpoint, moved, and begun again: everything follows from the options.
        var whole = File.ReadAllBytes(Path.Combine(Run, "checkpoint.safetensors"));
        foreach (var file in (string[])["checkpoint.safetensors", "log.jsonl"]) File.Delete(Path.Combine(Run, file));
        Assert.Equal(1, CommandProcess.Run("train", "--resume", Run, "--images", folder.Path).Exit);
        var moved = Path.Combine(folder.Path, "elsewhere", "table.csv");
        Directory.CreateDirectory(Path.GetDirectoryName(moved)!);
        File.Move(Table, moved);
        var (exit, _, errors) = CommandProcess.Run("train", "--resume", Run, "--csv", moved);
        Assert.Equal((0, true), (exit, errors.Contains("it begins again", StringComparison.Ordinal)));
        Assert.Equal(whole, File.ReadAllBytes(Path.Combine(Run, "checkpoint.safetensors")));
        File.AppendAllText(moved, Text(Rows(1), withClass: true).Split('\n')[1] + "\n");
        (exit, _, errors) = CommandProcess.Run("train", "--resume", Run, "--epochs", "9");
        Assert.Contains("the data are not those that this run began with: ", errors, StringComparison.Ordinal);
        Assert.Equal(1, exit);
    }

    [Fact]
    public void An_exported_table_model_gives_the_same_logits_in_onnx_runtime()
    {
        Train(Rows(100));
        var onnx = Path.Combine(folder.Path, "model.onnx");
        Assert.Equal((0, ""), CommandProcess.Run("export", Run, "--onnx", onnx) switch { var (exit, _, errors) => (exit, errors) });
        var (card, model) = ModelFile.Read(Run);
        using var session = new InferenceSession(onnx);
        Assert.Contains("\"name\":\"length\"", session.ModelMetadata.CustomMetadataMap["columns"], StringComparison.Ordinal);
        foreach (var n in (int[])[1, 2, 7])
        {
            var x = Tensor.Randn<float>([n, 8], new Seed(3));
            using var options = new RunOptions();
            using var input = OrtValue.CreateTensorValueFromMemory(x.ToArray(), [n, 8]);
            using var outputs = session.Run(options, ["input"], [input], ["logits"]);
            Assert.All(model.Forward(x).ToArray().Zip(outputs[0].GetTensorDataAsSpan<float>().ToArray()),
                static pair => Assert.Equal(pair.First, pair.Second, 1e-4 + 1e-5 * Math.Abs(pair.First)));
        }
    }

    [Theory]
    [InlineData("length,colour\n1,red\n", "the header, line 1, has no column \"code\", but \"length\", \"colour\".")]
    [InlineData("length;colour;code\n1,5;red;1\n",
        "line 2, column \"length\" holds \"1,5\"; a number was expected: decimal point expected, and no separators of thousands.")]
    public void Rows_that_do_not_fit_are_one_line(string text, string message)
    {
        Train(Rows(60));
        var path = folder.Write("more.csv", Encoding.UTF8.GetBytes(text));
        Assert.Equal((1, "", $"surprisal: {path}: {message}\n"), CommandProcess.Run("predict", Run, path));
        Assert.Equal((1, "", $"surprisal: the standard input: {message}\n"), CommandProcess.RunWith(text, "predict", Run, "-"));
    }

    [Fact]
    public void What_is_no_such_table_is_refused_before_a_folder_is_made()
    {
        var path = folder.Write("table.csv", "x,kind\n1,a\n1,b\n2,a\n3,b\nred,a\n"u8);
        Assert.Equal((1, "", $"surprisal: {path}: line 6, column \"x\" holds \"red\"; a number was expected.\n"),
            CommandProcess.Run("train", "--csv", path, "--target", "kind", "--out", Run));
        Assert.Equal((1, "", $"surprisal: {path}: the header, line 1, has no column \"class\", but \"x\", \"kind\".\n"),
            CommandProcess.Run("train", "--csv", path, "--target", "class", "--out", Run));
        Assert.False(Directory.Exists(Run));
        Train(Rows(60));
        Assert.Equal((1, "", "surprisal: a, b: this model learned from a table; one table was expected.\n"), CommandProcess.Run("predict", Run, "a", "b"));
    }

    [Fact]
    public void A_name_that_two_columns_have_is_found_again_in_the_table_that_was_trained_on()
    {
        // The first x says nothing, the last says the class.
        folder.Write("table.csv", Encoding.UTF8.GetBytes("x,kind,x\n" + string.Concat(Enumerable.Range(0, 60)
            .Select(static i => $"{i * 7 % 11},{(i % 12 > 5 ? "long" : "short")},{i % 12}.{i:D3}\n"))));
        string[] train = ["train", "--csv", Table, "--target", "kind", "--ignore-column", "#1", "--epochs", "20", "--quiet", "--out", Run];
        Assert.Equal(0, CommandProcess.Run(train).Exit);
        var (exit, output, errors) = CommandProcess.Run("predict", Run, Table, "--csv", "-");
        Assert.Equal((0, ""), (exit, errors));
        var right = output.Split('\n')[1..61].Index().Count(static line => line.Item.Split(',')[1] == (line.Index % 12 > 5 ? "long" : "short"));
        Assert.InRange(right, 55, 60);
        Assert.Equal(0, CommandProcess.Run("evaluate", "--run", Run, "--table", Table).Exit);
        var other = folder.Write("other.csv", "x,x,kind\n1,2,long\n"u8);
        Assert.Equal((1, "", $"surprisal: {other}: the header, line 1, has 2 columns \"x\", #1 and #2; one was expected, or #3 among them as in the " +
            "table that was learned from: give the others names of their own.\n"), CommandProcess.Run("predict", Run, other));
    }

    private string Table => Path.Combine(folder.Path, "table.csv");

    [Fact]
    public void Weights_of_other_columns_are_refused()
    {
        var rows = Rows(60);
        Train(rows, "--model", "mlp", "--epochs", "1");
        var turned = folder.Write("turned.csv", Encoding.UTF8.GetBytes("kind,colour,length,id,code\n" + string.Concat(rows.Select((row, i) =>
            string.Create(CultureInfo.InvariantCulture, $"{row.Kind},\"{row.Colour}\",{row.Length:R},{i},{row.Code}\n")))));
        string[] options = ["--target", "kind", "--ignore-column", "id", "--category-column", "code", "--model", "mlp", "--epochs", "1", "--quiet",
            "--from", Run];
        var next = Path.Combine(folder.Path, "next");
        var (exit, output, errors) = CommandProcess.Run(["train", "--csv", turned, "--out", next, .. options]);
        Assert.Equal((1, ""), (exit, output));
        Assert.StartsWith($"surprisal: {Path.Combine(Run, "model.safetensors")}: it learned from the columns length, colour (", errors,
            StringComparison.Ordinal);
        Assert.Contains(", but here are colour (", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(next));
        Assert.Equal(0, CommandProcess.Run(["train", "--csv", Table, "--out", next, .. options]).Exit);
    }

    private string Run => Path.Combine(folder.Path, "run");

    /// <summary>Long and red rows are real ones; the code says nothing.</summary>
    private static List<(double Length, string Colour, int Code, string Kind)> Rows(int count, long seed = 5)
    {
        var random = new RandomStream(seed);
        var rows = new List<(double, string, int, string)>();
        for (var i = 0; i < count; i++)
        {
            var (length, colour, code) = (1000 + 400 * random.Uniform(), (int)random.Below(3), 1 + (int)random.Below(4));
            rows.Add((length, colours[colour], code, length + 100 * colour > 1300 ? "真" : "假"));
        }
        return rows;
    }

    private static string Text(IEnumerable<(double Length, string Colour, int Code, string Kind)> rows, bool withClass) =>
        $"{(withClass ? "kind," : "")}length,id,colour,code\n" + string.Concat(rows.Select((row, i) => string.Create(CultureInfo.InvariantCulture,
            $"{(withClass ? $"{row.Kind}," : "")}{row.Length:R},{i},\"{row.Colour}\",{row.Code}\n")));

    private void Train(List<(double, string, int, string)> rows, params string[] options)
    {
        folder.Write("table.csv", Encoding.UTF8.GetBytes(Text(rows, withClass: true)));
        var (exit, _, errors) = CommandProcess.Run(["train", "--csv", Table, "--target", "#1", "--ignore-column", "id", "--category-column", "code",
            "--quiet", "--out", Run, .. options]);
        Assert.Equal((0, ""), (exit, errors));
    }

    private List<(string Class, double Probability)> Predict(List<(double, string, int, string)> rows, bool withClass)
    {
        var path = folder.Write("fresh.csv", Encoding.UTF8.GetBytes(Text(rows, withClass)));
        return Answers(CommandProcess.Run("predict", Run, path, "--json", "-", "--top-k", "2"));
    }

    private static List<(string Class, double Probability)> Answers((int Exit, string Output, string Errors) run)
    {
        Assert.Equal((0, ""), (run.Exit, run.Errors));
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(Enumerable.Range(1, lines.Count), lines.Select(static line => line.GetProperty("row").GetInt32()));
        return [.. lines.Select(static line => line.GetProperty("classes")[0]).Select(static one =>
            (one.GetProperty("class").GetString()!, one.GetProperty("probability").GetDouble()))];
    }
}
