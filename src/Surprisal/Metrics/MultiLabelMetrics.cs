using System.Text.Json;
using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>How good scores of several labels a row are, each of which may be the case: takes batches, merges, and reports.</summary>
/// <remarks>
/// A label is predicted where its logit is above 0, its probability above 0.5. A row with NaN is invalid and left out; one with a target
/// that
/// is <see cref="MetricOptions.IgnoreIndex"/> is ignored. As in <see cref="ClassificationMetrics"/>, no cut of the rows changes a bit.
/// </remarks>
public sealed class MultiLabelMetrics
{
    private readonly MultiLabelState state;

    /// <summary>Nothing counted yet.</summary>
    /// <param name="options">Labels, kind of scores, ZeroDivision, Ranking, IgnoreIndex and Strict count; the rest is for single
    /// labels.</param>
    /// <param name="firstRow">The global number of the first row. Default 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative first row.</exception>
    public MultiLabelMetrics(MetricOptions options, long firstRow = 0)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        (Options, NextRow, state) = (options, firstRow, new(options));
    }

    /// <summary>What was told.</summary>
    public MetricOptions Options { get; }

    /// <summary>The global number that the next row will have.</summary>
    public long NextRow { get; private set; }

    /// <summary>Counts a batch.</summary>
    /// <param name="scores">[N, L]: a score for each label, one row after the other.</param>
    /// <param name="targets">[N, L]: 1 where the label is the case, else 0; the ignored index anywhere in a row leaves it out.</param>
    /// <param name="sampleWeights">[N]: how often each row counts, 0 and from 2^-40 to 2^30. Default: all 1.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit, or an invalid row where that is an error. Nothing is counted
    /// then.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target other than 0 and 1, a weight that is none, or a probability outside [0, 1 + 4
    /// eps]. Nothing is counted then.</exception>
    public void Add<TScore, TTarget>(
        ReadOnlySpan<TScore> scores, ReadOnlySpan<TTarget> targets, ReadOnlySpan<float> sampleWeights = default)
        where TScore : unmanaged, IFloatingPointIeee754<TScore>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        typeof(TScore).CheckFloatingPoint(nameof(scores), "metrics");
        var labels = Options.Classes;
        if (targets.Length != scores.Length || targets.Length % labels != 0)
            throw new ArgumentException($"scores has {scores.Length} elements and targets {targets.Length}; " +
                $"both need {labels} for each row.",
                nameof(targets));
        var rows = targets.Length / labels;
        if (!sampleWeights.IsEmpty && sampleWeights.Length != rows)
            throw new ArgumentException($"sampleWeights has {sampleWeights.Length} elements, but there are {rows} rows.",
                nameof(sampleWeights));
        var isWeighted = ScoreChecks.Weights(sampleWeights);
        using var classes = new Scratch<int>(rows);
        for (var i = 0; i < rows; i++) classes.Span[i] = ReadTargets(targets.Slice(i * labels, labels), i);
        ScoreChecks.Scores(scores, classes.Span, sampleWeights, Options, 1, 0);
        state.Rows.TryAdd(NextRow, rows); // behind all rows so far, merged ones too
        if (isWeighted) state.UseWeights();
        using var memory = new Scratch<double>(labels);
        using var truth = new Scratch<byte>(labels);
        for (var i = 0; i < rows; i++)
        {
            var weight = sampleWeights.IsEmpty ? 1 : sampleWeights[i];
            if (classes.Span[i] < 0) state.Ignored++;
            else if (weight == 0) state.ZeroWeight++;
            else
            {
                for (var k = 0; k < labels; k++)
                    (memory.Span[k], truth.Span[k]) =
                        (double.CreateTruncating(scores[i * labels + k]), byte.CreateTruncating(targets[i * labels + k]));
                state.Add(memory.Span, truth.Span, weight);
            }
        }
        NextRow += rows;
    }

    /// <summary>Adds what another has counted of other rows.</summary>
    /// <param name="other">Metrics with the same options; it stays as it is.</param>
    /// <param name="allowGap">Whether rows between the two may be missing. Default false.</param>
    /// <exception cref="ArgumentException">Other options, rows that are in both, or a gap. Nothing is merged then.</exception>
    public void Merge(MultiLabelMetrics other, bool allowGap = false)
    {
        ArgumentNullException.ThrowIfNull(other);
        ScoreChecks.Merge(Options, state.Rows, other.Options, other.state.Rows, allowGap, nameof(other));
        var isEmpty = other.state.Rows.IsEmpty;
        state.Add(other.state);
        if (!isEmpty) NextRow = Math.Max(NextRow, other.NextRow);
    }

    /// <summary>All metrics of the rows so far.</summary>
    public MultiLabelReport Report() => new(state, Options);

    /// <summary>Writes the state as one object; the same rows give the same text, however they were cut.</summary>
    /// <param name="json">Receives the object.</param>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("surprisal", "multi-label metrics");
        json.WriteNumber("version", StateJson.Version);
        json.WriteString("options", Options.ToString());
        json.WritePropertyName("nextRow");
        json.WriteInteger(NextRow);
        state.Write(json);
        json.WriteEndObject();
    }

    /// <summary>Metrics with the state that <see cref="Write"/> wrote.</summary>
    /// <param name="json">The object that was written.</param>
    /// <param name="options">The options that it was written with.</param>
    /// <exception cref="ArgumentException">Other options than were written.</exception>
    /// <exception cref="FormatException">No state of such metrics.</exception>
    public static MultiLabelMetrics Read(JsonElement json, MetricOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        StateJson.CheckHeader(json, "multi-label metrics", options);
        var metrics = new MultiLabelMetrics(options) { NextRow = json.GetProperty("nextRow").ReadInteger() };
        metrics.state.Read(json);
        return metrics;
    }

    /// <summary>0 for a row of labels, <see cref="ClassTargets.Ignored"/> for one that is ignored.</summary>
    private int ReadTargets<TTarget>(ReadOnlySpan<TTarget> targets, int row) where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var result = 0;
        for (var k = 0; k < targets.Length; k++)
            if (ClassTargets.IsIgnoredValue(targets[k], Options.IgnoreIndex)) result = ClassTargets.Ignored;
            else if (targets[k] != TTarget.Zero && targets[k] != TTarget.One)
                throw new ArgumentOutOfRangeException(nameof(targets), $"targets[{row}, {k}] = {targets[k]}; " +
                    $"a label is the case, 1, or not, 0, and {Options.IgnoreIndex} is ignored.");
        return result;
    }
}
