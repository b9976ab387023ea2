using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>
/// How good and how calibrated scores of one class a row are: takes batches, merges with others, and makes a
/// <see cref="ClassificationReport"/>.
/// </summary>
/// <remarks>
/// What is kept are integers and exact sums, so the report has the same bits however the rows were cut into batches and shards and in which
/// order these were merged. A row is ignored (its target is <see cref="MetricOptions.IgnoreIndex"/>), else of weight 0, else invalid (NaN
/// in it, or of logits +infinity or nothing but -infinity), else it counts. Not thread-safe: one thread adds at a time.
/// </remarks>
/// <example><code>
/// using Surprisal.Metrics;
///
/// var metrics = new ClassificationMetrics(new() { Classes = 3, Scores = ScoreKind.Logits });
/// float[] logits = [2, 0, 1, 0, 1, 3, 1, 0, 0];
/// int[] targets = [0, 2, 1];
/// metrics.Add&lt;float, int>(logits, targets);
/// var report = metrics.Report();
/// Console.WriteLine($"{report.Accuracy:F4} {report.Loss:F4} {report.Brier:F4}");   // 0.6667 0.7096 0.4057
/// </code></example>
public sealed partial class ClassificationMetrics
{
    /// <summary>The numbers of a chunk: scratch of twice as many doubles stays near.</summary>
    private const int NumbersAtOnce = 65_536, MostRowsAtOnce = 8192, LongRowsAtOnce = 64;

    private readonly CrossEntropyLoss loss;
    private readonly ClassificationState state;
    private readonly CountsApart apart;

