using System.Text;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Surprisal.Cli.Models;
using Surprisal.Tests.Training;
using Surprisal.Training;

namespace Surprisal.Tests.Cli.Inputs;

/// <summary>One output for two classes, and several labels an image: pictures of three bars, each bright or dark.</summary>
public sealed class LabelCommandTests : IDisposable
{
    private const int Size = 9, Count = 96;

    private static readonly string[] names = ["top", "中, 间", "bottom"];

    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void OneOutputGivesTheProbabilityOfBothClasses()
    {
        foreach (var i in Enumerable.Range(0, Count)) Picture(i, $"{(i % 2 == 0 ? "dark" : "light")}/{i}.pgm");
        Train("--loss", "bce", "--pos-weight", "2");
        var (card, model) = ModelFile.Read(Run);
        Assert.Equal((ModelTask.Binary, 1, "dark,light"), (card.Task, card.Architecture.Classes, string.Join(',', card.ClassNames)));
        Assert.Contains("PosWeight = [2]", card.Loss, StringComparison.Ordinal);
        Assert.InRange(card.Metrics["test_accuracy"], 0.9, 1);
        var (data, logits) = Logits(ImageFolder.Load(Images, Size, grey: true), card, model);
        var lines = Predict();
        Assert.Equal(Count, lines.Count);
        var right = 0;
        for (var i = 0; i < Count; i++)
        {
            var light = 1 / (1 + Math.Exp(-logits[i] / card.Temperature));
            var classes = lines[i].GetProperty("classes").EnumerateArray().ToDictionary(static one => one.GetProperty("class").GetString()!,
                static one => one.GetProperty("probability").GetDouble());
            Assert.Equal(light, classes["light"], 1e-5);
            Assert.Equal(1 - light, classes["dark"], 1e-5);
            right += light > 0.5 == (data.Target(i) == 1) ? 1 : 0;
        }
        Assert.InRange(right, 0.9 * Count, Count);
        var report = File.ReadAllText(Path.Combine(Run, "report.html"));
        foreach (var part in (string[])["one of 2 classes", ">light<", "bce --pos-weight 2", ">recall<"])
            Assert.Contains(part, report, StringComparison.Ordinal);
        AssertOnnx(model, 1);
    }

