using Surprisal.Cli.Tables;
using Surprisal.Metrics;

namespace Surprisal.Cli.Evaluate;

/// <summary>What is scored, how, and where the answers go.</summary>
internal sealed record EvaluateOptions
{
    /// <summary>The model whose scores and targets are taken instead of files; null for files.</summary>
    public RunScores? Run { get; init; }

    /// <summary>The files of the scores: several are shards, in this order.</summary>
    public IReadOnlyList<string> Scores { get; init; } = [];

    /// <summary>The files of hidden states, of which the head makes the scores; empty where these are given themselves.</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];

    /// <summary>The weight of the head, [classes, features], and its bias; null for none.</summary>
    public string? Head { get; init; }

    public string? HeadBias { get; init; }

    public ScoreKind Kind { get; init; } = ScoreKind.Logits;

    public IReadOnlyList<string> Targets { get; init; } = [];

    public IReadOnlyList<string> SampleWeights { get; init; } = [];

    /// <summary>Whether the scores are one column, of class 1.</summary>
    public bool IsBinary { get; init; }

    /// <summary>Whether each column is a label of its own, with a target of its own.</summary>
    public bool IsMultiLabel { get; init; }

    public string? ClassNames { get; init; }

    public ClassWeights? Weight { get; init; }

    public long IgnoreIndex { get; init; } = -100;

    public double LabelSmoothing { get; init; }

    public double Clip { get; init; }

    public int? TopK { get; init; }

    public int Bins { get; init; } = 15;

    public long Seed { get; init; }

    public bool? Ranking { get; init; }

    /// <summary>Whether ranking is exact, by sorting on disk.</summary>
    public bool IsExact { get; init; }

    /// <summary>The options that were given and go with one class a row: where labels are scored, they would do nothing.</summary>
    public IReadOnlyList<string> OfClasses { get; init; } = [];

    public bool IsStrict { get; init; }

    /// <summary>Which part of the samples: the first of one is all of them.</summary>
    public (int Part, int Parts) Shard { get; init; } = (1, 1);

    /// <summary>The ranks that have the parts, whose counts are merged; none where a part is all that is scored.</summary>
    public IReadOnlyList<string> SharedBy { get; init; } = [];

    public bool IsShared => SharedBy.Count > 0;

    /// <summary>Whether the temperature is fitted; null where that depends on how much work it is.</summary>
    public bool? FitsTemperature { get; init; }

    public OutputFiles Output { get; init; } = new();

    /// <summary>How many bytes formats that hold a group of rows whole may take for it.</summary>
    public long Memory { get; init; } = TableRequest.DefaultMemory;

    /// <summary>The formats of tables that are read.</summary>
    public IReadOnlyList<TableFormat> Formats { get; init; } = [new CsvFormat()];

    /// <summary>What the metrics are told, for so many columns.</summary>
    public MetricOptions Metrics(int columns) => new()
    {
        Classes = columns, Scores = Kind, IgnoreIndex = IgnoreIndex, TopK = TopK, Bins = Bins, Clip = Clip, Weight = Weight,
        LabelSmoothing = LabelSmoothing, Seed = Seed, Ranking = Ranking, Strict = IsStrict,
    };
}
