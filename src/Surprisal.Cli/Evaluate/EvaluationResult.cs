using Surprisal.Cli.Rows;
using Surprisal.Metrics;

namespace Surprisal.Cli.Evaluate;

/// <summary>What an evaluation found: metrics of classes or of labels, and the temperature where it was fitted.</summary>
internal sealed record EvaluationResult
{
    public required MetricOptions Options { get; init; }

    /// <summary>Null where none were given: classes are then called by their numbers.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>The model whose scores these are, where they are of no files.</summary>
    public RunScores? Run { get; init; }

    /// <summary>The global number of the first row, of an evaluation that was read; 0 without rows.</summary>
    public long FirstRow { get; init; }

    /// <summary>Whether an evaluation that was read has any row; a part of few rows may have none.</summary>
    public bool HasRows { get; init; }

    /// <summary>Which part of the samples it is of: the first of one is all of them, and where a file does not say.</summary>
    public (int Part, int Parts) Shard { get; init; } = (1, 1);

    /// <summary>Whether a sample has several rows, its pixels: what segmentation is judged by is then shown too.</summary>
    public bool ArePixels { get; init; }

    public ClassificationMetrics? Classes { get; init; }

    public MultiLabelMetrics? Labels { get; init; }

    /// <summary>What the temperature is made of, and shards merge; null where it was not fitted.</summary>
    public TemperatureSums? TemperatureSums { get; init; }

    public TemperatureFit? Temperature => TemperatureSums?.Fit();

    /// <summary>The metrics at the fitted temperature.</summary>
    public ClassificationReport? AfterTemperature { get; init; }

    /// <summary>Whether some merged evaluations have a temperature, but not all.</summary>
    public bool LacksTemperatures { get; init; }

    /// <summary>The files that say what became of each row, in the order of the rows.</summary>
    public IReadOnlyList<RowsFile> RowsFiles { get; init; } = [];

    /// <summary>Area and average precision of each class without a bound; null where that was not asked for.</summary>
    public IReadOnlyList<(double Auc, double AveragePrecision)>? ExactRanking { get; init; }

    public string NameOf(int index) => ClassNames is { } names ? names[index] : $"{index}";
}
