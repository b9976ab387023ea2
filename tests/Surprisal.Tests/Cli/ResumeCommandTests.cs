using System.Diagnostics;
using System.Globalization;

namespace Surprisal.Tests.Cli;

/// <summary>Runs that end before their end, by a signal or a kill, and go on; and runs that get another total.</summary>
public sealed class ResumeCommandTests : IDisposable
{
    private static readonly string[] Options = ["train", "--epochs", "24", "--model", "linear", "--batch-size", "64", "--seed", "3"];

    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("HUP", 129)]
    [InlineData("INT", 130)]
    [InlineData("QUIT", 131)]
    [InlineData("TERM", 143)]
    public void EverySignalSavesAndExitsAsAShellShowsIt(string signal, int exit)
    {
        SkipWithoutSignals();
        SkipWhereIgnored(signal);
        using var process = CommandProcess.Start("train", "--epochs", "100000", "--model", "linear", "--out", Out());
        while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("epoch ", StringComparison.Ordinal)) { }
        Kill(process, signal);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(exit, process.ExitCode);
        Assert.Contains($"to go on: surprisal train --resume {Out()}", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Out(), "checkpoint.safetensors")));
        Assert.Empty(Directory.GetFiles(Out(), "*.tmp"));
    }

    [Fact]
    public void ARunThatIsKilledAgainAndAgainEndsWithTheSameBits()
    {
        SkipWithoutSignals();
        Assert.Equal(0, CommandProcess.Run([.. Options, "--out", Out("whole")]).Exit);
        var seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Surprisal.Kernels.RandomStream(seed);
        for (var kill = 0; kill < 5; kill++)
        {
            using var process = CommandProcess.Start(Again());
            if (!process.WaitForExit(150 + (int)random.Below(900))) Kill(process, "KILL");
            process.WaitForExit();
            Assert.True(process.ExitCode is 0 or 137, $"seed {seed}: exit code {process.ExitCode}: {process.StandardError.ReadToEnd()}");
        }
        var (exit, _, errors) = CommandProcess.Run(Again());
        Assert.True(exit == 0, $"seed {seed}: {errors}");
        foreach (var file in (string[])["metrics.csv", "model.safetensors", "checkpoint.safetensors", "options.json", "data.json", "report.html"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(Out("whole"), file)), File.ReadAllBytes(Path.Combine(Out("parts"), file)));
        Assert.Empty(Directory.GetFiles(Out("parts"), "*.tmp"));

        string[] Again() => File.Exists(Path.Combine(Out("parts"), "options.json")) ? ["train", "--resume", Out("parts")] : [.. Options, "--out", Out("parts")];
    }

    /// <summary>Epochs of it have ended: to begin again would destroy what they learned.</summary>
    [Fact]
    public void ARunThatHasLostItsCheckpointIsLeftAlone()
    {
        Assert.Equal(0, CommandProcess.Run("train", "--epochs", "1", "--model", "linear", "--out", Out()).Exit);
        var checkpoint = Path.Combine(Out(), "checkpoint.safetensors");
        File.Delete(checkpoint);
        var model = File.ReadAllBytes(Path.Combine(Out(), "model.safetensors"));
        Assert.Equal((1, $"surprisal: {checkpoint}: no such file, so this run cannot go on, though epochs of it have ended; " +
            $"'surprisal train --from {Out()}' begins a new run with its weights.\n"),
            CommandProcess.Run("train", "--resume", Out()) switch { var (exit, _, errors) => (exit, errors) });
        Assert.StartsWith($"surprisal: {Out()}: there is a run in this folder; ", CommandProcess.Run("train", "--epochs", "1", "--out", Out()).Errors,
            StringComparison.Ordinal);
        Assert.Equal(model, File.ReadAllBytes(Path.Combine(Out(), "model.safetensors")));
    }

    [Fact]
    public void ARunWithoutACheckpointBeginsAgain()
    {
        Assert.Equal(0, CommandProcess.Run("train", "--epochs", "1", "--model", "linear", "--out", Out()).Exit);
        var model = File.ReadAllBytes(Path.Combine(Out(), "model.safetensors"));
        foreach (var again in (string[][])[["--resume", Out()], ["--epochs", "1", "--model", "linear", "--out", Out()]])
        {
            foreach (var file in (string[])["checkpoint.safetensors", "log.jsonl"]) File.Delete(Path.Combine(Out(), file));
            File.WriteAllText(Path.Combine(Out(), "model.safetensors"), "damaged");
            var (exit, _, errors) = CommandProcess.Run(["train", .. again]);
            Assert.Equal((0, again[0] == "--resume" ? $"surprisal: {Out()}: stopped before its first checkpoint; it begins again.\n" : ""),
                (exit, errors));
            Assert.Equal(model, File.ReadAllBytes(Path.Combine(Out(), "model.safetensors")));
        }
    }

    [Theory]
    [InlineData("cosine")]
    [InlineData("step")]
    public void AnotherTotalGoesOnWithoutAJump(string schedule)
    {
        SkipWithoutSignals();
        using (var process = CommandProcess.Start("train", "--epochs", "400", "--model", "linear", "--schedule", schedule, "--out", Out()))
        {
            for (var epochs = 0; epochs < 5 && process.StandardOutput.ReadLine() is { } line;)
                if (line.StartsWith("epoch ", StringComparison.Ordinal)) epochs++;
            Kill(process, "TERM");
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
        }
        var before = Rates();
        Assert.Equal(0, CommandProcess.Run("train", "--resume", Out(), "--epochs", $"{before.Length + 12}").Exit);
        var rates = Rates();
        Assert.Equal(before.Length + 12, rates.Length);
        Assert.Equal(before, rates[..before.Length]);
        var step = rates[before.Length] / before[^1];
        Assert.InRange(step, schedule == "cosine" ? 0.9 : 0.1 - 1e-12, 1);
        for (var i = 1; i < rates.Length; i++) Assert.True(rates[i] <= rates[i - 1], $"epoch {i + 1}: {rates[i]} after {rates[i - 1]}");
        Assert.InRange(rates[^1], 0, rates[before.Length] / 9);
    }

    [Fact]
    public void AFinishedRunWhoseRateIsZeroSaysHowToGoOn()
    {
        Assert.Equal(0, CommandProcess.Run("train", "--epochs", "2", "--model", "linear", "--out", Out()).Exit);
        var (exit, output, errors) = CommandProcess.Run("train", "--resume", Out(), "--epochs", "4");
        Assert.Equal((1, ""), (exit, output));
        Assert.Contains("the learning rate has come down to 0 after 2 epochs, so more of them would change nothing; '", errors, StringComparison.Ordinal);
        Assert.Contains($"--from {Out()}", errors, StringComparison.Ordinal);
        Assert.Equal(0, CommandProcess.Run("train", "--from", Out(), "--epochs", "1", "--model", "linear", "--out", Out("next")).Exit);
        Assert.Equal(0, CommandProcess.Run("train", "--resume", Out()).Exit); // nothing left to do is no error
    }

    [Fact]
    public void AFinishedRunStaysAsItIs()
    {
        Assert.Equal(0, CommandProcess.Run("train", "--epochs", "2", "--model", "linear", "--tensorboard", "--out", Out()).Exit);
        string[] names = [.. Directory.GetFiles(Out(), "*", SearchOption.AllDirectories)
            .Where(static path => Path.GetExtension(path) is ".safetensors" or ".csv" or ".json" || path.Contains("tensorboard", StringComparison.Ordinal))];
        var files = Directory.GetFiles(Out(), "*", SearchOption.AllDirectories);
        var before = names.ToDictionary(static path => path, File.ReadAllBytes);
        Assert.Equal(7, names.Length); // with one of events
        Assert.Equal(0, CommandProcess.Run("train", "--resume", Out()).Exit);
        foreach (var path in names) Assert.Equal(before[path], File.ReadAllBytes(path));
        Assert.Equal(files, Directory.GetFiles(Out(), "*", SearchOption.AllDirectories));
        Assert.Equal((1, $"surprisal: --epochs is 1, but {Out()} has 2 behind it; as many or more were expected.\n"),
            CommandProcess.Run("train", "--resume", Out(), "--epochs", "1") switch { var (exit, _, errors) => (exit, errors) });
        foreach (var path in names) Assert.Equal(before[path], File.ReadAllBytes(path));
    }

    [Fact]
    public void OtherWeightsThanTheModelsAreRefused()
    {
        Assert.Equal(0, CommandProcess.Run("train", "--epochs", "1", "--model", "linear", "--out", Out()).Exit);
        var (exit, _, errors) = CommandProcess.Run("train", "--from", Out(), "--model", "mlp", "--epochs", "1", "--out", Out("next"));
        Assert.Equal(1, exit);
        Assert.Contains("it is linear of 1 x 8 x 8 to 10 classes, but here is mlp of 1 x 8 x 8 to 10 classes; ", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Out("next")));
    }

    [Fact]
    public void MovedDataMayBeGivenAndOthersAreRefusedByName()
    {
        var images = Path.Combine(folder, "images");
        foreach (var (name, level) in (IEnumerable<(string, int)>)[("cat", 10), ("dog", 200)])
        {
            Directory.CreateDirectory(Path.Combine(images, name));
            for (var i = 0; i < 6; i++)
                File.WriteAllBytes(Path.Combine(images, name, $"{i}.pgm"), [.. "P5 4 4 255\n"u8, .. Enumerable.Repeat((byte)(level + i), 16)]);
        }
        Assert.Equal(0, CommandProcess.Run("train", "--images", images, "--size", "4", "--grey", "--model", "linear", "--epochs", "1", "--schedule", "constant",
            "--out", Out()).Exit);
        var moved = Path.Combine(folder, "elsewhere");
        Directory.Move(images, moved);
        var (exit, _, errors) = CommandProcess.Run("train", "--resume", Out(), "--epochs", "2");
        Assert.Equal(1, exit);
        Assert.EndsWith($" If it has moved: surprisal train --resume {Out()} --images PLACE\n", errors, StringComparison.Ordinal);
        (exit, _, errors) = CommandProcess.Run("train", "--resume", Out(), "--epochs", "2", "--images", moved);
        Assert.Equal((0, ""), (exit, errors));

        File.WriteAllBytes(Path.Combine(moved, "cat", "3.pgm"), [.. "P5 4 4 255\n"u8, .. Enumerable.Repeat((byte)99, 16)]);
        (exit, _, errors) = CommandProcess.Run("train", "--resume", Out(), "--epochs", "3");
        Assert.Equal(1, exit);
        Assert.EndsWith("the data are not those that this run began with: cat/3.pgm has other contents.\n", errors, StringComparison.Ordinal);
        Directory.Move(Path.Combine(moved, "dog"), Path.Combine(moved, "wolf"));
        (exit, _, errors) = CommandProcess.Run("train", "--resume", Out(), "--epochs", "3");
        Assert.Equal(1, exit);
        Assert.Contains("class 1 was \"dog\" and is \"wolf\"", errors, StringComparison.Ordinal);
        (exit, _, errors) = CommandProcess.Run("train", "--resume", Out(), "--data", moved);
        Assert.Equal((1, "surprisal: --data cannot be given here: the run began with other data.\n"), (exit, errors));
    }

    [Fact]
    public void ALossThatIsNotFiniteEndsTheRunWithItsLastCheckpointAndKeepGoingLeavesItOut()
    {
        string[] wild = ["train", "--model", "mlp", "--optimizer", "sgd", "--lr", "1e30", "--epochs", "2"];
        var (exit, _, errors) = CommandProcess.Run([.. wild, "--out", Out()]);
        Assert.Equal(1, exit);
        Assert.Equal(2, errors.TrimEnd('\n').Split('\n').Length);
        Assert.Contains("epoch 1, batch ", errors, StringComparison.Ordinal);
        Assert.Contains("there is no checkpoint yet; a smaller --lr may help, and --keep-going leaves such batches out", errors, StringComparison.Ordinal);
        Assert.Contains("No epoch has ended so far; surprisal train --resume goes on. The run ended early: epoch 1, batch ",
            File.ReadAllText(Path.Combine(Out(), "report.html")), StringComparison.Ordinal);
        (exit, _, errors) = CommandProcess.Run([.. wild, "--keep-going", "--out", Out("next")]);
        Assert.Equal(0, exit);
        Assert.Matches("epoch 2: [0-9]+ of [0-9]+ batches left out, not finite", errors);
    }

    private double[] Rates() =>
        [.. File.ReadLines(Path.Combine(Out(), "metrics.csv")).Skip(1).Select(static line => double.Parse(line.Split(',')[1], CultureInfo.InvariantCulture))];

    private static void Kill(Process process, string signal) => Process.Start("kill", [$"-{signal}", $"{process.Id}"]).WaitForExit();

    private static void SkipWithoutSignals() =>
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "sends signals with the kill command");

    /// <summary>A shell's background jobs, and what they start, ignore some signals; the command goes by that, so nothing would end it here.</summary>
    private static void SkipWhereIgnored(string signal)
    {
        if (!File.Exists("/proc/self/status")) return;
        var mask = File.ReadLines("/proc/self/status").Single(static line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim();
        var number = signal switch { "HUP" => 1, "INT" => 2, "QUIT" => 3, _ => 15 };
        var ignored = (ulong.Parse(mask, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (number - 1)) & 1;
        Assert.SkipWhen(ignored == 1, $"SIG{signal} is ignored in this process, as in background jobs of a shell");
    }

    private string Out(string name = "run") => Path.Combine(folder, name);
}
