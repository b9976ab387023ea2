using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Surprisal.Cli.Models;
using Surprisal.Tests.Training;
using Surprisal.Training;

namespace Surprisal.Tests.Cli.Inputs;

/// <summary>A class for each pixel: pictures of a bright bar and a dark one, and the masks that say so.</summary>
public sealed class SegmentationCommandTests : IDisposable
{
    private const int Size = 12, Width = 18, Height = 12, Count = 40;

    private readonly DataFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void MasksAreLearnedAndWrittenInTheSizeOfTheirImages()
    {
        var output = Train("--epochs", "12", "--class-weights", "inverse", "--flip");
        Assert.Matches("test accuracy .*\\([0-9]+ of [0-9]+ pixels\\) and mean IoU [01]\\.[0-9]+ by the weights of epoch [0-9]+",
            output.ReplaceLineEndings(" "));
        var (card, model) = ModelFile.Read(Run);
        Assert.Equal((ModelTask.Pixels, "unet", 3), (card.Task, card.Architecture.Name, card.Architecture.Classes));
        Assert.InRange(card.Metrics["test_mean_iou"], 0.8, 1);

        // The number that chooses is the mean IoU.
        var rows = File.ReadAllLines(Path.Combine(Run, "metrics.csv"));
        Assert.EndsWith(",validation_accuracy,validation_mean_iou", rows[0], StringComparison.Ordinal);
        double[] scores = [.. rows.Skip(1).Select(static row => double.Parse(row.Split(',')[6], CultureInfo.InvariantCulture))];
        Assert.Equal(card.Metrics["epoch"], Array.IndexOf(scores, scores.Max()) + 1);
        var report = File.ReadAllText(Path.Combine(Run, "report.html"));
        foreach (var part in (string[])["each pixel one of 3 classes", "Test mean IoU", "Validation mean IoU"])
            Assert.Contains(part, report, StringComparison.Ordinal);

        var written = Path.Combine(folder.Path, "written");
        var (exit, told, errors) = CommandProcess.Run("predict", Run, Images, "--out", written);
        Assert.Equal((0, "", $"{written}: {Count} masks of 3 classes\n"), (exit, errors, told));
        // The same by the library: the image as it was prepared, the largest logit of each pixel, the nearest pixel of the square.
        var prepared = new Normalization([.. card.Images!.Mean], [.. card.Images.Deviation]).Apply(
            MaskFolder.Load(Images, Masks, new ImageLoading { Size = Size, Grey = true }));
        using var scope = Tensor.NoGrad();
        var logits = model.Forward(Batch.Collate(prepared, [.. Enumerable.Range(0, Count)]).Inputs).ToArray();
        // Read again at a size that is a multiple of both sides, so that no pixel is lost.
        const int Whole = 36;
        var again = MaskFolder.Load(Images, written, new ImageLoading { Size = Whole, Grey = true }, ["0", "1", "2"]);
        var target = new long[Whole * Whole];
        var (hits, all) = (new long[3], new long[3]);
        for (var n = 0; n < Count; n++)
        {
            again.ReadTarget(n, target);
            for (var y = 0; y < Height; y++)
                for (var x = 0; x < Width; x++)
                {
                    var (row, column) = ((int)((y + 0.5) * Size / Height), (int)((x + 0.5) * Size / Width));
                    float Logit(int c) => logits[((n * 3 + c) * Size + row) * Size + column];
                    var best = Enumerable.Range(0, 3).MaxBy(Logit);
                    var predicted = target[(y * Whole / Height + 1) * Whole + x * Whole / Width + 1];
                    Assert.Equal(best, predicted);
                    var truth = Class(n, x, y);
                    if (truth == best) hits[truth]++;
                    all[truth]++;
                    if (truth != best) all[best]++;
                }
        }
        Assert.InRange(hits.Zip(all).Average(static pair => (double)pair.First / pair.Second), 0.75, 1);

        Assert.Contains("is there already; --force replaces it", CommandProcess.Run("predict", Run, Images, "--out", written).Errors, StringComparison.Ordinal);
        Assert.Equal(0, CommandProcess.Run("predict", Run, Images, "--out", written, "--force").Exit);
        Assert.Contains("--out FOLDER was expected, for the masks", CommandProcess.Run("predict", Run, Images).Errors, StringComparison.Ordinal);
        Assert.Contains("--top-k, --csv and --json are for models of classes and labels",
            CommandProcess.Run("predict", Run, Images, "--out", written, "--json", "-").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void AnExportedModelGivesTheSamePlanesInOnnxRuntime()
    {
        Train("--epochs", "2", "--loss", "dice", "--smooth", "0.5");
        Assert.Contains("DiceLoss", ModelFile.Read(Run).Card.Loss, StringComparison.Ordinal);
        var onnx = Path.Combine(folder.Path, "model.onnx");
        Assert.Equal((0, ""), CommandProcess.Run("export", Run, "--onnx", onnx) switch { var (exit, _, errors) => (exit, errors) });
        var (_, model) = ModelFile.Read(Run);
        using var session = new InferenceSession(onnx);
        foreach (var n in (int[])[1, 2, 7])
        {
            var x = Tensor.Randn<float>([n, 1, Size, Size], new Seed(3));
            using var options = new RunOptions();
            using var input = OrtValue.CreateTensorValueFromMemory(x.ToArray(), [n, 1, Size, Size]);
            using var outputs = session.Run(options, ["input"], [input], ["logits"]);
            Assert.Equal([n, 3, Size, Size], outputs[0].GetTensorTypeAndShape().Shape);
            Assert.All(model.Forward(x).ToArray().Zip(outputs[0].GetTensorDataAsSpan<float>().ToArray()),
                static pair => Assert.Equal(pair.First, pair.Second, 1e-4 + 1e-5 * Math.Abs(pair.First)));
        }
    }

    /// <summary>Wherever a class is called by something, and in runs that go on or begin with the weights of others.</summary>
    [Fact]
    public void ClassesOfMasksAreCalledByTheirNames()
    {
        string[] names = ["sky, clouds", "路 面", "a<b>"];
        var file = NameFile("names.txt", names);
        Train("--epochs", "2", "--schedule", "constant", "--class-names", file);
        var card = ModelFile.Read(Run).Card;
        Assert.Equal(names, card.ClassNames);
        foreach (var part in (string[])["sky, clouds", "路 面", "a&lt;b&gt;"])
            Assert.Contains(part, File.ReadAllText(Path.Combine(Run, "report.html")), StringComparison.Ordinal);
        var (exit, told, errors) = CommandProcess.Run("predict", Run, Images, "--out", Path.Combine(folder.Path, "written"));
        Assert.Equal((0, ""), (exit, errors));
        Assert.EndsWith($": {Count} masks of 3 classes: 0 \"sky, clouds\", 1 路 面, 2 a<b>\n", told, StringComparison.Ordinal);
        var scored = JsonDocument.Parse(CommandProcess.Run("evaluate", "--run", Run, "--json", "-").Output).RootElement;
        Assert.Equal(names, scored.GetProperty("classNames").EnumerateArray().Select(static one => one.GetString()));
        var onnx = Path.Combine(folder.Path, "model.onnx");
        CommandProcess.Run("export", Run, "--onnx", onnx);
        using var session = new InferenceSession(onnx);
        Assert.Equal(names, JsonSerializer.Deserialize<string[]>(session.ModelMetadata.CustomMetadataMap["class_names"]));

        // The names are the run's own: the file is not needed again, and may be given again.
        string[] more = ["train", "--resume", Run, "--quiet", "--epochs"];
        File.Move(file, file + ".moved");
        Assert.Equal((0, ""), CommandProcess.Run([.. more, "3"]) switch { var (done, _, wrong) => (done, wrong) });
        Assert.Equal((0, ""), CommandProcess.Run([.. more, "4", "--class-names", file + ".moved"]) switch { var (done, _, wrong) => (done, wrong) });
        Assert.Equal(names, ModelFile.Read(Run).Card.ClassNames);
        Assert.Equal((1, "", "surprisal: --class-names cannot change in a resumed run, whose classes are \"sky, clouds\", 路 面, a<b>; " +
            "the file has sky, 路, c.\n"),
            CommandProcess.Run([.. more, "5", "--class-names", NameFile("others.txt", "sky", "路", "c")]));

        // A class is what its number in the masks says, so weights without names fit classes with names; those of other names do not.
        string Begun(string name, params string[] options) => CommandProcess.Run(["train", "--images", Images, "--masks", Masks, "--size", $"{Size}",
            "--grey", "--epochs", "1", "--from", Run, "--out", Path.Combine(folder.Path, name), .. options]).Errors;
        Assert.DoesNotContain("is made new", Begun("numbers"), StringComparison.Ordinal);
        Assert.DoesNotContain("is made new", Begun("names", "--class-names", file + ".moved"), StringComparison.Ordinal);
        Assert.Contains("its classes are \"sky, clouds\", 路 面, a<b>; the last layer", Begun("others", "--class-names", Path.Combine(folder.Path, "others.txt"))
            .ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void NamesThatDoNotFitTheMasksAreOneLine()
    {
        Draw();
        void Refused(string expected, string file) => Assert.Equal((1, "", $"surprisal: {expected}\n"),
            CommandProcess.Run("train", "--images", Images, "--masks", Masks, "--size", $"{Size}", "--grey", "--class-names", file, "--out", Run));
        string Named(params string[] names) => NameFile("names.txt", names);

        Refused($"{Masks}: the masks have the classes 0..2, but there are 4 names; 3 were expected, and 'void' is the first that no pixel has.",
            Named("a", "b", "c", "void"));
        var file = Named("a", "b");
        var bad = $"{Path.Combine(Masks, "00.png")}: a pixel has the value 2; 2 classes are named, so 0..1, or 255 for pixels that are ignored, " +
            "were expected";
        Refused($"{bad}; {Count} files in all cannot be read, and --skip-bad leaves them out.", file);
        Assert.Equal((1, "", $"surprisal: {Images}: none of its {Count} images and masks can be read, the first: {bad}.\n"),
            CommandProcess.Run("data", Images, "--masks", Masks, "--size", $"{Size}", "--class-names", file));
        Refused($"{file}: line 3 is 'a', as line 1; each class has a name of its own.", Named("a", "b", "a"));
        Refused($"{file}: line 2 is blank; the name of class 1 was expected.", Named("a", "", "b"));
        Refused($"{file}: it is empty; the names of the classes were expected, one a line.", Named());
        Refused($"{file}.txt: there is no such file; a file with the names of the classes was expected.", file + ".txt");
        Assert.False(Directory.Exists(Run));
    }

    [Fact]
    public void MasksThatDoNotFitAreOneLine()
    {
        Draw();
        var mask = Path.Combine(Masks, "07.png");
        MaskImage.Write(mask, new byte[12], 4);
        Assert.Equal((1, "", $"surprisal: {mask}: the mask is 4 x 3, but its image, upright, is {Width} x {Height}; the same size was expected; " +
            "--skip-bad leaves such files out.\n"),
            CommandProcess.Run("train", "--images", Images, "--masks", Masks, "--out", Run));
        MaskImage.Write(mask, new byte[Width * Height], Width);
        File.WriteAllText(Path.Combine(Masks, "readme.txt"), "what the classes are");
        Assert.Contains("skipped 1 file among the masks that is no image: readme.txt",
            CommandProcess.Run("data", Images, "--masks", Masks, "--size", $"{Size}").Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        File.Delete(Path.Combine(Masks, "readme.txt"));
        Assert.Equal((1, "", "surprisal: --size is 3; unet halves images twice, so at least 4 was expected.\n"),
            CommandProcess.Run("train", "--images", Images, "--masks", Masks, "--size", "3", "--out", Run));
        byte[] black = [.. Enumerable.Range(0, Width * Height).Select(static i => (byte)(255 * (i % 2)))];
        foreach (var file in Directory.GetFiles(Masks)) MaskImage.Write(file, black, Width);
        foreach (var command in (string[])["train", "data"])
            Assert.Equal((1, "", $"surprisal: {Masks}: no pixel has another class than 0; two classes at least were expected. 255 is no class: masks of 0 " +
                "and 255 have to be written as 0 and 1.\n"), CommandProcess.Run([command, .. command == "data" ? [Images] : (string[])["--images", Images,
                    "--out", Run], "--masks", Masks, "--size", $"{Size}", "--grey"]));
        Assert.False(Directory.Exists(Run));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    public void AMaskIsReadAsItWasWritten(int side)
    {
        byte[] classes = [.. Enumerable.Range(0, side * side).Select(static i => (byte)(i % 255))];
        Directory.CreateDirectory(Masks);
        MaskImage.Write(Path.Combine(Masks, "0.png"), classes, side);
        folder.Write("images/0.pgm", [.. Encoding.ASCII.GetBytes($"P5 {side} {side} 255\n"), .. classes]);
        var data = MaskFolder.Load(Images, Masks, new ImageLoading { Size = side, Grey = true }, [.. Enumerable.Range(0, 255).Select(static i => $"{i}")]);
        var target = new long[side * side];
        data.ReadTarget(0, target);
        Assert.Equal(classes.Select(static c => (long)c), target);
    }

    private string NameFile(string name, params string[] names)
    {
        var path = Path.Combine(folder.Path, name);
        File.WriteAllText(path, string.Concat(names.Select(static line => line + "\n")));
        return path;
    }

    private string Images => Path.Combine(folder.Path, "images");

    private string Masks => Path.Combine(folder.Path, "masks");

    private string Run => Path.Combine(folder.Path, "run");

    /// <summary>A bright bar across and a dark one down, each at a place of its own.</summary>
    private static int Class(int n, int x, int y) => y >= n % 4 * 2 && y < n % 4 * 2 + 4 ? 1 : x >= n % 5 * 3 && x < n % 5 * 3 + 4 ? 2 : 0;

    private void Draw()
    {
        Directory.CreateDirectory(Masks);
        for (var n = 0; n < Count; n++)
        {
            byte[] classes = [.. Enumerable.Range(0, Width * Height).Select(i => (byte)Class(n, i % Width, i / Width))];
            MaskImage.Write(Path.Combine(Masks, $"{n:D2}.png"), classes, Width);
            folder.Write($"images/{n:D2}.pgm", [.. Encoding.ASCII.GetBytes($"P5 {Width} {Height} 255\n"),
                .. classes.Select((c, i) => (byte)(c switch { 0 => 100, 1 => 200, _ => 20 } + (i * 37 + n * i % 7 * 11) % 40))]);
        }
    }

    private string Train(params string[] options)
    {
        Draw();
        var (exit, output, errors) = CommandProcess.Run(["train", "--images", Images, "--masks", Masks, "--size", $"{Size}", "--grey", "--batch-size", "4",
            "--quiet", "--out", Run, .. options]);
        Assert.Equal((0, ""), (exit, errors));
        return output;
    }
}
