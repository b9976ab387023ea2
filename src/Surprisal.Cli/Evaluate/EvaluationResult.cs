using Surprisal.Metrics;

namespace Surprisal.Cli.Evaluate;

/// <summary>What an evaluation found: metrics of classes or of labels, and the temperature where it was fitted.</summary>
internal sealed record EvaluationResult
{
    public required MetricOptions Options { get; init; }

    /// <summary>Null where none were given: classes are then called by their numbers.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>The global number of the first row, of an evaluation that was read; 0 without rows.</summary>
    public long FirstRow { get; init; }

    public ClassificationMetrics? Classes { get; init; }

    public MultiLabelMetrics? Labels { get; init; }

    public TemperatureFit? Temperature { get; init; }

    /// <summary>The metrics at the fitted temperature.</summary>
    public ClassificationReport? AfterTemperature { get; init; }

    public string NameOf(int index) => ClassNames is { } names ? names[index] : $"{index}";
}
