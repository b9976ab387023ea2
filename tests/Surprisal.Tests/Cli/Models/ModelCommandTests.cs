using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Surprisal.Cli.Models;
using Surprisal.Training;

namespace Surprisal.Tests.Cli.Models;

/// <summary>What becomes of a trained model: predict and export, from two classes of small pictures.</summary>
public sealed class ModelCommandTests : IDisposable
{
    private const int Size = 8, Each = 10;

    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void PredictionsAreThoseOfTheModelOnTheImagesThatItLearnedFrom()
    {
        Train();
        var (exit, output, errors) = CommandProcess.Run("predict", Run, Images, "--json", "-", "--top-k", "2");
        Assert.Equal((0, ""), (exit, errors));
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(2 * Each, lines.Count);
        // The same by the library alone: the folder's images, prepared by the card's numbers, through the file's weights.
        var (card, model) = ModelFile.Read(Run);
        var data = new Normalization([.. card.Images!.Mean], [.. card.Images.Deviation]).Apply(ImageFolder.Load(Images, Size, grey: false));
        using var scope = Tensor.NoGrad();
        var samples = Batch.Collate(data, [.. Enumerable.Range(0, data.Count)]);
        var probabilities = (model.Forward(samples.Inputs) / (float)card.Temperature).Softmax(1);
        for (var i = 0; i < lines.Count; i++)
        {
            var classes = lines[i].GetProperty("classes").EnumerateArray().ToList();
            Assert.Equal(2, classes.Count);
            foreach (var one in classes)
            {
                var c = Array.IndexOf(Names, one.GetProperty("class").GetString());
                Assert.Equal(probabilities[i, c].Item(), one.GetProperty("probability").GetDouble(), 1e-5);
            }
            Assert.True(classes[0].GetProperty("probability").GetDouble() >= classes[1].GetProperty("probability").GetDouble());
        }
    }

