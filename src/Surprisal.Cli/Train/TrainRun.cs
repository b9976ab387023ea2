using System.Diagnostics;
using Surprisal.Cli.Models;
using Surprisal.Cli.Ranks;
using Surprisal.Cli.Report;
using Surprisal.Cli.Runs;
using Surprisal.Mpi;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>One training from its options to its results: data, model, trainer, folder, display.</summary>
internal static class TrainRun
{
    /// <summary>How old the report may become while a run is under way: writing it takes as long as a small epoch.</summary>
    private static readonly TimeSpan reportAge = TimeSpan.FromSeconds(10);

    public static int Start(TrainOptions options, string? output, TrainVoice voice) => Start(options, () => output, voice);

    /// <param name="options">What decides it.</param>
    /// <param name="output">The folder, asked for when data and network are known to fit; null for the next number.</param>
    /// <param name="voice">What is printed.</param>
    public static int Start(TrainOptions options, Func<string?> output, TrainVoice voice)
    {
        var subject = TrainSubject.Of(options);
        subject.TakeStartingWeights();
        using var folder = LaunchedRanks.Open(() => RunFolder.Create(output(), $"{options.Source}-{options.Model}", options));
        folder.SaveOptions(subject.Options);
        folder.SaveData(subject.Data.Kept);
        return Run(subject, folder, voice);
    }

    /// <summary>Goes on with a run or a group of runs; where its data are not at their place any more the message says how to give
    /// another.</summary>
    public static int Resume(string path, TrainVoice voice, Func<TrainOptions, TrainOptions> change)
    {
        RunFolder.CheckIsRun(path);
        var before = RunFolder.OptionsOf(path);
        var options = change(before);
        if (!options.EndsAs(before) && RunFolder.GroupOf(path) is { } group)
            throw new InvalidDataException($"{path}: one of the runs of {group}, which have the same options, so --epochs and " +
                $"--early-stop cannot change; 'surprisal train --from {path}' begins another one with its weights.");
        try
        {
            return options.IsGroup ? TrainGroup.Resume(path, voice, change) : GoOn(path, voice, change);
        }
        catch (IOException error) when (error is DirectoryNotFoundException or FileNotFoundException
            && options.Places.FirstOrDefault(static place => !Path.Exists(place.Path)).Option is { } option)
        {
            throw new IOException($"{error.Message} If it has moved: surprisal train --resume {path} {option} PLACE", error);
        }
    }

    /// <summary>Goes on with a run, or begins it again where it was stopped before its first checkpoint.</summary>
    public static int GoOn(string path, TrainVoice voice, Func<TrainOptions, TrainOptions> change)
    {
        using var folder = LaunchedRanks.Open(() => RunFolder.Open(path));
        var before = folder.ReadOptions();
        LaunchedRanks.Meet("reading"); // before anything is written
        var subject = TrainSubject.Of(change(before));
        var (options, data, trainer) = (subject.Options, subject.Data, subject.Trainer);
        folder.CheckData(data.Kept);
        if (!LaunchedRanks.Agree(folder.HasCheckpoint))
        {
            if (RunLog.Read(path, options.Task).HasEpochs)
                throw new InvalidDataException($"{folder.CheckpointFile}: no such file, so this run cannot go on, though epochs of it " +
                    $"have ended; 'surprisal train --from {folder.Location}' begins a new run with its weights.");
            subject.TakeStartingWeights();
            TrainDisplay.Notes([$"{folder.Location}: stopped before its first checkpoint; it begins again."]);
        }
        else if (new DistributedTrainer(trainer, data.Train, data.Choosing).Load(folder.CheckpointFile) is { Count: > 0 } missing)
        {
            Console.Error.WriteLine(
                $"{folder.CheckpointFile}: written by an older version; not kept, so not compared: {string.Join(", ", missing)}.");
        }
        if (options.Epochs < trainer.Position.Epoch)
            throw new InvalidDataException($"--epochs is {options.Epochs}, but {folder.Location} has {trainer.Position.Epoch} behind it; " +
                "as many or more were expected.");
        if (folder.ReadMetrics(trainer.Position.Epoch) is > 0 and var damaged)
            Console.Error.WriteLine($"{folder.Location}: {Counted.Of(damaged, "damaged line")} of metrics.csv left out.");
        if (trainer.Optimizer.LearningRate == 0 && trainer.Position.Epoch < options.Epochs)
            throw new InvalidDataException(
                $"{folder.Location}: the learning rate has come down to 0 after {Counted.Of(trainer.Position.Epoch, "epoch")}, " +
                $"so more of them would change nothing; 'surprisal train --from {folder.Location}' begins a new run with its weights.");
        if (options != before) folder.SaveOptions(options);
        return Run(subject, folder, voice);
    }

