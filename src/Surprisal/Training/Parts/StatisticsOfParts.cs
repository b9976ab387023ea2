namespace Surprisal.Training;

/// <summary>
/// Batch normalisation of each part by itself: the moments of all parts, put together along the tree, move the running statistics once a
/// batch, on every process alike. They are exchanged once a step.
/// </summary>
internal sealed class StatisticsOfParts(PartExchange exchange)
{
    private readonly Dictionary<(int Part, int Batch), PartMoments> seen = [];
    private int batches;
    private bool isNeeded;

    /// <summary>Begins a step of so many batches.</summary>
    public void Begin(int count, bool needed)
    {
        (batches, isNeeded) = (count, needed);
        seen.Clear();
    }

    /// <summary>Where a part of a batch leaves its moments; -1 for one without rows. Null where statistics are not of parts.</summary>
    public PartMoments? Of(int part, int batch) => isNeeded ? seen[(part, batch)] = new() : null;

    /// <summary>Moves the running statistics.</summary>
    public void Move()
    {
        if (!isNeeded) return;
        var calls = seen.Values.First().Calls; // each part goes the same way through the model
        var widths = calls.Select(static call => 1 + 2 * call.Mean.Length).ToList();
        var numbers = widths.Sum();
        var own = new double[(exchange.Own.End - exchange.Own.First) * batches * numbers];
        foreach (var ((part, batch), moments) in seen)
        {
            if (!moments.Calls.Select(static call => call.Move).SequenceEqual(calls.Select(static call => call.Move)))
                throw new InvalidOperationException("some parts of a batch go through other batch normalisations than others; " +
                    "train the model with Parts = 1.");
            if (part < 0) continue;
            var at = ((part - exchange.Own.First) * batches + batch) * numbers;
            foreach (var (_, count, mean, variance) in moments.Calls)
            {
                PartTurns.Moments(count, mean, variance).CopyTo(own, at);
                at += 1 + 2 * mean.Length;
            }
        }
        var all = exchange.Gather(own, batches * numbers);
        for (var batch = 0; batch < batches; batch++)
            for (var (call, at) = (0, batch * numbers); call < calls.Count; at += widths[call++])
                Move(calls[call].Move, all, at, widths[call], batches * numbers);
    }

    /// <summary>The moments of one call: of each part so many numbers at its place.</summary>
    private void Move(Action<double, double[], double[]> move, double[] all, int at, int width, int stride)
    {
        var leaves = Enumerable.Range(0, exchange.Parts).Select(part => all.AsSpan(part * stride + at, width).ToArray())
            .Select(static leaf => leaf[0] > 0 ? leaf : null).ToList();
        if (PartTree.Fold(leaves, PartTurns.Merged) is not { } whole) return;
        var channels = width / 2;
        move(whole[0], whole[1..(1 + channels)], [.. whole[(1 + channels)..].Select(squares => Math.Max(squares / whole[0], 0))]);
    }
}
