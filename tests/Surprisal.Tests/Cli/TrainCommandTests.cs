using System.Text.RegularExpressions;
using Surprisal.Training;

namespace Surprisal.Tests.Cli;

/// <summary>The train command: what it shows and keeps, how it stops and resumes, what it refuses.</summary>
public sealed partial class TrainCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void TrainsTheDigitsAndKeepsTheRun()
    {
        var (exit, output, errors) = CommandProcess.Run("train", "--epochs", "2", "--model", "mlp", "--out", Out());
        Assert.Equal("", errors);
        Assert.Equal(0, exit);
        Assert.Equal(2, output.Split('\n').Count(line => line.StartsWith("epoch ", StringComparison.Ordinal)));
        Assert.DoesNotContain('\u001b', output);
        Assert.Matches("(?m)^class  precision   recall  samples$", output);
        Assert.Equal(10, output.Split('\n').Count(line => ClassLine().IsMatch(line)));
        Assert.Matches("loss \\((\\*|⠒⠒) train, (o|⠂⠂) validation\\)", output);
        Assert.Equal(["checkpoint.safetensors", "data.json", "holder.txt", "last.safetensors", "lock", "log.jsonl", "metrics.csv", "model.safetensors",
            "options.json", "report.html"],
            Directory.GetFiles(Out()).Select(Path.GetFileName).Order());
        Assert.EndsWith($"\npictures: {Path.Combine(Out(), "report.html")}\n", output, StringComparison.Ordinal);
        var report = File.ReadAllText(Path.Combine(Out(), "report.html"));
        foreach (var part in (string[])["<title>digits: mlp, adam at 0.006, seed 0</title>", "2 epochs.", ">recall<",
            "1,259 to train, 179 to validate, 359 to test"])
            Assert.Contains(part, report, StringComparison.Ordinal);
        var rows = File.ReadAllLines(Path.Combine(Out(), "metrics.csv"));
        Assert.Equal("epoch,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy", rows[0]);
        Assert.Equal(3, rows.Length);
        var (tensors, _) = Safetensors.Read(Path.Combine(Out(), "model.safetensors"));
        Assert.Equal(["1.bias", "1.weight", "3.bias", "3.weight"], tensors.Keys.Order());
    }

    [Fact]
    public void TheSameSeedGivesTheSameRun()
    {
        foreach (var name in (string[])["a", "b"])
            Assert.Equal(0, CommandProcess.Run("train", "--epochs", "1", "--model", "mlp", "--seed", "9", "--out", Out(name)).Exit);
        AssertSameFiles("a", "b");
    }

    [Fact]
    public void InterruptedAndResumedEndsWithTheSameBits()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "sends SIGTERM with the kill command");
        string[] options = ["train", "--epochs", "60", "--model", "mlp", "--optimizer", "sgd", "--batch-size", "8"];
        Assert.Equal(0, CommandProcess.Run([.. options, "--out", Out("whole")]).Exit);

        // After one epoch of sixty and behind every other process, the run cannot be over before the signal arrives: an exit code of 0 is a stop that was not
        // heard.
        using var process = CommandProcess.Start([.. options, "--out", Out("parts")]);
        process.PriorityClass = System.Diagnostics.ProcessPriorityClass.Idle;
        while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("epoch ", StringComparison.Ordinal)) { }
        System.Diagnostics.Process.Start("kill", ["-TERM", $"{process.Id}"]).WaitForExit();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(143, process.ExitCode);
        Assert.Contains($"to go on: surprisal train --resume {Out("parts")}", output, StringComparison.Ordinal);
        Assert.Contains(" of 60 epochs so far; ", File.ReadAllText(Path.Combine(Out("parts"), "report.html")), StringComparison.Ordinal);

        var (exit, resumed, errors) = CommandProcess.Run("train", "--resume", Out("parts"));
        Assert.Equal((0, ""), (exit, errors));
        Assert.Contains("resumed after epoch ", resumed, StringComparison.Ordinal);
        AssertSameFiles("whole", "parts");
    }

    [Fact]
    public void AFolderThatHoldsOtherFilesIsNotOverwritten()
    {
        Directory.CreateDirectory(Out());
        File.WriteAllText(Path.Combine(Out(), "precious"), "mine");
        var (exit, _, errors) = CommandProcess.Run("train", "--epochs", "1", "--out", Out());
        Assert.Equal($"surprisal: {Out()}: the folder is not empty, it holds precious; give another --out.\n", errors);
        Assert.Equal(1, exit);
        Assert.Equal(["precious"], Directory.GetFiles(Out()).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("--data")]
    [InlineData("--images")]
    [InlineData("--resume")]
    public void AMissingFolderIsOneLineThatNamesIt(string option)
    {
        var (exit, output, errors) = CommandProcess.Run("train", option, Out("nothing"));
        Assert.Equal(1, exit);
        Assert.Single(errors.TrimEnd('\n').Split('\n'));
        Assert.StartsWith($"surprisal: {Out("nothing")}: ", errors, StringComparison.Ordinal);
        Assert.Equal("", output);
        Assert.DoesNotContain("Parameter", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void ADamagedCheckpointIsRefusedAndLeftAlone()
    {
        Assert.Equal(0, CommandProcess.Run("train", "--epochs", "1", "--model", "linear", "--out", Out()).Exit);
        var checkpoint = Path.Combine(Out(), "checkpoint.safetensors");
        File.WriteAllBytes(checkpoint, File.ReadAllBytes(checkpoint)[..100]);
        var options = File.ReadAllText(Path.Combine(Out(), "options.json"));
        var (exit, _, errors) = CommandProcess.Run("train", "--resume", Out(), "--epochs", "7");
        Assert.Equal(1, exit);
        Assert.Equal(options, File.ReadAllText(Path.Combine(Out(), "options.json")));
        Assert.StartsWith($"surprisal: {checkpoint} is not a valid safetensors file: ", errors, StringComparison.Ordinal);
        Assert.Equal(100, new FileInfo(checkpoint).Length);
    }

    [Fact]
    public void HelpShowsExamplesAndVersionShowsTheVersion()
    {
        var (exit, help, _) = CommandProcess.Run("train", "--help");
        Assert.Equal(0, exit);
        foreach (var part in (string[])["Examples:", "surprisal train --data fashion-mnist --epochs 5", "--resume <FOLDER>", "report.html"])
            Assert.Contains(part, help, StringComparison.Ordinal);
        var (versionExit, version, _) = CommandProcess.Run("--version");
        Assert.Equal(0, versionExit);
        Assert.StartsWith(typeof(Tensor).Assembly.GetName().Version!.ToString(3), version, StringComparison.Ordinal);
    }

    private string Out(string name = "run") => Path.Combine(folder, name);

    private void AssertSameFiles(string expected, string actual)
    {
        foreach (var file in (string[])["metrics.csv", "model.safetensors", "last.safetensors", "checkpoint.safetensors", "options.json", "report.html"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(Out(expected), file)), File.ReadAllBytes(Path.Combine(Out(actual), file)));
    }

    [GeneratedRegex(@"^\d +\S+ ?%? +\S+ ?%? +\d+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ClassLine();
}