    /// <summary>Nothing counted yet.</summary>
    /// <param name="options">What the scores are, and what is computed.</param>
    /// <param name="firstRow">The global number of the first row: where the data are cut into shards, that of the shard's first. Rows are
    /// samples, or positions of samples. Default 0.</param>
    /// <exception cref="ArgumentException">Options that do not fit each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A negative first row.</exception>
    public ClassificationMetrics(MetricOptions options, long firstRow = 0)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        var classes = options.ClassCount;
        if (options.TopKOrDefault > classes)
            throw new ArgumentException($"TopK is {options.TopK}, but there are {classes} classes; the target is always among all.",
                nameof(options));
        if (options.Weight is { } weight && weight.Count != classes)
            throw new ArgumentException($"Weight has {weight.Count} weights, but there are {classes} classes; each needs one.",
                nameof(options));
        if (options.LabelSmoothing > 0 && options.Scores != ScoreKind.Logits)
            throw new ArgumentException($"LabelSmoothing is {options.LabelSmoothing}, but Scores is {options.Scores}; smoothing is a " +
                "part of cross-entropy from logits.", nameof(options));
        (Options, NextRow, state, apart) = (options, firstRow, new(options), new(options));
        loss = new()
        {
            Reduction = Reduction.None, IgnoreIndex = ClassTargets.Ignored, Weight = options.Weight,
            LabelSmoothing = options.LabelSmoothing,
        };
    }

    /// <summary>What was told.</summary>
    public MetricOptions Options { get; }

    /// <summary>The global number that the next row will have.</summary>
    public long NextRow { get; private set; }

    /// <summary>The rows that were added, ignored and invalid ones among them.</summary>
    public long Rows => state.Rows.Count;

    /// <summary>Counts a batch.</summary>
    /// <param name="scores">[N, C] one row after the other; with positions [N, C, positions]; C is 1 for one column. Half and BFloat16 are
    /// widened to float, exactly.</param>
    /// <param name="targets">[N] or [N, positions]: classes from 0, or the ignored index.</param>
    /// <param name="sampleWeights">How often each row counts, from 2^-40 to 2^30; one of weight 0 does not. As long as the targets.
    /// Default:
    /// all 1.</param>
    /// <param name="positions">How many rows a sample has, such as its pixels; they are numbered sample by sample. Default 1.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit; an invalid row where <see cref="MetricOptions.Strict"/>. Nothing is
    /// counted then.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class, a weight that is none, or a probability outside [0, 1 + 4
    /// eps]. Nothing is counted then.</exception>
    public void Add<TScore, TTarget>(
        ReadOnlySpan<TScore> scores, ReadOnlySpan<TTarget> targets, ReadOnlySpan<float> sampleWeights = default, int positions = 1)
        where TScore : unmanaged, IFloatingPointIeee754<TScore>
        where TTarget : unmanaged, IBinaryInteger<TTarget> => AddRows(scores, targets, sampleWeights, positions, default, default);

    private void AddRows<TScore, TTarget>(
        ReadOnlySpan<TScore> scores, ReadOnlySpan<TTarget> targets, ReadOnlySpan<float> sampleWeights, int positions,
        Span<double> rowLosses, Span<RowOutcome> outcomes)
        where TScore : unmanaged, IFloatingPointIeee754<TScore>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        typeof(TScore).CheckFloatingPoint(nameof(scores), "metrics");
        ScoreChecks.Lengths(scores.Length, targets.Length, sampleWeights.Length, Options.Classes, positions);
        new ClassIndexShape([targets.Length, Options.ClassCount], [targets.Length], null, ArgumentNames.OfLogits)
            .Divisor<double, double, TTarget>(targets, default, default, Options.IgnoreIndex);
        var isWeighted = ScoreChecks.Weights(sampleWeights);
        using var classes = new Scratch<int>(targets.Length);
        ClassTargets.Read(targets, Options.IgnoreIndex, classes.Span);
        ScoreChecks.Scores(scores, classes.Span, sampleWeights, Options, positions, 0);
        state.Rows.TryAdd(NextRow, targets.Length); // behind all rows so far, merged ones too
        if (isWeighted) state.UseWeights();
        if (typeof(TScore) == typeof(double) || Options.Scores != ScoreKind.Logits)
            AddChunks<TScore, double>(scores, classes.Span, sampleWeights, positions, rowLosses, outcomes);
        else AddChunks<TScore, float>(scores, classes.Span, sampleWeights, positions, rowLosses, outcomes);
        NextRow += targets.Length;
    }

    /// <summary>Adds what another has counted of other rows.</summary>
    /// <param name="other">Metrics with the same options; it stays as it is.</param>
    /// <param name="allowGap">Whether rows between the two may be missing, as while shards are merged in any order. Default false.</param>
    /// <exception cref="ArgumentException">Other options, rows that are in both, or a gap. Nothing is merged then.</exception>
    public void Merge(ClassificationMetrics other, bool allowGap = false)
    {
        ArgumentNullException.ThrowIfNull(other);
        ScoreChecks.Merge(Options, state.Rows, other.Options, other.state.Rows, allowGap, nameof(other));
        var isEmpty = other.Rows == 0;
        state.Add(other.State);
        if (!isEmpty) NextRow = Math.Max(NextRow, other.NextRow);
    }

    /// <summary>All metrics of the rows so far.</summary>
    public ClassificationReport Report() => new(State, Options);

    /// <summary>Everything that was counted.</summary>
    internal ClassificationState State
    {
        get
        {
            apart.AddTo(state);
            return state;
        }
    }

    /// <summary>The report without intervals.</summary>
    internal ClassificationReport Summary() => new(State, Options with { Replicates = 0 });

    private void AddChunks<TScore, T>(
        ReadOnlySpan<TScore> scores, ReadOnlySpan<int> targets, ReadOnlySpan<float> weights, int positions, Span<double> rowLosses,
        Span<RowOutcome> outcomes)
        where TScore : unmanaged, IFloatingPointIeee754<TScore>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var hasLongRows = ScoreBatch<T>.HasLongRows(state, Options);
        var size = hasLongRows ? LongRowsAtOnce : Math.Clamp(NumbersAtOnce / Options.ClassCount, 16, MostRowsAtOnce);
        var chunks = new ScoreChunks<TScore, T>(Options, loss, size)
        {
            Scores = scores, Targets = targets, Weights = weights, RowLosses = rowLosses, Outcomes = outcomes, FirstRow = NextRow,
            Positions = positions,
        };
        if (!hasLongRows && CountsApart.Fits(chunks.Count)) apart.Run(state, chunks);
        else
            for (var chunk = 0; chunk < chunks.Count; chunk++) chunks.Add(chunk, state);
    }
}
