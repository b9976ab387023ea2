using System.Diagnostics;
using System.Text.Json;
using Surprisal.Cli.Models;
using Surprisal.Cli.Ranks;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>log.jsonl: one line of JSON an event, written through at once; a resumed run goes on with it.</summary>
internal sealed class TrainLog(string? path, TrainVoice voice, ModelTask task)
{
    private readonly Stopwatch clock = Stopwatch.StartNew();

    public void Start(TrainOptions options, TrainData data, Trainer trainer) => Add("start", json =>
    {
        json.WriteString("data", options.Source);
        json.WriteString("model", options.Model);
        json.WriteString("loss", $"{trainer.Loss}");
        json.WriteString("optimizer", $"{trainer.Optimizer}");
        json.WriteNumber("seed", options.Seed);
        json.WriteNumber("train_samples", data.Train.SampleCount);
        json.WriteNumber("validation_samples", data.Validation?.SampleCount ?? 0);
        json.WriteNumber("test_samples", data.Test.SampleCount);
        json.WriteNumber("classes", data.Train.Dataset.ClassNames.Count);
        json.WriteNumber("epoch", trainer.Position.Epoch);
        json.WriteNumber("epochs", options.Epochs);
    });

    public void Epoch(EpochReport report) => Add("epoch", json =>
    {
        json.WriteNumber("epoch", report.Epoch);
        json.WriteResult("learning_rate", report.LearningRate);
        json.WriteResult("train_loss", report.TrainLoss);
        json.WriteResult("train_accuracy", report.TrainAccuracy);
        json.WriteResult("validation_loss", report.Validation.Loss);
        json.WriteResult("validation_accuracy", report.Validation.Accuracy());
        if (report.Validation.Score(task) is { } score) json.WriteResult($"validation_{task.ScoreKey()}", score);
        json.WriteBoolean("best", report.IsBest);
        json.WriteResult("waiting_share", report.WaitingShare);
        json.WriteNumber("empty_batches", report.Empty);
        json.WriteNumber("skipped_batches", report.Skipped);
        if (LaunchedRanks.Communicator is not { Size: > 1 } ranks) return;
        json.WriteStartArray("ranks");
        foreach (var rank in ranks.TakeTotals())
        {
            json.WriteStartObject();
            json.WriteNumber("computing_seconds", Math.Round(rank.Computing.TotalSeconds, 4));
            json.WriteNumber("waiting_seconds", Math.Round(rank.Waiting.TotalSeconds, 4));
            json.WriteNumber("bytes_sent", rank.Sent);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary>Who trains together, and where: a launcher says of one that has ended only its process.</summary>
    public void Ranks(IReadOnlyList<string> hosts) => Add("ranks", json =>
    {
        json.WriteStartArray("hosts");
        foreach (var host in hosts) json.WriteStringValue(host);
        json.WriteEndArray();
    });

    /// <param name="how">done, early (stopping), stopped (by a signal), failed.</param>
    /// <param name="trainer">What was trained.</param>
    /// <param name="tested">What the test gave; null where there was none.</param>
    /// <param name="trouble">Why it failed.</param>
    public void End(string how, Trainer trainer, EvaluationReport? tested, string trouble = "") => Add("end", json =>
    {
        json.WriteString("how", how);
        json.WriteNumber("epoch", trainer.Position.Epoch);
        if (trainer.Best is { } best) json.WriteNumber("best_epoch", best.Epoch);
        if (tested is not null)
        {
            json.WriteResult("test_loss", tested.Loss);
            json.WriteResult("test_accuracy", tested.Accuracy());
            json.WriteResult("test_macro_f1", tested.MultiLabel?.MacroF1 ?? tested.Metrics.MacroF1);
            if (tested.Score(task) is { } score) json.WriteResult($"test_{task.ScoreKey()}", score);
        }
        if (trouble.Length > 0) json.WriteString("trouble", trouble);
    });

    private void Add(string name, Action<Utf8JsonWriter> write)
    {
        if (path is null) return;
        var line = JsonText.Object(json =>
        {
            json.WriteString("event", name);
            json.WriteNumber("seconds", Math.Round(clock.Elapsed.TotalSeconds, 3));
            write(json);
        });
        File.AppendAllText(path, line + "\n");
        if (voice != TrainVoice.Json) return;
        Console.WriteLine(line);
        Console.Out.Flush();
    }
}
