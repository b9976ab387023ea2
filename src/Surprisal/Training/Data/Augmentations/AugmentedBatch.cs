namespace Surprisal.Training;

/// <summary>Makes a batch of samples that are changed each by itself, and then mixed with the next in the epoch's order.</summary>
internal static class AugmentedBatch
{
    /// <param name="data">Where the samples come from.</param>
    /// <param name="change">What is done to them.</param>
    /// <param name="order">All samples of the epoch; the first comes behind the last.</param>
    /// <param name="start">The place of the first one of the batch.</param>
    /// <param name="count">How many it has.</param>
    /// <param name="epoch">0 for the first.</param>
    public static Batch Make(Dataset data, Augmentation change, IReadOnlyList<int> order, int start, int count, int epoch)
    {
        var (size, targetSize) = (data.SampleShape.ElementCount, data.TargetShape.ElementCount);
        var inputs = Tensor.PooledZeros<float>([count, .. data.SampleShape]);
        var targets = Tensor.Uninitialized<long>([count, .. data.TargetShape]);
        // The partner of the last sample stands behind it.
        var (next, nextTarget) = change.Mixes ? (new float[size], new long[targetSize]) : ([], []);
        SampleReads.All(change.Mixes ? count + 1 : count, i =>
        {
            var sample = order[(start + i) % order.Count];
            if (i < count)
                AugmentedSample.Read(data, change, sample, epoch, inputs.Span.Slice(i * size, size),
                    targets.Span.Slice(i * targetSize, targetSize));
            else AugmentedSample.Read(data, change, sample, epoch, next, nextTarget);
        });
        int[] samples = [.. Enumerable.Range(start, count).Select(at => order[at])];
        var batch = new Batch { Inputs = inputs, Targets = targets, Samples = samples };
        if (!change.Mixes) return batch;

        var hasProbabilities = data.TargetShape.Rank == 0;
        var probabilities = hasProbabilities ? Tensor.Zeros<float>([count, data.ClassNames.Count]) : null;
        // From the first to the last: what a row is mixed with was not mixed itself yet.
        for (var i = 0; i < count; i++)
        {
            var row = inputs.Span.Slice(i * size, size);
            var other = i + 1 < count ? inputs.Span.Slice((i + 1) * size, size) : next;
            var target = targets.Span.Slice(i * targetSize, targetSize);
            var otherTarget = i + 1 < count ? targets.Span.Slice((i + 1) * targetSize, targetSize) : nextTarget;
            var mix = SampleMix.Draw(change, epoch, samples[i], data.SampleShape);
            mix.Apply(row, other);
            if (probabilities is null) mix.ApplyToMask(target, otherTarget);
            else
            {
                var share = probabilities.Span.Slice(i * data.ClassNames.Count, data.ClassNames.Count);
                Share(share, target[0], otherTarget[0], mix.Lambda, data, samples[i]);
                if (mix.Lambda < 0.5) target[0] = otherTarget[0];
            }
        }
        return batch with { Probabilities = probabilities };
    }

    private static void Share(Span<float> shares, long target, long other, double lambda, Dataset data, int sample)
    {
        if (target < 0 || other < 0 || target >= shares.Length || other >= shares.Length)
            throw new InvalidOperationException($"{data.Name(sample)} or the sample after it has the target {Math.Min(target, other)}, " +
                "which is no class to be mixed; leave such samples out, or Mixup and CutMix.");
        shares[(int)target] = (float)lambda;
        if (other == target) shares[(int)target] = 1;
        else shares[(int)other] = (float)(1 - lambda);
    }
}
