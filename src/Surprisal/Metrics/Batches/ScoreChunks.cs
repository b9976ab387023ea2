using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>The rows of a batch as they were given, and the chunks in which they are counted: scratch memory for one stays near.</summary>
internal readonly ref struct ScoreChunks<TScore, T>(MetricOptions options, CrossEntropyLoss loss, int size)
    where TScore : unmanaged, IFloatingPointIeee754<TScore>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>[N, C], or with positions [N, C, positions].</summary>
    public required ReadOnlySpan<TScore> Scores { get; init; }

    /// <summary>One a row: a class, or <see cref="ClassTargets.Ignored"/>.</summary>
    public required ReadOnlySpan<int> Targets { get; init; }

    /// <summary>One a row, or none.</summary>
    public required ReadOnlySpan<float> Weights { get; init; }

    /// <summary>Receives the loss of each row; or empty, as <see cref="Outcomes"/> is then.</summary>
    public required Span<double> RowLosses { get; init; }

    /// <summary>Receives what became of each row; or empty.</summary>
    public required Span<RowOutcome> Outcomes { get; init; }

    /// <summary>The global number of the first row.</summary>
    public required long FirstRow { get; init; }

    /// <summary>The rows of a sample.</summary>
    public required int Positions { get; init; }

    public int Count => Partition.Pieces(Targets.Length, size);

    /// <summary>Counts the rows of a chunk; which state counts them, and in which order, changes no bit of the whole.</summary>
    public void Add(int chunk, ClassificationState state)
    {
        var range = Partition.PieceRange(chunk, Targets.Length, size);
        var (first, count) = range.GetOffsetAndLength(Targets.Length);
        var classes = options.ClassCount;
        var isDirect = typeof(TScore) == typeof(T) && Positions == 1 && options.Classes > 1;
        using var memory = isDirect ? default : new Scratch<T>(count * classes);
        using var losses = new Scratch<T>(count);
        var rows = ScoreLayout.Rows(Scores, memory.Span, first, count, options, Positions);
        var hasLoss = options.Scores == ScoreKind.Logits;
        if (hasLoss && !ScoreBatch<T>.HasLongRows(state, options))
            loss.EvaluateFlat(
                new([count, classes], [count], null, ArgumentNames.OfLogits), rows, Targets[range], default, default, losses.Span[..count]);
        new ScoreBatch<T>(state, options)
        {
            Scores = rows, Targets = Targets[range], Weights = Weights.IsEmpty ? Weights : Weights[range],
            Losses = hasLoss ? losses.Span[..count] : default, FirstRow = FirstRow + first,
            RowLosses = Outcomes.IsEmpty ? default : RowLosses[range], Outcomes = Outcomes.IsEmpty ? default : Outcomes[range],
            Tolerance = Math.Sqrt(ScoreChecks.Epsilon<TScore>()),
        }.Run();
    }
}
