using Surprisal.Cli;
using Surprisal.Training;

namespace Surprisal.Tests.Cli;

/// <summary>The folder of a run: who may use it, what is believed of what lies in it, and what a run that was killed leaves.</summary>
public sealed class RunFolderTests : IDisposable
{
    private static readonly TrainOptions Options = new() { Epochs = 2, Model = "linear" };

    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    private string Run => Path.Combine(folder, "run");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void OneProcessAtATimeAndTheHolderIsNamed()
    {
        using (var first = RunFolder.Create(Run, "x"))
        {
            first.SaveOptions(Options);
            foreach (var second in (Func<RunFolder>[])[() => RunFolder.Create(Run, "x"), () => RunFolder.Open(Run)])
                Assert.Matches($"^{Run}: process {Environment.ProcessId} on .+ since ....-..-.. ..:..:.. UTC is at work in this folder; " +
                    "wait until it ends, or give another folder.$", Assert.Throws<IOException>(second).Message);
            var (exit, _, errors) = CommandProcess.Run("train", "--resume", Run);
            Assert.Equal(1, exit);
            Assert.Contains("is at work in this folder", errors, StringComparison.Ordinal);
        }
        RunFolder.Open(Run).Dispose();
        Assert.True(File.Exists(Path.Combine(Run, "lock")));
    }

    [Fact]
    public void TheNextNumberBelongsToWhoeverMadeTheFolder()
    {
        var here = Directory.GetCurrentDirectory();
        try
        {
            Directory.SetCurrentDirectory(folder);
            var names = new string[16];
            var held = new RunFolder[names.Length];
            Parallel.For(0, names.Length, i => names[i] = (held[i] = RunFolder.Create(null, "digits-mlp")).Location);
            Assert.Equal(names.Length, names.Distinct().Count());
            foreach (var run in held) run.Dispose();
            using var next = RunFolder.Create(null, "digits-mlp");
            Assert.DoesNotContain(next.Location, names);
        }
        finally
        {
            Directory.SetCurrentDirectory(here);
        }
    }

    [Fact]
    public void AFolderWithARunOrWithOtherFilesIsLeftAlone()
    {
        Directory.CreateDirectory(Run);
        File.WriteAllText(Path.Combine(Run, "precious"), "mine");
        Assert.Equal($"{Run}: the folder is not empty, it holds precious; give another --out.",
            Assert.Throws<IOException>(() => RunFolder.Create(Run, "x")).Message);
        Assert.Equal(["precious"], Directory.GetFileSystemEntries(Run).Select(Path.GetFileName));
        File.Delete(Path.Combine(Run, "precious"));
        Directory.CreateDirectory(Path.Combine(Run, "seed-0"));
        foreach (var place in (string[])["", "seed-0"]) File.WriteAllText(Path.Combine(Run, place, "options.json"), "");
        Assert.Equal($"{Run}: there is a group of runs in this folder; give another --out, or --resume {Run} to go on with it.",
            Assert.Throws<IOException>(() => RunFolder.Create(Run, "x")).Message);
        Directory.Delete(Path.Combine(Run, "seed-0"), recursive: true);
        File.WriteAllText(Path.Combine(Run, "checkpoint.safetensors"), "");
        Assert.Equal($"{Run}: there is a run in this folder; give another --out, or --resume {Run} to go on with it.",
            Assert.Throws<IOException>(() => RunFolder.Create(Run, "x")).Message);
        var file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        Assert.Equal($"{file}: this is a file; a folder is needed.", Assert.Throws<IOException>(() => RunFolder.Create(file, "x")).Message);
        var below = Path.Combine(file, "runs", "x-1");
        Assert.Equal($"{below}: the folder cannot be made, for {file} is a file; give another --out.",
            Assert.Throws<IOException>(() => RunFolder.Create(below, "x")).Message);
        Assert.Equal($"{file}: this is a file; the folder of a run was expected.", Assert.Throws<IOException>(() => RunFolder.Open(file)).Message);
    }