    private static int Run(TrainSubject subject, RunFolder folder, TrainVoice voice)
    {
        var (options, data, trainer) = (subject.Options, subject.Data, subject.Trainer);
        var train = data.Train;
        folder.CheckSpace(trainer);
        using var stop = new StopSignals(folder.StopFile);
        using var board = options.TensorBoard && LaunchedRanks.Rank == 0 && trainer.Position.Epoch < options.Epochs
            ? new TensorBoardWriter(folder.EventFolder) : null;
        var display = subject.Display(voice);
        var log = new TrainLog(folder.LogFile, voice, options.Task);
        EvaluationReport? last = null;
        EvaluationReport? tested = null;
        var sinceReport = Stopwatch.StartNew();
        var card = folder.WithBest(subject.Card(), trainer, options.Task);
        log.Start(options, data, trainer);
        var training = new DistributedTrainer(trainer, train, data.Choosing) { Options = options.ToJson(), Data = data.Kept.ToJson() };
        LaunchedRanks.Introduce(training, log);
        try
        {
            display.Run(Fit);
        }
        catch (NonFiniteException error)
        {
            RunDisplay.NotFinite(folder, error);
            log.End("failed", trainer, null, error.Message);
            Report(trouble: error.Message);
            return Commands.Failed;
        }
        if (trainer.WasStopped && trainer.Position.Epoch < options.Epochs)
        {
            if (trainer.Position.Batch > 0) folder.Save(trainer, train, card); // whole epochs have been saved above
            log.End("stopped", trainer, null);
            Report();
            display.Interrupted(folder);
            return stop.ExitCode;
        }
        tested = trainer.Evaluate(data.Test); // of the best epoch, which the model holds now
        last = tested;
        folder.SaveModel(trainer, subject.Finished(card, tested));
        log.End(trainer.Position.Epoch < options.Epochs ? "early" : "done", trainer, tested);
        Report();
        display.Finished(folder, tested);
        return Commands.Done;

        void Fit(IProgress<TrainingPosition>? progress)
        {
            progress = LaunchedRanks.Saving(progress, training, () => folder.Save(trainer, train, card));
            foreach (var report in training.Epochs(options.Epochs, progress, stop.Token))
            {
                folder.Metrics.Add(report, options.Task);
                if (report.IsBest) card = folder.WithBest(card, trainer, options.Task);
                folder.SaveEpoch(trainer, train, card);
                LaunchedRanks.Meet("saving");
                log.Epoch(report);
                if (board is not null) Draw(board, report, options.Task);
                display.Epoch(report);
                last = report.Validation;
                if (sinceReport.Elapsed > reportAge) Report();
            }
        }

        void Report(string trouble = "")
        {
            folder.SaveReport(subject.Describe(new TrainReport(options, folder.Metrics.Epochs)
            {
                Samples = (train.Dataset.Count, data.Validation?.Dataset.Count, data.Test.Dataset.Count),
                Tested = tested is null ? null : (tested.Loss, tested.Accuracy(), tested.Right(options.Task)),
                TestScore = tested?.Score(options.Task),
                Parameters = trainer.Model.Parameters().Sum(static parameter => (long)parameter.Length),
                Classes = train.Dataset.ClassNames.Count,
                Trouble = trouble,
            }, last).Page());
            sinceReport.Restart();
        }
    }

    private static void Draw(TensorBoardWriter board, EpochReport report, ModelTask task)
    {
        board.Scalar("loss/train", report.TrainLoss, report.Epoch);
        board.Scalar("loss/validation", report.Validation.Loss, report.Epoch);
        if (task.HasAccuracy())
        {
            board.Scalar("accuracy/train", report.TrainAccuracy, report.Epoch);
            board.Scalar("accuracy/validation", report.Validation.Accuracy(), report.Epoch);
        }
        if (report.Validation.Score(task) is { } score) board.Scalar($"{task.ScoreKey()}/validation", score, report.Epoch);
        board.Scalar("learning_rate", report.LearningRate, report.Epoch);
    }
}
