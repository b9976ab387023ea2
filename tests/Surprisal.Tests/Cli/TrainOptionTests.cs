using System.Text.Json;

namespace Surprisal.Tests.Cli;

/// <summary>Options of train beyond the first ones: losses, steps, early stopping, and what programs read.</summary>
public sealed class TrainOptionTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void EventsAreLinesOfJsonInTheLogAndOnRequestOnTheOutput()
    {
        var (exit, output, errors) = CommandProcess.Run("train", "--epochs", "2", "--model", "linear", "--json-log", "--tensorboard", "--out", Out());
        Assert.Equal((0, ""), (exit, errors));
        Assert.Equal(output, File.ReadAllText(Path.Combine(Out(), "log.jsonl")));
        var events = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["start", "epoch", "epoch", "end"], events.Select(static one => one.GetProperty("event").GetString()));
        Assert.Equal("done", events[^1].GetProperty("how").GetString());
        Assert.InRange(events[2].GetProperty("waiting_share").GetDouble(), 0, 1);
        Assert.Single(Directory.GetFiles(Path.Combine(Out(), "tensorboard")));
    }

    [Fact]
    public void TrainingThatDoesNotBecomeBetterEndsEarlyAndKeepsTheBest()
    {
        // At this rate the weights jump about, so the best epoch is not the last one.
        string[] options = ["train", "--epochs", "200", "--early-stop", "2", "--model", "mlp", "--lr", "0.5", "--schedule", "constant", "--out"];
        var (exit, output, errors) = CommandProcess.Run([.. options, Out(), "--quiet"]);
        Assert.Equal((0, ""), (exit, errors));
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var log = File.ReadAllLines(Path.Combine(Out(), "log.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        var end = log[^1];
        var (epoch, best) = (end.GetProperty("epoch").GetInt32(), end.GetProperty("best_epoch").GetInt32());
        Assert.Equal(("early", best + 2), (end.GetProperty("how").GetString(), epoch));
        var losses = log.Where(static one => one.GetProperty("event").GetString() == "epoch")
            .Select(static one => one.GetProperty("validation_loss").GetDouble()).ToList();
        Assert.Equal(best, losses.IndexOf(losses.Min()) + 1);
        Assert.NotEqual(File.ReadAllBytes(Path.Combine(Out(), "model.safetensors"))[^64..], File.ReadAllBytes(Path.Combine(Out(), "last.safetensors"))[^64..]);
    }

    [Fact]
    public void AccumulatedBatchesLearnAsTheLargeBatch()
    {
        foreach (var (name, more) in ((string, string[])[])[("large", ["--batch-size", "64"]), ("parts", ["--batch-size", "16", "--accumulate", "4"])])
            Assert.Equal(0, CommandProcess.Run(["train", "--epochs", "2", "--model", "mlp", "--optimizer", "sgd", .. more, "--class-weights", "inverse",
                "--out", Out(name)]).Exit);
        var (large, parts) = (Rows("large"), Rows("parts"));
        Assert.All(large.Zip(parts), static pair => Assert.Equal(pair.First[2], pair.Second[2], 1e-5));
    }

    [Theory]
    [InlineData("--loss softmax-focal --z-loss 1", "--z-loss is no option of the loss softmax-focal.")]
    [InlineData("--loss mse", "--loss is 'mse'; one of cross-entropy, softmax-focal, dice, jaccard, tversky, bce, linear, dense was expected")]
    [InlineData("--label-smoothing 2", "--label-smoothing is '2'; ")]
    [InlineData("--class-weights balance", "--class-weights is 'balance'; balanced, inverse, effective or numbers of at least 0, not all of them 0, with " +
        "commas between them were expected; did you mean 'balanced'?")]
    [InlineData("--class-weights 0,0,0", "--class-weights is '0,0,0'; balanced, inverse, effective or numbers of at least 0, not all of them 0")]
    [InlineData("--prior nowhere", "nowhere: there is no such file; ")]
    [InlineData("--prior ", "--prior is ''; numbers with commas between them were expected, or a file of them.")]
    [InlineData("--loss bce --pos-weight nan", "nan: there is no such file; ")]
    [InlineData("--momentum 1", "--momentum is '1'; a number from 0 to below 1 was expected.")]
    [InlineData("--warm-up x", "--warm-up is 'x'; a number from 0 was expected.")]
    [InlineData("--warm-up 1 --schedule one-cycle", "--warm-up goes with the schedules cosine, step and constant; one-cycle has its own.")]
    [InlineData("--quiet --json-log", "--quiet and --json-log exclude each other.")]
    [InlineData("--skip-bad", "--size, --grey, --max-pixels and --skip-bad go with --images.")]
    [InlineData("--shift 1.5", "--shift is '1.5'; a whole number from 1 to 4096 was expected.")]
    [InlineData("--rotate 181", "--rotate is '181'; a number above 0, to 180, was expected.")]
    [InlineData("--colour 0,5", "--colour is '0,5'; a number above 0, to 1, was expected, with a decimal point.")]
    [InlineData("--mixup 0", "--mixup is '0'; a number above 0, to 100, was expected.")]
    [InlineData("--mixup 1 --loss softmax-focal", "--mixup makes class probabilities, which the loss softmax-focal does not take; cross-entropy does.")]
    [InlineData("--csv x --target y --cutmix 1", "--cutmix changes images; the rows of --csv are none.")]
    [InlineData("--sampler weight", "--sampler is 'weight'; one of shuffled, weighted was expected; did you mean 'weighted'?")]
    [InlineData("--loss bce --mixup 1", "--mixup makes class probabilities, which the loss bce does not take; cross-entropy does.")]
    [InlineData("--loss bce --class-weights balanced", "--class-weights goes with losses of classes; bce has --pos-weight.")]
    [InlineData("--loss bce --label-smoothing 0.1", "--label-smoothing is no option of the loss bce.")]
    [InlineData("--pos-weight 2", "--pos-weight is no option of the loss cross-entropy.")]
    [InlineData("--labels x", "--labels goes with --images.")]
    [InlineData("--labels x --images y --loss cross-entropy", "--loss cross-entropy is for one class a sample; with --labels it is bce.")]
    [InlineData("--labels x --images y --sampler weighted", "--sampler weighted is for one class a sample; --labels says several.")]
    [InlineData("--labels x --images y --cutmix 1", "--cutmix makes class probabilities, which the loss bce does not take; cross-entropy does.")]
    [InlineData("--masks x", "--masks goes with --images.")]
    [InlineData("--masks x --images y --model lenet", "--model lenet is for one class an image; with --masks it is unet.")]
    [InlineData("--masks x --images y --loss bce", "--loss bce is for one class an image; with --masks it is another one.")]
    [InlineData("--masks x --images y --ignore-index 0", "--ignore-index does not go with --masks: there pixels of the value 255 are of no class.")]
    [InlineData("--masks x --images y --mixup 1", "--mixup mixes classes of samples; with --masks --cutmix puts pixels over pixels.")]
    [InlineData("--masks x --images y --sampler weighted", "--sampler weighted is for one class a sample; --masks has one a pixel.")]
    [InlineData("--masks x --images y --loss dice --class-weights inverse", "--class-weights goes with losses of classes; the loss dice has none.")]
    [InlineData("--masks x --images y --labels z", "--masks and --labels exclude each other.")]
    [InlineData("--images y --class-names z", "--class-names goes with --masks; other data have names of their own.")]
    [InlineData("--csv x --target y --class-names z", "--class-names goes with --masks; other data have names of their own.")]
    [InlineData("--model unet", "--model unet says what each pixel is; it goes with --masks.")]
    [InlineData("--loss tversky", "--loss tversky compares regions of pixels; it goes with --masks.")]
    [InlineData("--csv x", "--csv needs --target, the column of the classes: its name, or '#3', or '#-1' for the last.")]
    [InlineData("--target x", "--target goes with --csv.")]
    [InlineData("--ignore-column x --category-column y", "--ignore-column goes with --csv.")]
    [InlineData("--csv x --target y --model resnet", "--model resnet is for images; with --csv it is one of mlp, linear.")]
    [InlineData("--loss bce --pos-weight=-1", "--pos-weight is [-1]; numbers of at least 0, not all of them 0, were expected.")]
    [InlineData("--loss bce --pos-weight 0", "--pos-weight is [0]; numbers of at least 0, not all of them 0, were expected.")]
    [InlineData("--beta=", "Required argument missing for option: '--beta'.")]
    [InlineData("--prior-strength 2", "--prior-strength does nothing without --prior.")]
    [InlineData("--smoothing-weight per-target", "--smoothing-weight does nothing without --label-smoothing.")]
    [InlineData("--epochs 2 --warm-up 2.5", "--warm-up is 2.5, but --epochs is 2; as many epochs at most were expected.")]
    [InlineData("--text --warm-up 4", "--warm-up is 4, but --epochs is 3; as many epochs at most were expected.")]
    [InlineData("--summary --json-log", "--json-log and --summary exclude each other.")]
    [InlineData("--summary --quiet", "--quiet and --summary exclude each other.")]
    [InlineData("--data x --test-share 0.1", "--test-share goes with data that are not in parts yet; --data has files to test with.")]
    [InlineData("--text nowhere --test-share 1", "--test-share is '1'; a number above 0 and below 1 was expected.")]
    [InlineData("--validation-share 0.9", "--test-share is 0.2 and --validation-share is 0.9; together less than 1, ")]
    [InlineData("--resume x --target y", "--target cannot change in a resumed run; ")]
    [InlineData("--resume x --flip", "--flip cannot change in a resumed run; ")]
    [InlineData("--resume x --loss softmax-focal", "--loss cannot change in a resumed run; ")]
    public void WhatDoesNotFitIsRefused(string options, string expected)
    {
        var (exit, _, errors) = CommandProcess.Run(["train", .. options.Split(' ')]);
        Assert.Equal(2, exit);
        Assert.StartsWith($"surprisal: {expected}", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--class-weights 1,2", "--class-weights has 2 numbers, but there are 10 classes; each needs one.")]
    [InlineData("--batch-norm parts --model mlp", "--batch-norm parts is for models with batch normalisation; mlp has none.")]
    [InlineData("--prior 1", "--prior has 1 number, but there are 10 classes; each needs one.")]
    [InlineData("--csv TABLE --target kind --loss bce --pos-weight 1,2", "--pos-weight is [1, 2]; one number, that of the second class, was expected.")]
    public void WeightsThatDoNotFitTheDataAreRefusedBeforeAFolderIsMade(string options, string expected)
    {
        var table = Path.Combine(folder, "table.csv");
        File.WriteAllText(table, "a,kind\n1,x\n2,x\n3,x\n4,y\n5,y\n6,y\n");
        var (exit, _, errors) = CommandProcess.Run(["train", .. options.Split(' ').Select(word => word == "TABLE" ? table : word), "--out", Out()]);
        Assert.Equal((1, $"surprisal: {expected}\n"), (exit, errors));
        Assert.False(Directory.Exists(Out()));
    }

    /// <summary>Folds have no share to validate with, whose default would leave nothing.</summary>
    [Fact]
    public void FoldsLeaveAllThatIsNotTested()
    {
        Assert.Equal(0, CommandProcess.Run("train", "--folds", "2", "--test-share", "0.95", "--epochs", "1", "--model", "linear", "--quiet",
            "--out", Out()).Exit);
    }

    [Fact]
    public void WhereNothingValidatesTheTestIsNotCalledOne()
    {
        var (exit, output, errors) = CommandProcess.Run("train", "--validation-share", "0", "--epochs", "1", "--model", "linear", "--quiet", "--out", Out());
        Assert.Equal((0, "surprisal: nothing to validate with, so the part to test with chooses the best epoch, and is no test of it\n"), (exit, errors));
        Assert.Matches("^accuracy .* by the weights of epoch 1, which this part chose, in ", output);
    }

    [Fact]
    public void OneOutputIsForTwoClasses()
    {
        var (exit, _, errors) = CommandProcess.Run("train", "--loss", "bce", "--out", Out());
        Assert.Equal((1, "surprisal: --loss bce is for two classes, but there are 10; cross-entropy takes any number.\n"), (exit, errors));
        Assert.False(Directory.Exists(Out()));
    }

    [Theory]
    [InlineData("--csv TABLE --target kind --loss bce --pos-weight 2 --sampler weighted")]
    [InlineData("--images IMAGES --masks MASKS --size 8 --grey --loss dice --cutmix 1 --flip")]
    [InlineData("--schedule one-cycle --optimizer sgd")]
    [InlineData("--schedule plateau --accumulate 3 --clip 0.5")]
    [InlineData("--warm-up 0.7 --weight-decay 0.01 --loss softmax-focal --gamma 1")]
    [InlineData("--model resnet --schedule step --warm-up 1 --optimizer adamw")]
    [InlineData("--flip --shift 1 --rotate 5 --colour 0.3 --sampler weighted")]
    [InlineData("--mixup 0.2 --cutmix 1 --label-smoothing 0.1")]
    public void AResumedRunWithAnyOptionHasTheSameBits(string options)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "sends SIGTERM with the kill command");
        var table = Path.Combine(folder, "table.csv");
        File.WriteAllLines(table, Enumerable.Range(0, 40_000).Select(static i => $"{i * 7919 % 40_009},{i % 3},{(i * 7919 % 40_009 > 30_000 ? "yes" : "no")}")
            .Prepend("x,y,kind"));
        var (images, masks) = (Path.Combine(folder, "images"), Path.Combine(folder, "masks"));
        Directory.CreateDirectory(images);
        Directory.CreateDirectory(masks);
        for (var n = 0; n < 120; n++)
        {
            byte[] classes = [.. Enumerable.Range(0, 64).Select(i => (byte)(i * n % 7 > 3 ? 1 : 0))];
            File.WriteAllBytes(Path.Combine(images, $"{n}.pgm"),
                [.. "P5 8 8 255\n"u8, (byte)n, (byte)(n >> 8), .. classes[2..].Select(static c => (byte)(90 + 60 * c))]);
            Surprisal.Cli.Models.MaskImage.Write(Path.Combine(masks, $"{n}.png"), classes, 8);
        }
        // Epochs of a table are soon over.
        string[] all = ["train", "--epochs", options.Contains("--csv", StringComparison.Ordinal) ? "6" : "3", "--batch-size", "64",
            .. options.Replace("TABLE", table).Replace("IMAGES", images).Replace("MASKS", masks).Split(' ')];
        Assert.Equal(0, CommandProcess.Run([.. all, "--out", Out("whole")]).Exit);
        using (var process = CommandProcess.Start([.. all, "--out", Out("parts")]))
        {
            process.PriorityClass = System.Diagnostics.ProcessPriorityClass.Idle;
            while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("epoch ", StringComparison.Ordinal)) { }
            System.Diagnostics.Process.Start("kill", ["-TERM", $"{process.Id}"]).WaitForExit();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(143, process.ExitCode);
        }
        Assert.Equal((0, ""), CommandProcess.Run("train", "--resume", Out("parts")) switch { var (exit, _, errors) => (exit, errors) });
        foreach (var file in (string[])["metrics.csv", "model.safetensors", "last.safetensors", "checkpoint.safetensors", "options.json", "report.html"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(Out("whole"), file)), File.ReadAllBytes(Path.Combine(Out("parts"), file)));
    }

    private double[][] Rows(string name) =>
        [.. File.ReadLines(Path.Combine(Out(name), "metrics.csv")).Skip(1).Select(static line => Array.ConvertAll(line.Split(','), double.Parse))];

    private string Out(string name = "run") => Path.Combine(folder, name);
}
