using System.Diagnostics;
using Surprisal.Cli.Report;
using Surprisal.Metrics;
using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>One training from its options to its results: data, model, trainer, folder, display.</summary>
internal static class TrainRun
{
    /// <summary>How old the report may become while a run is under way: writing it takes as long as a small epoch.</summary>
    private static readonly TimeSpan reportAge = TimeSpan.FromSeconds(10);

    public static int Start(TrainOptions options, string? output)
    {
        var random = new Seed(options.Seed); // the data draw first, then the layers
        var (train, test) = Load(options, random);
        var trainer = Build(options, train.Dataset, random);
        if (options.From is { } source) StartingWeights.Load(source, trainer.Model);
        using var folder = RunFolder.Create(output, $"{options.Source}-{options.Model}");
        folder.SaveOptions(options);
        folder.SaveData(new RunData(DataPart.From(train.Dataset), DataPart.From(test.Dataset)));
        return Run(options, folder, trainer, train, test);
    }

    /// <summary>Goes on with a run, or begins it again where it was stopped before its first checkpoint.</summary>
    public static int Resume(string path, Func<TrainOptions, TrainOptions> change)
    {
        using var folder = RunFolder.Open(path);
        var before = folder.ReadOptions();
        var options = change(before);
        var random = new Seed(options.Seed); // the data draw first, then the layers
        var (train, test) = Load(options, random);
        var trainer = Build(options, train.Dataset, random);
        folder.CheckData(new RunData(DataPart.From(train.Dataset), DataPart.From(test.Dataset)));
        if (!folder.HasCheckpoint)
        {
            if (options.From is { } source) StartingWeights.Load(source, trainer.Model);
            Console.Error.WriteLine($"{folder.Location}: stopped before its first checkpoint; it begins again.");
        }
        else if (Checkpoint.Load(folder.CheckpointFile, trainer, train) is { Count: > 0 } missing)
        {
            Console.Error.WriteLine(
                $"{folder.CheckpointFile}: written by an older version; not kept, so not compared: {string.Join(", ", missing)}.");
        }
        if (folder.ReadMetrics(trainer.Position.Epoch) is > 0 and var damaged)
            Console.Error.WriteLine($"{folder.Location}: {damaged} damaged line{(damaged == 1 ? "" : "s")} of metrics.csv left out.");
        if (trainer.Optimizer.LearningRate == 0 && trainer.Position.Epoch < options.Epochs)
            throw new InvalidDataException(
                $"{folder.Location}: the learning rate has come down to 0 after {trainer.Position.Epoch} epochs, " +
                $"so more of them would change nothing; 'surprisal train --from {folder.Location}' begins a new run with its weights.");
        if (options != before) folder.SaveOptions(options);
        return Run(options, folder, trainer, train, test);
    }

    private static int Run(TrainOptions options, RunFolder folder, Trainer trainer, DataLoader train, DataLoader test)
    {
        using var stop = new StopSignals();
        var display = new TrainDisplay(options, train, test, trainer);
        ClassificationReport? last = null;
        var sinceReport = Stopwatch.StartNew();
        try
        {
            display.Run(Fit);
        }
        catch (NonFiniteException error)
        {
            Console.Error.WriteLine($"surprisal: {error.Message}");
            Console.Error.WriteLine("surprisal: " +
                $"{(folder.HasCheckpoint ? $"the last checkpoint is in {folder.Location}" : "there is no checkpoint yet")}; " +
                "a smaller --lr may help, and --keep-going leaves such batches out");
            Report(trouble: error.Message);
            return Commands.Failed;
        }
        if (trainer.Position.Epoch < options.Epochs)
        {
            if (trainer.Position.Batch > 0) folder.Save(trainer, train); // whole epochs have been saved above
            Report();
            display.Interrupted(folder);
            return stop.ExitCode;
        }
        last ??= trainer.Evaluate(test).Metrics;
        Report();
        display.Finished(folder, last);
        return Commands.Done;

        void Fit(IProgress<TrainingPosition>? progress)
        {
            foreach (var report in trainer.Epochs(train, test, options.Epochs, progress, stop.Token))
            {
                folder.Metrics.Add(report);
                folder.Save(trainer, train);
                display.Epoch(report);
                last = report.Validation.Metrics;
                if (sinceReport.Elapsed > reportAge) Report();
            }
        }

        void Report(string trouble = "")
        {
            var names = train.Dataset.ClassNames;
            folder.SaveReport(new TrainReport(options, folder.Metrics.Epochs)
            {
                Samples = (train.Dataset.Count, test.Dataset.Count),
                SampleShape = string.Join(" x ", train.Dataset.SampleShape),
                Parameters = trainer.Model.Parameters().Sum(static parameter => (long)parameter.Length),
                Classes = names.Count,
                Test = last is { } metrics ? new Confusions(names, (t, p) => (long)metrics.Count(t, p)) : null,
                Trouble = trouble,
            }.Page());
            sinceReport.Restart();
        }
    }

    private static (DataLoader Train, DataLoader Test) Load(TrainOptions options, Seed random)
    {
        var split = options switch
        {
            { Data: { } folder } => IdxFolder.Load(folder),
            { Images: { } folder } =>
                ImageFolder.LoadSplit(folder, options.Size, options.Grey, 0.2, random, maxPixels: options.MaxPixels),
            _ => Digits.Load().Split(0.2, random),
        };
        TrainDisplay.Notes(split.Notes);
        var (train, test) = split;
        return (new DataLoader(train, options.BatchSize, shuffle: random), new DataLoader(test, 256));
    }

    private static Trainer Build(TrainOptions options, Dataset data, Seed random)
    {
        var (channels, height, width) = data.SampleShape;
        var (pixels, classes) = (data.SampleShape.ElementCount, data.ClassNames.Count);
        Module model = options.Model switch
        {
            "mlp" => new Sequential(new Flatten(), new Linear(pixels, 128, random), new Relu(), new Linear(128, classes, random)),
            "linear" => new Sequential(new Flatten(), new Linear(pixels, classes, random)),
            _ => new LeNet(channels, height, width, classes, random),
        };
        Optimizer optimizer = options.Optimizer switch
        {
            "sgd" => new Sgd(model.Parameters(), options.LearningRate, momentum: 0.9),
            "adamw" => new AdamW(model.Parameters(), options.LearningRate),
            _ => new Adam(model.Parameters(), options.LearningRate),
        };
        Schedule? schedule = options.Schedule switch
        {
            "cosine" => new CosineLr(optimizer, options.Epochs),
            "step" => new StepLr(optimizer, Math.Max(1, options.Epochs / 3)),
            _ => null,
        };
        return new Trainer(model, new CrossEntropyLoss(), optimizer)
        {
            Schedule = schedule, KeepGoing = options.KeepGoing, KeepLast = true,
        };
    }
}