    [Fact]
    public void EveryLabelAboveOneHalfIsTold()
    {
        TrainLabels("--epochs", "25");
        var (card, model) = ModelFile.Read(Run);
        Assert.Equal((ModelTask.Labels, 3), (card.Task, card.Architecture.Classes));
        Assert.Equal(names, card.ClassNames);
        Assert.Equal(["epoch", "test_accuracy", "test_loss", "test_micro_f1", "validation_accuracy", "validation_loss", "validation_micro_f1"],
            card.Metrics.Keys.Order(StringComparer.Ordinal));
        Assert.InRange(card.Metrics["test_micro_f1"], 0.9, 1);
        var (data, logits) = Logits(LabelFolder.Load(Images, Labels, new ImageLoading { Size = Size, Grey = true }), card, model);
        var (lines, target, hits, all) = (Predict(), new long[3], 0, 0);
        for (var i = 0; i < Count; i++)
        {
            double[] expected = [.. Enumerable.Range(3 * i, 3).Select(k => 1 / (1 + Math.Exp(-logits[k] / card.Temperature)))];
            var told = lines[i].GetProperty("labels").EnumerateArray().ToDictionary(static one => one.GetProperty("label").GetString()!,
                static one => one.GetProperty("probability").GetDouble());
            Assert.Equal(names.Where((_, label) => expected[label] > 0.5).Order(), told.Keys.Order());
            foreach (var (name, probability) in told) Assert.Equal(expected[Array.IndexOf(names, name)], probability, 1e-5);
            data.ReadTarget(i, target);
            hits += 2 * names.Where((name, label) => target[label] == 1 && told.ContainsKey(name)).Count();
            all += (int)target.Sum() + told.Count;
        }
        Assert.InRange((double)hits / all, 0.9, 1);

        var csv = Path.Combine(folder.Path, "answers.csv");
        var (exit, output, errors) = CommandProcess.Run("predict", Run, Path.Combine(Images, "007.pgm"), Path.Combine(Images, "000.pgm"), "--csv", csv);
        Assert.Equal((0, ""), (exit, errors));
        Assert.StartsWith("file,top,\"中, 间\",bottom\n", File.ReadAllText(csv), StringComparison.Ordinal);
        var rows = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, rows.Length);
        foreach (var name in (string[])["top", "\"中, 间\"", "bottom"]) Assert.Matches($"007\\.pgm .*{name} [0-9.]+ ?%", rows[0]);
        Assert.EndsWith("000.pgm  -", rows[1], StringComparison.Ordinal);
        Assert.Contains("--top-k is for models of classes; ", CommandProcess.Run("predict", Run, Images, "--top-k", "1").Errors, StringComparison.Ordinal);
        AssertOnnx(model, 3);
    }

    /// <summary>What the training measured at its end, another way, is what the evaluation measures.</summary>
    [Fact]
    public void ARunOfLabelsIsScoredLabelByLabel()
    {
        TrainLabels("--epochs", "3");
        var card = ModelFile.Read(Run).Card;
        var (exit, output, errors) = CommandProcess.Run("evaluate", "--run", Run, "--json", "-");
        Assert.Equal((0, ""), (exit, errors));
        var json = JsonDocument.Parse(output).RootElement;
        Assert.True(json.GetProperty("multiLabel").GetBoolean());
        double Metric(string name) => json.GetProperty("metrics").GetProperty(name).GetProperty("value").GetDouble();
        Assert.Equal(card.Metrics["test_micro_f1"], Metric("microF1"), 1e-9);
        Assert.Equal(card.Metrics["test_accuracy"], Metric("subsetAccuracy"), 1e-9);
        Assert.Equal(card.Metrics["test_loss"], Metric("logLossALabel"), 1e-5);
        var page = Path.Combine(folder.Path, "page.html");
        output = CommandProcess.Run("evaluate", "--run", Run, "--report", page).Output;
        Assert.Matches("(?m)^label +F1 +recall +precision +support$", output);
        Assert.Matches("(?m)micro F1 +[01]\\.\\d{4}$", output);
        var html = File.ReadAllText(page);
        foreach (var part in (string[])["<dt>micro F1</dt>", "Every label", "<th scope=\"col\">F1</th>", "<b>F1</b>"])
            Assert.Contains(part, html, StringComparison.Ordinal);
        Assert.DoesNotContain("<th scope=\"col\">loss</th>", html, StringComparison.Ordinal);
        Assert.Contains("--exact is for models of classes; ", CommandProcess.Run("evaluate", "--run", Run, "--exact").Errors, StringComparison.Ordinal);
        Assert.Contains("this model tells several labels an image; --images FOLDER and --labels FILE were expected.",
            CommandProcess.Run("evaluate", "--run", Run, "--images", Images).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void ThePageAndTheLogTellOfLabels()
    {
        var output = TrainLabels("--epochs", "2", "--flip");
        Assert.Matches("test accuracy .*\\(all labels right in \\d+ of \\d+\\) and micro F1 [01]\\.\\d+ by the weights of epoch",
            output.ReplaceLineEndings(" "));
        var report = File.ReadAllText(Path.Combine(Run, "report.html"));
        foreach (var part in (string[])["1 x 9 x 9, 3 labels", "Every label", ">F1<", "all labels right in "])
            Assert.Contains(part, report, StringComparison.Ordinal);
        Assert.DoesNotContain("Every class", report, StringComparison.Ordinal);
        var log = File.ReadAllLines(Path.Combine(Run, "log.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.InRange(log[1].GetProperty("validation_micro_f1").GetDouble(), 0, 1);
        Assert.InRange(log[^1].GetProperty("test_micro_f1").GetDouble(), 0, 1);
        // Begun again after a loss of its checkpoint, with the table somewhere else.
        var checkpoint = Path.Combine(Run, "checkpoint.safetensors");
        var whole = File.ReadAllBytes(checkpoint);
        foreach (var file in (string[])[checkpoint, Path.Combine(Run, "log.jsonl")]) File.Delete(file);
        var moved = Path.Combine(folder.Path, "moved.csv");
        File.Move(Labels, moved);
        Assert.Equal(0, CommandProcess.Run("train", "--resume", Run, "--labels", moved).Exit);
        Assert.Equal(whole, File.ReadAllBytes(checkpoint));
        File.WriteAllText(moved, File.ReadAllText(moved).Replace("000.pgm,0,0,0", "000.pgm,1,0,0", StringComparison.Ordinal));
        Assert.Contains("the data are not those that this run began with: ",
            CommandProcess.Run("train", "--resume", Run, "--epochs", "3").Errors, StringComparison.Ordinal);
    }

    private string Images => Path.Combine(folder.Path, "images");

    private string Labels => Path.Combine(folder.Path, "labels.csv");

    private string Run => Path.Combine(folder.Path, "run");

    /// <summary>Bit k of the number says whether bar k is bright; the rest is noise of its own.</summary>
    private void Picture(int i, string name) => folder.Write($"images/{name}", [.. Encoding.ASCII.GetBytes($"P5 {Size} {Size} 255\n"),
        .. Enumerable.Range(0, Size * Size).Select(k => (byte)(((i >> (k / (3 * Size))) & 1) * 120 + (i * 37 + k * (i % 11 + 3)) % 100))]);

    private string TrainLabels(params string[] options)
    {
        foreach (var i in Enumerable.Range(0, Count)) Picture(i, $"{i:D3}.pgm");
        folder.Write("labels.csv", Encoding.UTF8.GetBytes($"file,top,\"{names[1]}\",bottom\n" + string.Concat(Enumerable.Range(0, Count)
            .Select(static i => $"{i:D3}.pgm,{i & 1},{(i >> 1) & 1},{(i >> 2) & 1}\n"))));
        return Train(["--labels", Labels, .. options]);
    }

    private string Train(params string[] options)
    {
        var (exit, output, errors) = CommandProcess.Run(["train", "--images", Images, "--size", $"{Size}", "--grey", "--model", "mlp", "--batch-size", "8",
            "--quiet", "--out", Run, .. options]);
        Assert.Equal((0, ""), (exit, errors));
        return output;
    }

    private List<JsonElement> Predict()
    {
        var (exit, output, errors) = CommandProcess.Run("predict", Run, Images, "--json", "-");
        Assert.Equal((0, ""), (exit, errors));
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement)];
    }

    private static (Dataset Data, float[] Logits) Logits(Dataset data, ModelCard card, Surprisal.Modules.Module model)
    {
        using var scope = Tensor.NoGrad();
        var prepared = new Normalization([.. card.Images!.Mean], [.. card.Images.Deviation]).Apply(data);
        return (data, model.Forward(Batch.Collate(prepared, [.. Enumerable.Range(0, data.Count)]).Inputs).ToArray());
    }

    private void AssertOnnx(Surprisal.Modules.Module model, int outputs)
    {
        var onnx = Path.Combine(folder.Path, "model.onnx");
        Assert.Equal(0, CommandProcess.Run("export", Run, "--onnx", onnx).Exit);
        using var session = new InferenceSession(onnx);
        Assert.Equal(outputs == 1 ? "binary" : "labels", session.ModelMetadata.CustomMetadataMap["task"]);
        var x = Tensor.Randn<float>([5, 1, Size, Size], new Seed(3));
        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(x.ToArray(), [5, 1, Size, Size]);
        using var answers = session.Run(options, ["input"], [input], ["logits"]);
        Assert.Equal([5L, outputs], answers[0].GetTensorTypeAndShape().Shape);
        Assert.All(model.Forward(x).ToArray().Zip(answers[0].GetTensorDataAsSpan<float>().ToArray()),
            static pair => Assert.Equal(pair.First, pair.Second, 1e-4 + 1e-5 * Math.Abs(pair.First)));
    }
}