    [Fact]
    public void WhatAKilledRunLeftIsRemovedAndTheFolderUsedAgain()
    {
        Directory.CreateDirectory(Run);
        foreach (var name in (string[])["options.json", "data.json", "metrics.csv", "model.safetensors", "lock", "holder.txt", "model.safetensors.abcd.xyz.tmp",
            "checkpoint.safetensors.q.tmp"])
            File.WriteAllText(Path.Combine(Run, name), "left");
        using (RunFolder.Create(Run, "x")) { }
        Assert.Empty(Directory.GetFiles(Run, "*.tmp"));
        File.WriteAllText(Path.Combine(Run, "checkpoint.safetensors"), "");
        File.WriteAllText(Path.Combine(Run, "metrics.csv.a.b.tmp"), "left");
        File.WriteAllText(Path.Combine(Run, "notes.tmp"), "mine");
        using (RunFolder.Open(Run)) { }
        Assert.Equal(["notes.tmp"], Directory.GetFiles(Run, "*.tmp").Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("{ \"epochs\": 3 }", null)]
    [InlineData("{}", null)]
    [InlineData("{ \"epochs\": 3, \"mood\": 1 }", "the option mood is unknown; this program knows data, images, labels, masks, classNames, csv, ")]
    [InlineData("{ \"epochs\": 0 }", "epochs is 0; a whole number from 1 was expected.")]
    [InlineData("{ \"batchSize\": -4 }", "batchSize is -4; a whole number from 1 was expected.")]
    [InlineData("{ \"size\": 5000 }", "size is 5000; a whole number from 1 to 4096 was expected.")]
    [InlineData("{ \"maxPixels\": 0 }", "maxPixels is 0; a whole number from 1 was expected.")]
    [InlineData("{ \"learningRate\": 0 }", "learningRate is 0; a number greater than 0 was expected.")]
    [InlineData("{ \"optimizer\": \"adagrad\" }", "optimizer is adagrad; one of adam, adamw, sgd was expected.")]
    [InlineData("{ \"schedule\": \"warm\" }", "schedule is warm; one of cosine, step, one-cycle, plateau, constant was expected.")]
    [InlineData("{ \"model\": \"vgg\" }", "model is vgg; one of lenet, resnet, mlp, linear, unet was expected.")]
    [InlineData("{ \"model\": null }", "not the options of a run: model is not of the kind that was expected.")]
    [InlineData("{ \"csv\": \"a\", \"data\": \"b\" }", "csv is a; none beside data and images was expected.")]
    [InlineData("{ \"csv\": \"a\" }", "target is ; a column with csv, and none without it was expected.")]
    [InlineData("{ \"csv\": \"a\", \"target\": \"b\" }", "model is lenet; one of mlp, linear with csv was expected.")]
    [InlineData("{ \"labels\": \"a\", \"images\": \"b\" }", "labels is a; a table beside images, and the loss bce was expected.")]
    [InlineData("{ \"masks\": \"a\", \"images\": \"b\" }", "model is lenet; unet with masks, and only then was expected.")]
    [InlineData("{ \"loss\": \"dice\" }", "loss is dice; one of regions with masks only was expected.")]
    [InlineData("{ \"rotate\": 181 }", "rotate is 181; a number from 0 to 180 was expected.")]
    [InlineData("{ \"sampler\": \"none\" }", "sampler is none; one of shuffled, weighted was expected.")]
    [InlineData("{ \"data\": \"a\", \"images\": \"b\" }", "images is b; none beside data was expected.")]
    [InlineData("{ \"epochs\": \"many\" }", "not the options of a run: epochs is not of the kind that was expected.")]
    [InlineData("{ \"epochs\": 3", "not the options of a run: line 1 is not JSON.")]
    [InlineData("[]", "not the options of a run; an object in braces was expected.")]
    [InlineData("", "not the options of a run: line 1 is not JSON.")]
    public void OptionsAreReadWithDefaultsOrRefusedByName(string text, string? reason)
    {
        var path = Path.Combine(folder, "options.json");
        File.WriteAllText(path, text);
        if (reason is null) Assert.Equal((32, "adam"), (TrainOptions.Read(path).BatchSize, TrainOptions.Read(path).Optimizer));
        else Assert.StartsWith($"{path}: {reason}", Assert.Throws<InvalidDataException>(() => TrainOptions.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedMetricsAreLeftOut()
    {
        var path = Path.Combine(folder, "metrics.csv");
        File.WriteAllText(path, "epoch,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy\n1,0.1,2,0.5,2,0.5\nabc\n2,0.1,1\n\n" +
            "2,0.1,NaN,0.5,1,0.5\n2,0.1,1,0.5,1,0.5\n1,0.1,1,0.5,1,0.5\n3,0.1,1,0.5,1,x\n4,0.1,1,0.5,0.75,0.5\n\0\0");
        var metrics = new RunMetrics();
        Assert.Equal(7, metrics.Read(path));
        Assert.Equal([(2, 2), (double.NaN, 1), (1, 0.75)], metrics.Losses);
        metrics.Keep(3);
        Assert.Equal("epoch,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy\n1,0.1,2,0.5,2,0.5\n2,0.1,NaN,0.5,1,0.5\n",
            metrics.ToString());
        File.WriteAllText(path, "");
        Assert.Equal(0, new RunMetrics().Read(path));
        Assert.Equal(0, new RunMetrics().Read(Path.Combine(folder, "none")));
    }

    [Fact]
    public void OtherDataAreRefusedAndTheDifferencesNamed()
    {
        static DataSource Source(string name, string hash) => new() { Name = name, Length = 10, Hash = hash };
        DataPart part = new(["cat", "dog"], [1, 8, 8], "size 8", [Source("cat/1.png", "aa"), Source("cat/2.png", "bb"), Source("dog/1.png", "cc")]);
        DataPart other = new(["cat", "wolf"], [1, 9, 8], "size 9", [Source("cat/1.png", "aa"), Source("dog/1.png", "cd"), Source("wolf/1.png", "cc")]);
        using var run = RunFolder.Create(Run, "x");
        run.SaveData(new RunData(part, part));
        run.CheckData(new RunData(part, part));
        Refused("class 1 was \"dog\" and is \"wolf\"; samples were [1, 8, 8] and are [1, 9, 8]; cat/2.png is gone; dog/1.png has other contents; "
            + "wolf/1.png is new", new RunData(other, other));
        Refused("class 2 was none and is \"cow\"", new RunData(part, part with { Classes = ["cat", "dog", "cow"] }));
        File.WriteAllText(Path.Combine(Run, "data.json"), "{ \"train\": null }");
        run.CheckData(new RunData(other, part)); // the checkpoint has a fingerprint of its own
        run.CheckData(new RunData(other, part));
        Assert.Throws<InvalidDataException>(() => run.CheckData(new RunData(part, part)));

        void Refused(string differences, RunData data) => Assert.Equal($"{Run}: the data are not those that this run began with: {differences}.",
            Assert.Throws<InvalidDataException>(() => run.CheckData(data)).Message);
    }

    /// <summary>A file that is gone changes the split, and that changes means: only the file is told.</summary>
    [Fact]
    public void WhatFollowsFromOtherFilesIsToldOnlyWhereTheyAreTheSame()
    {
        static DataPart Of(string preparation, params string[] names) => new(["a"], [4], preparation,
            [.. names.Select(static name => new DataSource { Name = name.Split('!')[0], Length = 1, Hash = name })]);
        var before = new RunData(Of("mean 1", "1.png", "2.png", "targets!a"), Of("mean 1", "3.png", "targets!b"));

        Assert.Null(before.Differences(before));
        Assert.Equal("2.png is gone", before.Differences(new(Of("mean 2", "3.png", "targets!c"), Of("mean 2", "1.png", "targets!b"))));
        Assert.Equal("the targets to train are others", before.Differences(before with { Train = Of("mean 2", "1.png", "2.png", "targets!c") }));
        Assert.Equal("2.png was to train and is to test; 3.png was to test and is to train",
            before.Differences(new(Of("mean 2", "1.png", "3.png", "targets!a"), Of("mean 2", "2.png", "targets!b"))));
        Assert.Equal("1.png was to train and is to train and to test",
            before.Differences(before with { Test = Of("mean 1", "3.png", "1.png", "targets!b") }));
        Assert.Equal("the preparation was \"mean 1\" and is \"mean 2\"",
            before.Differences(before with { Train = Of("mean 2", "1.png", "2.png", "targets!a") }));
        Assert.Equal("a part to validate with is there in one of them alone; 2.png was to train and is to validate",
            before.Differences(before with { Train = Of("mean 1", "1.png", "targets!a"), Validation = Of("mean 1", "2.png", "targets!a") })!
                .Replace("; targets was to train and is to train and to validate", "", StringComparison.Ordinal));
    }
}
