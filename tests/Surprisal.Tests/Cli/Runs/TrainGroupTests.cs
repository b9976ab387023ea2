using System.Text.Json;

namespace Surprisal.Tests.Cli.Runs;

/// <summary>Several runs of one training: their means are those of their own results, and what has finished is not run again.</summary>
public sealed class TrainGroupTests : IDisposable
{
    private static readonly string[] small = ["train", "--epochs", "2", "--model", "linear"];

    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void SeedsAreRunsOfTheirOwnAndTheirMeansTheirs()
    {
        var (exit, output, errors) = CommandProcess.Run([.. small, "--seeds", "3", "--seed", "5", "--out", At("g")]);
        Assert.Equal((0, ""), (exit, errors));
        Assert.Equal(0, CommandProcess.Run([.. small, "--seed", "6", "--out", At("alone")]).Exit);
        foreach (var file in (string[])["model.safetensors", "checkpoint.safetensors", "metrics.csv", "options.json", "report.html"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(At("alone"), file)), File.ReadAllBytes(Path.Combine(At("g"), "seed-6", file)));
        var result = JsonDocument.Parse(File.ReadAllText(Path.Combine(At("g"), "summary.json"))).RootElement;
        foreach (var (name, key) in ((string, string)[])[("accuracy", "test_accuracy"), ("loss", "test_loss"), ("macro_f1", "test_macro_f1")])
        {
            double[] values = [.. new[] { 5, 6, 7 }.Select(seed => End($"seed-{seed}").GetProperty(key).GetDouble())];
            Assert.Equal(values, result.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty(name).GetDouble()));
            var mean = (values[0] + values[1] + values[2]) / 3;
            Assert.Equal(mean, result.GetProperty(name).GetProperty("mean").GetDouble(), 1e-12);
            Assert.Equal(Math.Sqrt(values.Sum(value => Math.Pow(value - mean, 2)) / 2), result.GetProperty(name).GetProperty("deviation").GetDouble(), 1e-12);
        }
        Assert.Contains("\nmean ", output, StringComparison.Ordinal);
        Assert.Contains(" over 3 seeds, standard deviation ", output, StringComparison.Ordinal);
        Assert.Single(CommandProcess.Run([.. small, "--seeds", "2", "--out", At("q"), "--quiet"]).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void EverySampleToTrainOnIsTestedWithInOneFold()
    {
        Assert.Equal((0, ""), CommandProcess.Run([.. small, "--folds", "4", "--out", At("g")]) switch { var (exit, _, errors) => (exit, errors) });
        var starts = Enumerable.Range(1, 4).Select(fold => Events($"fold-{fold}")[0]).ToList();
        Assert.All(starts, static start => Assert.Equal(1438, start.GetProperty("train_samples").GetInt32() + start.GetProperty("test_samples").GetInt32()));
        Assert.All(starts, static start => Assert.Equal(0, start.GetProperty("validation_samples").GetInt32()));
        Assert.Equal(1438, starts.Sum(static start => start.GetProperty("test_samples").GetInt32()));
        Assert.Equal(4, JsonDocument.Parse(File.ReadAllText(Path.Combine(At("g"), "summary.json"))).RootElement.GetProperty("runs").GetArrayLength());
    }

    /// <summary>The line is about the group, not about the run that looked first.</summary>
    [Fact]
    public void AGroupSaysHowToGoOnWhereItsDataHaveMoved()
    {
        Pictures.Write(At("images"), 6, "a", "b");
        Assert.Equal(0, CommandProcess.Run([.. small, "--images", At("images"), "--size", "8", "--seeds", "2", "--out", At("g")]).Exit);
        Directory.Delete(Path.Combine(At("g"), "seed-1"), recursive: true);
        Directory.Move(At("images"), At("moved"));
        Assert.EndsWith($" If it has moved: surprisal train --resume {At("g")} --images PLACE\n",
            CommandProcess.Run("train", "--resume", At("g")).Errors, StringComparison.Ordinal);
        Assert.Equal(0, CommandProcess.Run("train", "--resume", At("g"), "--images", At("moved")).Exit);
        // A run that had finished is told of the new place too, and stays as long as the others.
        Assert.Equal(0, CommandProcess.Run("evaluate", "--run", Path.Combine(At("g"), "seed-0")).Exit);
        Assert.StartsWith($"surprisal: {Path.Combine(At("g"), "seed-0")}: one of the runs of {At("g")}, which have the same options, ",
            CommandProcess.Run("train", "--resume", Path.Combine(At("g"), "seed-0"), "--epochs", "9").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void AGroupThatWasInterruptedGoesOnWhereItWas()
    {
        Assert.Equal(0, CommandProcess.Run([.. small, "--folds", "3", "--out", At("whole")]).Exit);
        Assert.Equal(0, CommandProcess.Run([.. small, "--folds", "3", "--out", At("parts")]).Exit);
        // As after the first fold, in the middle of the second: what lies there of the third is nothing, of the second a start.
        Directory.Delete(Path.Combine(At("parts"), "fold-3"), recursive: true);
        File.Delete(Path.Combine(At("parts"), "summary.json"));
        var second = Path.Combine(At("parts"), "fold-2");
        foreach (var file in Directory.GetFiles(second).Where(static file => Path.GetFileName(file) is not "options.json")) File.Delete(file);
        var before = File.GetLastWriteTimeUtc(Path.Combine(At("parts"), "fold-1", "model.safetensors"));
        var (exit, output, errors) = CommandProcess.Run("train", "--resume", At("parts"));
        Assert.Equal(0, exit);
        Assert.Equal($"surprisal: {second}: stopped before its first checkpoint; it begins again.\n", errors);
        Assert.DoesNotContain("fold-1, 1 of 3", output, StringComparison.Ordinal);
        Assert.Equal(before, File.GetLastWriteTimeUtc(Path.Combine(At("parts"), "fold-1", "model.safetensors")));
        foreach (var file in (string[])["fold-2/model.safetensors", "fold-3/checkpoint.safetensors", "summary.json", "options.json"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(At("whole"), file)), File.ReadAllBytes(Path.Combine(At("parts"), file)));
        Assert.StartsWith($"surprisal: {At("parts")}: its runs have the same options, so --epochs and --early-stop cannot change",
            CommandProcess.Run("train", "--resume", At("parts"), "--epochs", "5").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void ASignalEndsTheGroupAndItGoesOnToTheSameBits()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "sends SIGTERM with the kill command");
        string[] options = ["train", "--epochs", "40", "--model", "mlp", "--batch-size", "16", "--seeds", "2"];
        Assert.Equal(0, CommandProcess.Run([.. options, "--out", At("whole")]).Exit);
        using (var process = CommandProcess.Start([.. options, "--out", At("parts"), "--json-log"]))
        {
            process.PriorityClass = System.Diagnostics.ProcessPriorityClass.Idle;
            while (process.StandardOutput.ReadLine() is { } line && !line.Contains("\"epoch\":1", StringComparison.Ordinal)) { }
            System.Diagnostics.Process.Start("kill", ["-TERM", $"{process.Id}"]).WaitForExit();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(143, process.ExitCode);
        }
        Assert.False(File.Exists(Path.Combine(At("parts"), "summary.json")));
        Assert.Equal((0, ""), CommandProcess.Run("train", "--resume", At("parts")) switch { var (exit, _, errors) => (exit, errors) });
        foreach (var file in (string[])["seed-0/checkpoint.safetensors", "seed-1/checkpoint.safetensors", "summary.json"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(At("whole"), file)), File.ReadAllBytes(Path.Combine(At("parts"), file)));
    }

    [Theory]
    [InlineData("--seeds 1", "--seeds is '1'; a whole number from 2 was expected.")]
    [InlineData("--folds 1,5", "--folds is '1,5'; a whole number from 2 was expected, without separators.")]
    [InlineData("--seeds 2 --folds 2", "--seeds and --folds exclude each other.")]
    [InlineData("--folds 2 --validation-share 0.1", "--validation-share and --folds exclude each other: ")]
    [InlineData("--resume x --folds 2", "--folds cannot change in a resumed run; ")]
    public void WhatDoesNotFitIsRefused(string options, string expected)
    {
        var (exit, _, errors) = CommandProcess.Run(["train", .. options.Split(' ')]);
        Assert.Equal(2, exit);
        Assert.StartsWith($"surprisal: {expected}", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void MoreFoldsThanSamplesAreRefused()
    {
        var (exit, _, errors) = CommandProcess.Run([.. small, "--folds", "2000", "--out", At("g")]);
        Assert.Equal(1, exit);
        Assert.Equal("surprisal: --folds is 2000; 2 folds or more are needed, each with a sample of its own, but there are 1438 samples.\n", errors);
        Assert.False(Directory.Exists(At("g")));
    }

    private JsonElement End(string run) => Events(run)[^1];

    private List<JsonElement> Events(string run) =>
        [.. File.ReadLines(Path.Combine(At("g"), run, "log.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement)];

    private string At(string name) => Path.Combine(folder, name);
}
