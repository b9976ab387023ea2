using System.Security.Cryptography;

namespace Surprisal.Training;

/// <summary>Samples of which each has any number of labels: a batch has targets [N, L] of 0 and 1.</summary>
/// <remarks>
/// <see cref="BceWithLogitsLoss"/> and its like take such batches. <see cref="Dataset.Split(double, Seed)"/> goes by the rarest label of
/// each sample, so that rare ones come to every part.
/// </remarks>
/// <example><code>
/// var inputs = new TensorDataset(Tensor.Randn&lt;float>([3, 4], new Seed(0)), Tensor.Zeros&lt;long>([3]), ["any"]);
/// var data = new MultiLabelDataset(inputs, [1, 0, 1, 1, 0, 0], ["cat", "dog"]);
/// Console.WriteLine(Batch.Collate(data, [0, 1]));     // inputs [2, 4], targets [2, 2]
/// Console.WriteLine($"{data.Target(0)} {data.Target(1)} {data.Target(2)}");     // 0 1 -100
/// </code></example>
public sealed class MultiLabelDataset : Dataset
{
    private readonly Dataset samples;
    private readonly byte[] labels;
    private readonly long[] rarest;

    /// <summary>The samples of another dataset, whose own classes count no more; nothing of it is copied.</summary>
    /// <param name="samples">Where the numbers come from.</param>
    /// <param name="labels">[N, L], row by row: 1 where a label is the case, and 0.</param>
    /// <param name="labelNames">The name of each of the L labels, at least one.</param>
    /// <exception cref="ArgumentException">No label, another number of elements than N L, or one that is neither 0 nor 1.</exception>
    public MultiLabelDataset(Dataset samples, ReadOnlySpan<byte> labels, IReadOnlyList<string> labelNames)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(labelNames);
        if (labelNames.Count == 0) throw new ArgumentException("labelNames is empty; at least one label is needed.", nameof(labelNames));
        if (labels.Length != (long)samples.Count * labelNames.Count)
            throw new ArgumentException($"labels holds {labels.Length} numbers, but there are {samples.Count} samples and " +
                $"{labelNames.Count} labels; {(long)samples.Count * labelNames.Count} are needed.", nameof(labels));
        if (labels.IndexOfAnyExcept((byte)0, (byte)1) is >= 0 and var wrong)
            throw new ArgumentException($"labels[{wrong}] is {labels[wrong]}; 0 or 1 is needed.", nameof(labels));
        (this.samples, this.labels, ClassNames, rarest) = (samples, labels.ToArray(), [.. labelNames], new long[samples.Count]);
        var counts = new int[ClassNames.Count];
        for (var i = 0; i < labels.Length; i++) counts[i % counts.Length] += labels[i];
        for (var i = 0; i < rarest.Length; i++)
        {
            rarest[i] = -100;
            for (var label = 0; label < counts.Length; label++)
                if (Row(i)[label] == 1 && (rarest[i] < 0 || counts[label] < counts[rarest[i]])) rarest[i] = label;
        }
    }

    /// <inheritdoc/>
    public override int Count => samples.Count;

    /// <inheritdoc/>
    public override TensorShape SampleShape => samples.SampleShape;

    /// <summary>[L], a number a label.</summary>
    public override TensorShape TargetShape => [ClassNames.Count];

    /// <summary>The names of the labels.</summary>
    public override IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public override string Preparation => samples.Preparation;

    /// <inheritdoc/>
    public override IReadOnlyList<DataSource> Sources() => Count > 0 && Source(0) is not null
        ? [.. Enumerable.Range(0, Count).Select(index => Source(index)!), DataFingerprint.Targets(this)]
        : [.. samples.Sources(), DataFingerprint.Targets(this)];

    /// <summary>The rarest label of a sample, the first of several; -100 where it has none.</summary>
    /// <param name="index">0 .. Count - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in 0 .. Count - 1.</exception>
    public override long Target(int index) => rarest[Checked(index)];

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in 0 .. Count - 1.</exception>
    public override void ReadTarget(int index, Span<long> target)
    {
        var row = Row(Checked(index));
        for (var label = 0; label < row.Length; label++) target[label] = row[label];
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in 0 .. Count - 1.</exception>
    public override void Read(int index, Span<float> sample) => samples.Read(index, sample);

    internal override bool IsSlow => samples.IsSlow;

    internal override void ReadRaw(int index, Span<float> sample) => samples.ReadRaw(index, sample);

    internal override void Finish(Span<float> sample) => samples.Finish(sample);

    internal override double? Centre(int channel) => samples.Centre(channel);

    internal override double Raw(int channel, double number) => samples.Raw(channel, number);

    /// <inheritdoc/>
    public override DataSource? Source(int index) => samples.Source(index);

    internal override string Name(int index) => samples.Name(index);

    internal override void AddContent(int index, IncrementalHash hash) => samples.AddContent(index, hash);

    private ReadOnlySpan<byte> Row(int index) => labels.AsSpan(index * ClassNames.Count, ClassNames.Count);
}
