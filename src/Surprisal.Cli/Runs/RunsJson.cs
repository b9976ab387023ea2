using System.Text.Json;
using Surprisal.Cli.Models;

namespace Surprisal.Cli.Runs;

/// <summary>Runs as JSON: their options and figures; null for what is not known.</summary>
internal static class RunsJson
{
    public static string Format(IReadOnlyList<RunSummary> runs) => JsonText.Object(json =>
    {
        Write(json, runs);
    }, indented: true);

    private static void Write(Utf8JsonWriter json, IReadOnlyList<RunSummary> runs)
    {
        json.WriteStartArray("runs");
        foreach (var run in runs)
        {
            json.WriteStartObject();
            json.WriteString("run", run.Folder);
            json.WriteString("state", run.State);
            json.WriteBoolean("finished", run.IsFinished);
            json.WriteNumber("seconds", Math.Round(run.Seconds, 3));
            json.WriteNumber("epochs", run.EpochsDone);
            json.WriteNumber("best_epoch", run.Best?.Epoch ?? 0);
            json.WriteResult("validation_accuracy", run.Best?.ValidationAccuracy ?? double.NaN);
            json.WriteResult("validation_loss", run.Best?.ValidationLoss ?? double.NaN);
            json.WriteResult("test_accuracy", run.Tested?.Accuracy ?? double.NaN);
            json.WriteResult("test_loss", run.Tested?.Loss ?? double.NaN);
            json.WriteResult("test_macro_f1", run.Tested?.MacroF1 ?? double.NaN);
            if (run.Options.Task.ScoreKey() is { } key)
            {
                json.WriteResult($"validation_{key}", run.Best?.ValidationScore ?? double.NaN);
                json.WriteResult($"test_{key}", run.Tested?.Score ?? double.NaN);
            }
            json.WritePropertyName("options");
            JsonSerializer.Serialize(json, run.Options, OptionsJson.Default.TrainOptions);
            if (run.Options.IsGroup) Write(json, run.Runs);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
