using System.Text.Json;
using Surprisal.Cli.Models;

namespace Surprisal.Cli.Runs;

/// <summary>What log.jsonl says of a run: how it ended, how long it took, and what the test gave. Damaged lines are passed over.</summary>
/// <param name="task">What was learned.</param>
internal sealed class RunLog(ModelTask task)
{
    private double before, session;

    /// <summary>done, early, stopped or failed as the log has it; unfinished where no end was written; unknown without a log.</summary>
    public string State { get; private set; } = "unknown";

    /// <summary>Whether an epoch was ended, behind which there was a checkpoint.</summary>
    public bool HasEpochs { get; private set; }

    /// <summary>Whether it ended by itself and was tested.</summary>
    public bool IsFinished => State is "done" or "early";

    /// <summary>At work, all its sessions together.</summary>
    public double Seconds => before + session;

    /// <summary>What the weights of the best epoch gave; null before the end.</summary>
    public TestFigures? Tested { get; private set; }

    public static RunLog Read(string folder, ModelTask task)
    {
        var log = new RunLog(task);
        var path = Path.Combine(folder, RunFolder.LogName);
        if (!File.Exists(path)) return log;
        foreach (var line in File.ReadLines(path))
            try
            {
                using var document = JsonDocument.Parse(line);
                if (document.RootElement.ValueKind == JsonValueKind.Object) log.Add(document.RootElement);
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
            {
                // What a process that was killed wrote last may be half a line.
            }
        return log;
    }

    private void Add(JsonElement line)
    {
        var name = line.TryGetProperty("event", out var of) ? of.GetString() : null;
        if (name == "start") (before, session, State, Tested) = (Seconds, 0, "unfinished", null);
        HasEpochs |= name == "epoch";
        if (line.TryGetProperty("seconds", out var seconds)) session = seconds.GetDouble();
        if (name != "end") return;
        State = line.TryGetProperty("how", out var how) && how.GetString() is { } word ? word : State;
        if (line.TryGetProperty("test_accuracy", out _))
            Tested = new(Number(line, "test_loss"), Number(line, "test_accuracy"), Number(line, "test_macro_f1"),
                task.ScoreKey() is { } key ? Number(line, $"test_{key}") : null);
    }

    /// <summary>A number as <see cref="JsonResult"/> writes it; NaN where it is not there.</summary>
    private static double Number(JsonElement line, string name) =>
        !line.TryGetProperty(name, out var value) ? double.NaN
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : value.ValueKind == JsonValueKind.String
            ? value.GetString() == "-Infinity" ? double.NegativeInfinity : double.PositiveInfinity
        : double.NaN;
}
