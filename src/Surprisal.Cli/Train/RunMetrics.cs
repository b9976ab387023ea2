using System.Globalization;
using Surprisal.Cli.Models;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>metrics.csv: one line an epoch. Lines that are damaged, or out of order, are left out when it is read.</summary>
internal sealed class RunMetrics
{
    private const string Always = "epoch,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy";

    // With a column for the score of what is learned, where that has one.
    private string header = Always;

    private readonly List<(string Line, double[] Cells)> rows = [];

    /// <summary>The train and validation loss of every finished epoch.</summary>
    public IEnumerable<(double Train, double Validation)> Losses => rows.Select(static row => (row.Cells[2], row.Cells[4]));

    /// <summary>Every finished epoch, in order.</summary>
    public IReadOnlyList<EpochFigures> Epochs =>
        [.. rows.Select(static row => row.Cells).Select(static cells =>
            new EpochFigures((int)cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells.Length > 6 ? cells[6] : null))];

    /// <summary>The lines of a file; how many of them were left out.</summary>
    public int Read(string path)
    {
        if (!File.Exists(path)) return 0;
        var damaged = 0;
        if (File.ReadLines(path).FirstOrDefault() is { } first && first.StartsWith(Always + ",", StringComparison.Ordinal)) header = first;
        foreach (var line in File.ReadLines(path).Skip(1))
            if (!TryAdd(line)) damaged++;
        return damaged;
    }

    public void Add(EpochReport report, ModelTask task)
    {
        if (task.ScoreKey() is { } key) header = $"{Always},validation_{key}";
        TryAdd(string.Create(CultureInfo.InvariantCulture,
            $"{report.Epoch},{report.LearningRate:R},{report.TrainLoss:R},{report.TrainAccuracy:R},{report.Validation.Loss:R}," +
            $"{report.Validation.Accuracy():R}") + (report.Validation.Score(task) is { } score
                ? string.Create(CultureInfo.InvariantCulture, $",{score:R}") : ""));
    }

    /// <summary>Forgets the epochs after <paramref name="count"/>.</summary>
    public void Keep(int count) => rows.RemoveAll(row => row.Cells[0] > count);

    public override string ToString() => string.Concat(rows.Select(static row => row.Line + "\n").Prepend(header + "\n"));

    private bool TryAdd(string line)
    {
        var cells = Array.ConvertAll(line.Split(','), static text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : (double?)null);
        if (cells.Length != header.Split(',').Length || cells.Contains(null) || !(cells[0] > (rows.Count == 0 ? 0 : rows[^1].Cells[0])))
            return false;
        rows.Add((line, Array.ConvertAll(cells, static cell => cell!.Value)));
        return true;
    }
}
