using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>One training from its options to its results: data, model, trainer, folder, display.</summary>
internal static class TrainRun
{
    public static int Start(TrainOptions options, string? output)
    {
        var (train, test) = Load(options);
        var trainer = Build(options, train.Dataset);
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
        var (train, test) = Load(options);
        var trainer = Build(options, train.Dataset);
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
        Accuracy? last = null;
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
            return Commands.Failed;
        }
        if (trainer.Position.Epoch < options.Epochs)
        {
            if (trainer.Position.Batch > 0) folder.Save(trainer, train); // whole epochs have been saved above
            display.Interrupted(folder);
            return stop.ExitCode;
        }
        display.Finished(folder, last ?? trainer.Evaluate(test).Accuracy);
        return Commands.Done;

        void Fit(Action<TrainingPosition>? onBatch)
        {
            foreach (var report in trainer.Fit(train, test, options.Epochs, onBatch, stop.Token))
            {
                folder.Metrics.Add(report);
                folder.Save(trainer, train);
                display.Epoch(report);
                last = report.Test;
            }
        }
    }

    private static (DataLoader Train, DataLoader Test) Load(TrainOptions options)
    {
        var split = options switch
        {
            { Data: { } folder } => IdxFolder.Load(folder),
            { Images: { } folder } =>
                ImageFolder.LoadSplit(folder, options.Size, options.Grey, 0.2, options.Seed, maxPixels: options.MaxPixels),
            _ => Digits.Load().Split(0.2, options.Seed),
        };
        TrainDisplay.Notes(split.Notes);
        var (train, test) = split;
        return (new DataLoader(train, options.BatchSize, options.Seed), new DataLoader(test, 256, options.Seed, shuffle: false));
    }

    private static Trainer Build(TrainOptions options, Dataset data)
    {
        var (channels, height, width) = (data.SampleShape[0], data.SampleShape[1], data.SampleShape[2]);
        var (pixels, classes, seed) = (channels * height * width, data.ClassNames.Count, options.Seed);
        Module model = options.Model switch
        {
            "mlp" => new Sequential(new Flatten(), new Linear(pixels, 128, seed), new Relu(), new Linear(128, classes, seed + 1)),
            "linear" => new Sequential(new Flatten(), new Linear(pixels, classes, seed)),
            _ => new LeNet(channels, height, width, classes, seed),
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
        return new Trainer(model, new CrossEntropyLoss(), optimizer) { Schedule = schedule, KeepGoing = options.KeepGoing };
    }
}
