using System.Globalization;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>metrics.csv: one line an epoch. Lines that are damaged, or out of order, are left out when it is read.</summary>
internal sealed class RunMetrics
{
    private const string Header = "epoch,learning_rate,train_loss,train_accuracy,validation_loss,validation_accuracy";

    private readonly List<(string Line, double[] Cells)> rows = [];

    /// <summary>The train and validation loss of every finished epoch.</summary>
    public IEnumerable<(double Train, double Validation)> Losses => rows.Select(static row => (row.Cells[2], row.Cells[4]));

    /// <summary>Every finished epoch, in order.</summary>
    public IReadOnlyList<EpochFigures> Epochs =>
        [.. rows.Select(static row => row.Cells).Select(static cells =>
            new EpochFigures((int)cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]))];

    /// <summary>The lines of a file; how many of them were left out.</summary>
    public int Read(string path)
    {
        if (!File.Exists(path)) return 0;
        var damaged = 0;
        foreach (var line in File.ReadLines(path).Skip(1))
            if (!TryAdd(line)) damaged++;
        return damaged;
    }

    public void Add(EpochReport report) => TryAdd(string.Create(CultureInfo.InvariantCulture,
        $"{report.Epoch},{report.LearningRate:R},{report.TrainLoss:R},{report.TrainAccuracy:R},{report.Validation.Loss:R}," +
        $"{report.Validation.Accuracy():R}"));

    /// <summary>Forgets the epochs after <paramref name="count"/>.</summary>
    public void Keep(int count) => rows.RemoveAll(row => row.Cells[0] > count);

    public override string ToString() => string.Concat(rows.Select(static row => row.Line + "\n").Prepend(Header + "\n"));

    private bool TryAdd(string line)
    {
        var cells = Array.ConvertAll(line.Split(','), static text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : (double?)null);
        if (cells.Length != Header.Split(',').Length || cells.Contains(null) || !(cells[0] > (rows.Count == 0 ? 0 : rows[^1].Cells[0])))
            return false;
        rows.Add((line, Array.ConvertAll(cells, static cell => cell!.Value)));
        return true;
    }
}
