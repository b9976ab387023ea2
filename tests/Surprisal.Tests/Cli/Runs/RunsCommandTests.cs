using System.Text.Json;
using Surprisal.Cli;
using Surprisal.Cli.Runs;

namespace Surprisal.Tests.Cli.Runs;

/// <summary>What is said of runs is what their files say, in an order, and whatever lies beside them.</summary>
public sealed class RunsCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void RunsAreListedTheBestFirstAndOtherFoldersNamed()
    {
        Write("middle", new() { Epochs = 2 }, [(0.5, 0.9), (0.4, 0.8)], """{"event":"end","seconds":61,"how":"done","test_loss":0.3,"test_accuracy":0.75}""");
        Write("best, 好", new() { Epochs = 3, Model = "mlp" }, [(0.3, 0.95)], "");
        Write("worst", new() { Epochs = 2, Loss = "softmax-focal" }, [(0.9, 0.1), (double.NaN, 0.99)],
            """{"event":"end","seconds":5,"how":"failed","trouble":"NaN"}""");
        Directory.CreateDirectory(At("foreign"));
        Write("damaged", new(), [], "");
        File.WriteAllText(Path.Combine(At("damaged"), "options.json"), "{");
        var (exit, output, errors) = CommandProcess.Run("runs", folder);
        Assert.Equal(0, exit);
        Assert.Equal([$"surprisal: left out: {At("damaged")}/options.json: not the options of a run: line 1 is not JSON.",
            $"surprisal: left out: {At("foreign")}: no run; it has no options.json."], errors.TrimEnd('\n').Split('\n'));
        var lines = output.TrimEnd('\n').Split('\n');
        Assert.Equal(["run", "best, 好", "middle", "worst"], lines.Select(static line => line.Split("  ")[0]));
        Assert.Matches("^best, 好 +95.00 % +0.3000 +- +unfinished +1/3 +0.5 s +mlp ", lines[1]);
        Assert.Matches("^middle +80.00 % +0.4000 +75.00 % +done +2/2 +0:01:01 +lenet ", lines[2]); // the epoch of the lowest loss, not of the best accuracy
        Assert.Matches("^worst +10.00 % +0.9000 +- +failed +2/2 +5.0 s +lenet +digits +softmax-focal", lines[3]);
    }

    [Fact]
    public void RunsAreComparedByOptionsAndFigures()
    {
        Write("a", new() { Epochs = 2 }, [(0.5, 0.9), (0.4, 0.8)], """{"event":"end","seconds":1,"how":"done","test_accuracy":0.75}""");
        Write("b", new() { Epochs = 2, LearningRate = 0.5, LossOptions = ["--label-smoothing", "0.1"] }, [(0.3, 0.95)], "");
        var (exit, output, errors) = CommandProcess.Run("runs", At("a"), At("b"));
        Assert.Equal((0, ""), (exit, errors));
        var lines = output.TrimEnd('\n').Split('\n');
        Assert.Equal("options that differ: 2", lines[0]);
        Assert.Matches("^learningRate +0.006 +0.5$", lines[2]);
        Assert.Matches("^lossOptions +- +--label-smoothing 0.1$", lines[3]);
        Assert.Contains(lines, static line => line.StartsWith("validation accuracy ", StringComparison.Ordinal)
            && line.EndsWith(" 80.00 %                95.00 %", StringComparison.Ordinal));
        var json = JsonDocument.Parse(CommandProcess.Run("runs", At("a"), At("b"), "--json").Output).RootElement.GetProperty("runs");
        Assert.Equal([0.8, 0.95], json.EnumerateArray().Select(static run => run.GetProperty("validation_accuracy").GetDouble()));
        Assert.Equal(0.75, json[0].GetProperty("test_accuracy").GetDouble());
        Assert.Equal(JsonValueKind.Null, json[1].GetProperty("test_accuracy").ValueKind);
        Assert.Equal(0.5, json[1].GetProperty("options").GetProperty("learningRate").GetDouble());
        Assert.Equal(1, CommandProcess.Run("runs", At("a"), At("none")).Exit);
        Assert.Contains($"{At("none")}: there is no such folder.", CommandProcess.Run("runs", At("none")).Errors, StringComparison.Ordinal);
        Assert.Contains("no runs there", CommandProcess.Run("runs", Directory.CreateDirectory(At("empty")).FullName).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void AGroupIsOneLineOfMeans()
    {
        Write("g", new() { Seeds = 3, Seed = 4, Epochs = 1 }, [], "");
        File.Delete(Path.Combine(At("g"), "log.jsonl"));
        Write("g/seed-4", new() { Seed = 4, Epochs = 1 }, [(0.5, 0.9)], """{"event":"end","seconds":1,"how":"done","test_loss":1,"test_accuracy":0.75}""");
        Write("g/seed-5", new() { Seed = 5, Epochs = 1 }, [(0.7, 0.8)], """{"event":"end","seconds":2,"how":"done","test_loss":2,"test_accuracy":0.25}""");
        Assert.Matches("(?m)^g +85.00 % +0.6000 +50.00 % +2 of 3 runs +1 +3.0 s ", CommandProcess.Run("runs", folder).Output);
        Assert.Equal(["run", "seed-4", "seed-5"],
            CommandProcess.Run("runs", At("g")).Output.TrimEnd('\n').Split('\n').Select(static line => line.Split(' ')[0]));
        var json = JsonDocument.Parse(CommandProcess.Run("runs", folder, "--json").Output).RootElement.GetProperty("runs")[0];
        Assert.Equal(2, json.GetProperty("runs").GetArrayLength());
    }

    [Fact]
    public void OfPixelsTheEpochOfTheHighestMeanIouIsKept()
    {
        Write("a", new() { Images = "/i", Masks = "/m", Model = "unet" }, [], "");
        File.WriteAllText(Path.Combine(At("a"), "metrics.csv"),
            "epoch,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy,validation_mean_iou\n" +
            "1,0.1,1,0.5,0.9,0.7,0.6\n2,0.1,1,0.5,0.8,0.75,0.5\n3,0.1,1,0.5,0.95,0.65,0.6\n");
        Assert.Equal(1, RunSummary.Read(At("a")).Best?.Epoch);
    }

    /// <summary>The score that says more than accuracy is in the list, beside other runs, in the JSON and in the means of a group.</summary>
    [Fact]
    public void RunsOfMasksAreListedAndMeantByTheirMeanIou()
    {
        TrainOptions masks = new() { Images = "/i", Masks = "/m", Model = "unet", Epochs = 2 };
        void Pixels(string name, TrainOptions options, double validation, double test)
        {
            Write(name, options, [], """{"event":"end","seconds":1,"how":"done","test_loss":1,"test_accuracy":0.5,"test_macro_f1":0.25,"test_mean_iou":""" +
                $"{test:R}}}");
            File.WriteAllText(Path.Combine(At(name), "metrics.csv"), "epoch,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy," +
                $"validation_mean_iou\n1,0.1,1,0.5,0.9,0.7,{validation:R}\n2,0.1,1,0.5,0.8,0.75,0.125\n");
        }
        Pixels("low", masks, 0.5, 0.25);
        Pixels("top", masks, 0.75, 0.625);
        Write("images", new() { Epochs = 1 }, [(0.5, 0.6)], "");
        var lines = CommandProcess.Run("runs", folder).Output.Split('\n');
        Assert.Matches("^run +valid. +loss +test +valid. mean IoU +test mean IoU +state ", lines[0]);
        Assert.Matches("^top +70.00 % +0.9000 +50.00 % +75.00 % +62.50 % +done ", lines[1]);
        Assert.Matches("^images +60.00 % +0.5000 +- +- +- +unfinished ", lines[2]);
        Assert.StartsWith("low ", lines[3], StringComparison.Ordinal);
        Write("tags", new() { Images = "/i", Labels = "/l", Loss = "bce", Epochs = 1 }, [(0.5, 0.5)], "");
        Assert.Matches("^run +valid. +loss +test +valid. score +test score +state ", CommandProcess.Run("runs", folder).Output);
        Directory.Delete(At("tags"), recursive: true);
        Assert.Matches("(?m)^test mean IoU +25.00 % +62.50 %$", CommandProcess.Run("runs", At("low"), At("top")).Output);
        var json = JsonDocument.Parse(CommandProcess.Run("runs", folder, "--json").Output).RootElement.GetProperty("runs");
        Assert.Equal((0.75, 0.625), (json[0].GetProperty("validation_mean_iou").GetDouble(), json[0].GetProperty("test_mean_iou").GetDouble()));
        Assert.False(json[1].TryGetProperty("test_mean_iou", out _));

        Write("g", masks with { Seeds = 2 }, [], "");
        Pixels("g/seed-0", masks, 0.5, 0.25);
        Pixels("g/seed-1", masks with { Seed = 1 }, 0.75, 0.5);
        var group = RunSummary.Read(At("g"));
        Assert.Equal((0.625, 0.375), (group.Best?.ValidationScore, group.Tested?.Score));
        lines = [.. GroupTable.Lines(group, new Screen(null, true))];
        Assert.Matches("^run +mean IoU +accuracy +loss +macro F1 +epoch$", lines[0]);
        Assert.Matches("^seed-1 +50.00 % +50.00 % +1.0000 +0.2500 +1$", lines[2]);
        Assert.Matches("^mean +37.50 % ", lines[3]);
        // 1 / sqrt(32)
        Assert.StartsWith("mean IoU 37.50 % over 2 seeds, standard deviation 17.68 %; ", GroupTable.Conclusion(group), StringComparison.Ordinal);
        Assert.Equal(0.375, JsonDocument.Parse(GroupJson.Format(group)).RootElement.GetProperty("mean_iou").GetProperty("mean").GetDouble());
    }

    [Fact]
    public void LossesThatAreSmallAreNotZero()
    {
        Write("a", new() { Epochs = 1 }, [(0.0000321, 1)], """{"event":"end","seconds":1,"how":"done","test_loss":0.0000123,"test_accuracy":1}""");
        Assert.Matches("^a +100.00 % +3.21E-5 +100.00 % ", CommandProcess.Run("runs", folder).Output.Split('\n')[1]);
        Assert.Matches("(?m)^test loss +1.23E-5$", CommandProcess.Run("runs", At("a")).Output);
        Assert.Equal(("0.0000", "0.0001", "1E-5"), (TrainLines.Number(0), TrainLines.Number(0.0001), TrainLines.Number(0.00001)));
    }

    [Fact]
    public void TimeIsThatOfAllSessions()
    {
        Write("a", new(), [(1, 0.5)], """
            {"event":"end","seconds":10,"how":"stopped"}
            {"event":"start","seconds":0}
            {"event":"epoch","seconds":4}
            {"event":"epo
            """);
        var run = RunSummary.Read(At("a"));
        Assert.Equal(("unfinished", 14, false), (run.State, run.Seconds, run.IsFinished));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(132)]
    public void TablesFitTheScreen(int columns)
    {
        for (var i = 0; i < 7; i++)
            Write($"一个很长很长的名称 {i} {new string('x', 10 * i)}", new() { Epochs = i + 1, Data = $"/a/very long name of a folder {i}" },
                [(0.1, 0.5)], "");
        var runs = Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Select(RunSummary.Read).ToList();
        var screen = new Screen(columns, true);
        foreach (var lines in (IEnumerable<string>[])[RunsTable.Lines(runs, screen), RunComparison.Lines(runs, screen)])
            Assert.All(lines, line => Assert.InRange(TerminalText.Width(line), 0, Math.Max(columns, 30)));
    }

    [Theory]
    [InlineData(new double[0], double.NaN, double.NaN)]
    [InlineData(new[] { 3.0 }, 3, double.NaN)]
    [InlineData(new[] { 2.0, 4, 4, 4, 5, 5, 7, 9 }, 5, 2.138089935299395)] // sqrt(32 / 7)
    public void SpreadsAreOverOneLess(double[] numbers, double mean, double deviation)
    {
        var spread = Spread.Of(numbers);
        Assert.Equal(mean, spread.Mean, 1e-12);
        Assert.Equal(deviation, spread.Deviation, 1e-12);
    }

    /// <summary>The files of a run: its options, an epoch a pair of validation loss and accuracy, and how its log ends.</summary>
    private void Write(string name, TrainOptions options, (double Loss, double Accuracy)[] epochs, string end)
    {
        Directory.CreateDirectory(At(name));
        File.WriteAllText(Path.Combine(At(name), "options.json"), options.ToJson());
        File.WriteAllLines(Path.Combine(At(name), "metrics.csv"),
            epochs.Select(static (epoch, i) => $"{i + 1},0.1,1,0.5,{epoch.Loss:R},{epoch.Accuracy:R}")
                .Prepend("epoch,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy"));
        File.WriteAllLines(Path.Combine(At(name), "log.jsonl"), ["""{"event":"start","seconds":0}""", """{"event":"epoch","seconds":0.5}""", end]);
    }

    private string At(string name) => Path.Combine(folder, name);
}
