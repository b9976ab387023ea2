using System.Globalization;
using System.Text;
using System.Text.Json;
using Surprisal.Tests.Cli.Report;
using Png = Surprisal.Tests.Training.PngImageTests;

namespace Surprisal.Tests.Cli.Data;

/// <summary>What is said of data is what was written there, by hand.</summary>
public sealed class DataCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void ClassesPartsSizesCopiesAndWhatCannotBeRead()
    {
        Pictures.Write(folder, 10, "a, 圆", "b");
        File.WriteAllBytes(At("b", "wide.ppm"), [.. "P6 3 2 255\n"u8, .. new byte[18]]);
        File.Copy(At("b", "1.pgm"), At("b", "copy.pgm"));
        File.Copy(At("b", "2.pgm"), At("a, 圆", "liar.pgm"));
        File.WriteAllText(At("b", "broken.png"), "no image");
        File.WriteAllText(At("b", "notes.txt"), "nothing");
        var (exit, output, errors) = CommandProcess.Run("data", folder, "--size", "8", "--grey", "--json");
        Assert.Equal((1, "surprisal: train would stop at files that cannot be read; --skip-bad leaves them out\n"), (exit, errors));
        var json = JsonDocument.Parse(output).RootElement;
        Assert.Equal([1, 8, 8], json.GetProperty("sampleShape").EnumerateArray().Select(static size => size.GetInt32()));
        // 11 contents of a: the share of 0.2 is 2, of 0.1 is 1, and of those of b, whose own are 10 without the copy and what is in a.
        var classes = json.GetProperty("classes").EnumerateArray().ToList();
        Assert.Equal(["a, 圆", "b"], classes.Select(static one => one.GetProperty("name").GetString()));
        Assert.Equal([11, 12], classes.Select(static one => new[] { "train", "validation", "test" }.Sum(part => one.GetProperty(part).GetInt32())));
        Assert.Equal(("b/wide.ppm", 3, 2), (Text(json, "smallest", "path"), json.GetProperty("smallest").GetProperty("width").GetInt32(),
            json.GetProperty("smallest").GetProperty("height").GetInt32()));
        Assert.Equal(8, json.GetProperty("largest").GetProperty("height").GetInt32());
        Assert.Equal(2, json.GetProperty("copies").GetInt32());
        Assert.Equal(0, json.GetProperty("copiesAcrossParts").GetArrayLength()); // the split keeps them together
        var liars = Assert.Single(json.GetProperty("copiesOfSeveralLabels").EnumerateArray()).EnumerateArray().ToList();
        Assert.Equal(["a, 圆/liar.pgm", "b/2.pgm"], liars.Select(static one => one.GetProperty("file").GetString()).Order());
        Assert.Equal("b/broken.png", json.GetProperty("unreadable")[0].GetProperty("path").GetString());
        Assert.Contains(json.GetProperty("notes").EnumerateArray(), static note => note.GetString()!.Contains("notes.txt", StringComparison.Ordinal));
        Assert.Equal(0, CommandProcess.Run("data", folder, "--skip-bad").Exit);
    }

    [Fact]
    public void TheNumbersAreThoseThatTrainLearnsFrom()
    {
        Pictures.Write(folder, 13, "a", "b", "c");
        var output = CommandProcess.Run("data", folder, "--size", "8", "--test-share", "0.3", "--validation-share", "0.2", "--seed", "3").Output;
        var trained = CommandProcess.Run("train", "--images", folder, "--size", "8", "--test-share", "0.3", "--validation-share", "0.2", "--seed", "3",
            "--epochs", "1", "--model", "linear", "--out", At("..", Path.GetFileName(folder) + "-run")).Output;
        Directory.Delete(At("..", Path.GetFileName(folder) + "-run"), recursive: true);
        var counts = trained[(trained.IndexOf(": ", StringComparison.Ordinal) + 2)..].Split(',')[..3];
        Assert.Contains(string.Join(',', counts), output, StringComparison.Ordinal);
        Assert.Contains("\nimages: 8 x 8\n", output, StringComparison.Ordinal);
        // As many pixels, lying: another size all the same.
        File.WriteAllBytes(At("a", "z.pgm"), [.. "P5 16 4 255\n"u8, .. new byte[64]]);
        Assert.Contains("\nimages: from 8 x 8 (a/0.pgm) to 16 x 4 (a/z.pgm)\n", CommandProcess.Run("data", folder).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsInTwoPartsComesFirst()
    {
        Pictures.Write(At("train"), 5, "a", "b");
        Pictures.Write(At("test"), 2, "a", "b"); // the same pictures 0 and 1
        Pictures.Write(At("test", "a", "new.pgm"), 99, 50);
        var (exit, output, errors) = CommandProcess.Run("data", folder, "--size", "8", "--validation-share", "0", "--report", At("r.html"));
        Assert.Equal((0, ""), (exit, errors));
        Assert.Contains("copies: 4 of 15 samples; 4 contents are in two parts or more\n", output, StringComparison.Ordinal);
        Assert.Contains("\n  a/0.pgm (train) = a/0.pgm (test)\n", output, StringComparison.Ordinal);
        Assert.Matches("(?m)^a +5 +0 +3$", output);
        Assert.Matches("(?m)^total +10 +0 +5$", output);
        var page = Pages.Parse(File.ReadAllText(At("r.html")));
        Assert.Equal(["Classes", "In two parts", "What they look like"], page.All("h2").Select(static heading => heading.Value));
        Assert.Equal(4 + 10, page.All("img").Count()); // the four, and five of each class
        Assert.Equal($"surprisal: --report {At("r.html")} is there already; --force replaces it.\n",
            CommandProcess.Run("data", folder, "--report", At("r.html")).Errors);
    }

    [Fact]
    public void FilesOfMnistsNamesAreDescribed()
    {
        byte[] Images(params byte[] levels) =>
            [0, 0, 8, 3, 0, 0, 0, (byte)levels.Length, 0, 0, 0, 2, 0, 0, 0, 2, .. levels.SelectMany(static level => Enumerable.Repeat(level, 4))];
        byte[] Labels(params byte[] labels) => [0, 0, 8, 1, 0, 0, 0, (byte)labels.Length, .. labels];
        File.WriteAllBytes(At("train-images-idx3-ubyte"), Images(1, 2, 3, 4));
        File.WriteAllBytes(At("train-labels-idx1-ubyte"), Labels(0, 1, 0, 1));
        File.WriteAllBytes(At("t10k-images-idx3-ubyte"), Images(9, 3));
        File.WriteAllBytes(At("t10k-labels-idx1-ubyte"), Labels(1, 1));
        var (exit, output, errors) = CommandProcess.Run("data", folder, "--validation-share", "0");
        Assert.Equal((0, ""), (exit, errors));
        Assert.Contains("  sample 2 (train) = sample 1 (test), with several labels: 0, 1\n", output, StringComparison.Ordinal);
        Assert.Equal($"surprisal: --size goes with a folder of images; {folder} is none.\n", CommandProcess.Run("data", folder, "--size", "8").Errors);
        Assert.StartsWith($"surprisal: {At("none")}: there is no such folder", CommandProcess.Run("data", At("none")).Errors, StringComparison.Ordinal);
        Assert.Contains("10 classes of 1 x 8 x 8; 1,259 to train, 179 to validate, 359 to test\n", CommandProcess.Run("data").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void TablesHaveInputsAndClasses()
    {
        File.WriteAllText(At("t.csv"), "age,\"city, 市\",kind\n" + string.Concat(Enumerable.Range(0, 20)
            .Select(static i => $"{i % 2 * 10},{(i % 4 == 0 ? "Oslo" : "北京")},{(i < 12 ? "yes" : "no")}\n")));
        var (exit, output, errors) = CommandProcess.Run("data", "--csv", At("t.csv"), "--target", "kind", "--test-share", "0.25", "--validation-share", "0");
        Assert.Equal((0, ""), (exit, errors));
        Assert.StartsWith("t: 2 classes of 3 inputs; 15 to train, 0 to validate, 5 to test\n", output, StringComparison.Ordinal);
        Assert.Matches("(?m)^yes +9 +0 +3$", output);
        Assert.Matches("\n  age: numbers of mean [0-9.]+, deviation [0-9.]+\n  city, 市: 2 texts \\(Oslo, 北京\\)\n", output);
        var json = JsonDocument.Parse(CommandProcess.Run("data", "--csv", At("t.csv"), "--target", "#-1", "--json").Output).RootElement;
        Assert.Equal(["age", "city, 市"], json.GetProperty("columns").EnumerateArray().Select(static one => one.GetProperty("name").GetString()));
    }

    /// <summary>Labels overlap, so what all have together is not how many images there are.</summary>
    [Fact]
    public void ALabelIsCountedWhereverItIs()
    {
        Pictures.Write(At("p"), 6, ".");
        File.WriteAllText(At("l.csv"), "file,cat,dog\n" + string.Concat(Enumerable.Range(0, 6).Select(static i => $"{i}.pgm,{i % 2},{(i < 5 ? 1 : 0)}\n")));
        var (exit, output, errors) = CommandProcess.Run("data", At("p"), "--labels", At("l.csv"), "--size", "8");
        Assert.Equal((0, ""), (exit, errors));
        Assert.StartsWith("p: 2 labels of ", output, StringComparison.Ordinal);
        int All(string row) => output.Split('\n').Single(line => line.StartsWith($"{row} ", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Sum(static number => int.Parse(number, CultureInfo.InvariantCulture));
        Assert.Equal((3, 5, 6), (All("cat"), All("dog"), All("total")));
    }

    [Fact]
    public void MasksAreCountedByPixels()
    {
        var mask = Png.Png(Png.Header(2, 2), Png.Chunk("IDAT", Png.Zip(0, 0, 0, 0, 1, 255)), Png.Chunk("IEND", []));
        foreach (var i in Enumerable.Range(0, 4))
        {
            Directory.CreateDirectory(At("p"));
            Directory.CreateDirectory(At("m"));
            File.WriteAllBytes(At("p", $"{i}.ppm"), [.. "P6 2 2 255\n"u8, .. Enumerable.Repeat((byte)(i * 9), 12)]);
            File.WriteAllBytes(At("m", $"{i}.png"), mask);
        }
        string[] all = ["--masks", At("m"), "--size", "2", "--test-share", "0.25", "--validation-share", "0"];
        var (exit, output, errors) = CommandProcess.Run(["data", At("p"), .. all, "--report", At("r.html")]);
        Assert.Equal((0, ""), (exit, errors));
        Assert.Matches(@"(?ms)^0 +66\.67 % +- +66\.67 %$.*^1 +33\.33 % +- +33\.33 %$.*^images +3 +0 +1$", output); // a fourth pixel is of no class
        Assert.Equal(6, Pages.Parse(File.ReadAllText(At("r.html"))).All("img").Count());
        var json = JsonDocument.Parse(CommandProcess.Run(["data", At("p"), .. all, "--json"]).Output).RootElement;
        File.WriteAllText(At("n.txt"), "sky, clouds\n路\n");
        var named = CommandProcess.Run(["data", At("p"), .. all, "--class-names", At("n.txt")]).Output;
        Assert.Matches(@"(?ms)^sky, clouds +66\.67 %.*^路 +33\.33 %", named);
        Assert.Equal(("pixels", 6), (json.GetProperty("counted").GetString(), json.GetProperty("classes")[0].GetProperty("train").GetInt32()));
    }

    [Theory]
    [InlineData("FOLDER and --csv exclude each other; give one source.", "x", "--csv", "t.csv", "--target", "a")]
    [InlineData("--csv needs --target, the column of the classes: its name, or '#3', or '#-1' for the last.", "--csv", "t.csv")]
    [InlineData("--target goes with --csv.", "--target", "a")]
    [InlineData("--masks goes with a FOLDER of images.", "--masks", "m")]
    [InlineData("--class-names goes with --masks; other data have names of their own.", "x", "--class-names", "n.txt")]
    [InlineData("--masks and --labels exclude each other.", "x", "--masks", "m", "--labels", "l.csv")]
    public void SourcesThatDoNotGoTogetherAreRefused(string message, params string[] arguments)
    {
        var (exit, output, errors) = CommandProcess.Run(["data", .. arguments]);
        Assert.Equal((2, ""), (exit, output));
        Assert.StartsWith($"surprisal: {message}\n", errors, StringComparison.Ordinal);
    }

    /// <summary>A misspelt option is none of the files, unless it stands behind --.</summary>
    [Fact]
    public void AMisspeltOptionIsNoFolder()
    {
        var (exit, output, errors) = CommandProcess.Run("data", "--sise", "3");
        Assert.Equal((2, ""), (exit, output));
        Assert.StartsWith("surprisal: Unrecognized command or argument '--sise'; did you mean '--size'?\n", errors, StringComparison.Ordinal);
        Assert.StartsWith($"surprisal: {Path.GetFullPath("--sise")}: there is no such folder", CommandProcess.Run("data", "--", "--sise").Errors,
            StringComparison.Ordinal);
    }

    private static string? Text(JsonElement json, string name, string inner) => json.GetProperty(name).GetProperty(inner).GetString();

    private string At(params string[] names) => Path.Combine([folder, .. names]);
}