    [Fact]
    public void TablesAndNamesFromTheInputAndBadFiles()
    {
        Train();
        var one = Path.Combine(Images, Names[0], "3.pgm");
        var (exit, output, errors) = CommandProcess.Run("predict", Run, one);
        Assert.Equal((0, ""), (exit, errors));
        Assert.StartsWith("file ", output, StringComparison.Ordinal);
        Assert.Equal(2, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var csv = Path.Combine(folder, "a.csv");
        Assert.Equal(0, CommandProcess.Run("predict", Run, one, "--csv", csv).Exit);
        Assert.StartsWith("file,class,probability\n", File.ReadAllText(csv), StringComparison.Ordinal);
        Assert.Contains("is there already; --force replaces it", CommandProcess.Run("predict", Run, one, "--csv", csv).Errors, StringComparison.Ordinal);

        var bad = Path.Combine(Images, "bad.png");
        File.WriteAllBytes(bad, [0x89, .. "PNG\r\n"u8, 0x1A, 10, 0]);
        (exit, output, errors) = CommandProcess.Run("predict", Run, bad, one);
        Assert.Equal((1, ""), (exit, output));
        Assert.Contains(bad, errors, StringComparison.Ordinal);
        (exit, output, errors) = CommandProcess.Run("predict", Run, bad, one, "--skip-bad", "--csv", "-");
        Assert.Equal((0, 2), (exit, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.Contains("left out: ", errors, StringComparison.Ordinal);

        Assert.Equal(1, CommandProcess.Run("predict", Run, Path.Combine(folder, "none.png")).Exit);
        Assert.Contains("--top-k is 3, but the model knows 2 classes",
            CommandProcess.Run("predict", Run, one, "--top-k", "3").Errors, StringComparison.Ordinal);
        Assert.Contains("no such file", CommandProcess.Run("predict", Path.Combine(folder, "none"), one).Errors, StringComparison.Ordinal);
        Assert.Contains("weights alone", CommandProcess.Run("predict", Path.Combine(Run, "checkpoint.safetensors"), one).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lenet")]
    [InlineData("resnet")]
    [InlineData("mlp")]
    [InlineData("linear")]
    public void AnExportedModelGivesTheSameLogitsInOnnxRuntime(string name)
    {
        Train("--model", name);
        var onnx = Path.Combine(folder, "model.onnx");
        var (exit, output, errors) = CommandProcess.Run("export", Run, "--onnx", onnx);
        Assert.Equal((0, ""), (exit, errors));
        Assert.Contains($"{name} of 3 x {Size} x {Size} to 2 classes", output, StringComparison.Ordinal);
        var (card, model) = ModelFile.Read(Run);
        using var session = new InferenceSession(onnx);
        Assert.Equal(Names, JsonSerializer.Deserialize<string[]>(session.ModelMetadata.CustomMetadataMap["class_names"]));
        Assert.Equal(card.Preparation, session.ModelMetadata.CustomMetadataMap["preparation"]);
        var x = Tensor.Randn<float>([7, 3, Size, Size], new Seed(3));
        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(x.ToArray(), [7, 3, Size, Size]);
        using var outputs = session.Run(options, ["input"], [input], ["logits"]);
        var (ours, theirs) = (model.Forward(x).ToArray(), outputs[0].GetTensorDataAsSpan<float>().ToArray());
        Assert.All(ours.Zip(theirs), static pair => Assert.Equal(pair.First, pair.Second, 1e-4 + 1e-5 * Math.Abs(pair.First)));
        Assert.Equal(1, CommandProcess.Run("export", Run, "--onnx", onnx).Exit);
    }

    [Fact]
    public void TheFileSaysWhatItIs()
    {
        Train("--loss", "softmax-focal", "--gamma", "1.5", "--class-weights", "balanced");
        var (card, _) = ModelFile.Read(Run);
        Assert.Equal(Names, card.ClassNames);
        Assert.Equal(("lenet", 2), (card.Architecture.Name, card.Architecture.Classes));
        Assert.Equal([3, Size, Size], card.Architecture.Input);
        Assert.Equal((Size, false), (card.Images!.Size, card.Images.Grey));
        Assert.All(card.Images.Deviation, static deviation => Assert.InRange(deviation, 1e-3, 1));
        Assert.Contains("SoftmaxFocalLoss", card.Loss, StringComparison.Ordinal);
        Assert.Contains("1.5", card.Loss, StringComparison.Ordinal);
        Assert.Equal(["epoch", "test_accuracy", "test_loss", "validation_accuracy", "validation_loss"], card.Metrics.Keys.Order());
        Assert.True(card.Temperature > 0);
        Assert.Equal(64, card.Data.Length);
        foreach (var (key, value) in ((string, string)[])[("surprisal", "classifier 2"), ("class_names", "[]"), ("architecture", "{}"), ("temperature", "-1")])
        {
            var (tensors, metadata) = Safetensors.Read(Path.Combine(Run, "model.safetensors"));
            var other = Path.Combine(folder, "other.safetensors");
            Safetensors.Write(other, tensors, new Dictionary<string, string>(metadata) { [key] = value });
            Assert.StartsWith(other, Assert.Throws<InvalidDataException>(() => ModelFile.Read(other)).Message, StringComparison.Ordinal);
        }
    }

    private static string[] Names => ["a, 圆", "b"];

    private string Images => Path.Combine(folder, "images");

    private string Run => Path.Combine(folder, "run");

    /// <summary>Dark pictures and light ones.</summary>
    private void Train(params string[] options)
    {
        foreach (var (name, level) in Names.Zip([40, 160]))
        {
            Directory.CreateDirectory(Path.Combine(Images, name));
            for (var i = 0; i < Each; i++)
                File.WriteAllBytes(Path.Combine(Images, name, $"{i}.pgm"),
                    [.. "P5 8 8 255\n"u8, .. Enumerable.Range(0, 64).Select(k => (byte)(level + i + k * (i + 3) % 50))]);
        }
        var (exit, _, errors) = CommandProcess.Run(
            ["train", "--images", Images, "--size", $"{Size}", "--epochs", "3", "--batch-size", "4", "--out", Run, "--quiet", .. options]);
        Assert.Equal((0, ""), (exit, errors));
    }
}
