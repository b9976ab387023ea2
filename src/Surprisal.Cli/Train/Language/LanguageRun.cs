using System.Security.Cryptography;
using System.Text;
using Surprisal.Cli.Models;
using Surprisal.Cli.Ranks;
using Surprisal.Mpi;
using Surprisal.Training;

namespace Surprisal.Cli.Language;

/// <summary>The training of a language model from its options to its results, in the folder of a run.</summary>
internal static class LanguageRun
{
    /// <summary>What the network is called.</summary>
    public const string Model = "gpt";

    public static int Start(TrainOptions options, Func<string?> output, TrainVoice voice)
    {
        var source = Source(options);
        if (source is not null) options = options with { Text = source.Fit(options.Text!) };
        var random = new Seed(options.Seed); // the order of the windows first, then the layers
        var data = LanguageData.Load(options, source?.Table, random);
        var trainer = LanguageSetup.Build(options, data, random);
        if (source is not null) trainer.Model.LoadStateDictionary(source.Model.StateDictionary());
        using var folder = LaunchedRanks.Open(() => RunFolder.Create(output(), $"{options.Source}-{Model}"));
        folder.SaveOptions(options);
        folder.SaveData(data.Batches.Kept);
        return Run(options, folder, trainer, data, voice);
    }

    /// <summary>Goes on with a run, or begins it again where it was stopped before its first checkpoint.</summary>
    public static int Resume(RunFolder folder, TrainOptions before, TrainOptions options, TrainVoice voice)
    {
        var source = Source(options);
        var random = new Seed(options.Seed);
        var data = LanguageData.Load(options, source?.Table, random);
        var trainer = LanguageSetup.Build(options, data, random);
        folder.CheckData(data.Batches.Kept);
        if (LaunchedRanks.Agree(folder.HasCheckpoint))
        {
            new DistributedTrainer(trainer, data.Batches.Train, data.Batches.Test).Load(folder.CheckpointFile);
        }
        else
        {
            if (source is not null) trainer.Model.LoadStateDictionary(source.Model.StateDictionary());
            Console.Error.WriteLine($"{folder.Location}: stopped before its first checkpoint; it begins again.");
        }
        folder.ReadMetrics(trainer.Position.Epoch);
        if (options != before) folder.SaveOptions(options);
        return Run(options, folder, trainer, data, voice);
    }

    /// <summary>What it begins with; null for weights from the seed.</summary>
    private static LanguageFile? Source(TrainOptions options) => options.From is not { } path ? null
        : LanguageFile.Read(path, options.Text!.Tokens == TokenTable.Characters
            ? TokenTable.OfCharacters(Utf8Text.Split(Utf8Text.Read(options.Text.File), options.TestShare).Train) : null);

    private static int Run(TrainOptions options, RunFolder folder, Trainer trainer, LanguageData data, TrainVoice voice)
    {
        var (train, validation) = (data.Batches.Train, data.Batches.Test);
        folder.CheckSpace(trainer);
        using var stop = new StopSignals(folder.StopFile);
        var display = new LanguageDisplay(options, data, trainer, voice);
        var log = new TrainLog(folder.LogFile, voice, options.Task);
        var card = Card(options, trainer, data);
        log.Start(options, data.Batches, trainer);
        var training = new DistributedTrainer(trainer, train, validation)
        {
            Options = options.ToJson(), Data = data.Batches.Kept.ToJson(),
        };
        LaunchedRanks.Introduce(training, log);
        try
        {
            display.Run(Fit);
        }
        catch (NonFiniteException error)
        {
            TrainDisplay.NotFinite(folder, error);
            log.End("failed", trainer, null, error.Message);
            return Commands.Failed;
        }
        if (trainer.WasStopped && trainer.Position.Epoch < options.Epochs)
        {
            if (trainer.Position.Batch > 0) folder.Save(trainer, train, card);
            log.End("stopped", trainer, null);
            display.Interrupted(folder);
            return stop.ExitCode;
        }
        var validated = trainer.Evaluate(validation); // of the best epoch, which the model holds now
        folder.SaveModel(trainer, card);
        log.End(trainer.Position.Epoch < options.Epochs ? "early" : "done", trainer, validated);
        display.Finished(folder, validated);
        return Commands.Done;

        void Fit(IProgress<TrainingPosition>? progress)
        {
            progress = LaunchedRanks.Saving(progress, training, () => folder.Save(trainer, train, card));
            foreach (var report in training.Epochs(options.Epochs, progress, stop.Token))
            {
                folder.Metrics.Add(report, options.Task);
                if (report.IsBest) card = card with { Metrics = TrainCard.Metrics(report, options.Task) };
                folder.SaveEpoch(trainer, train, card);
                LaunchedRanks.Meet("saving");
                log.Epoch(report);
                display.Epoch(report);
            }
        }
    }

    private static ModelCard Card(TrainOptions options, Trainer trainer, LanguageData data) => new()
    {
        Task = ModelTask.Text, Architecture = new(Model, [options.Text!.Context], data.Table.Count), ClassNames = [],
        Loss = $"{trainer.Loss}", Data = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data.Batches.Kept.ToJson()))),
        Language = card => LanguageFile.Metadata(card, options.Text!, data.Table),
    };
}
