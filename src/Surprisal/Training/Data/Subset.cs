using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Surprisal.Training;

/// <summary>Some samples of another dataset, in an order of their own.</summary>
internal sealed class Subset(Dataset whole, int[] indices) : Dataset
{
    /// <summary>The place of each sample in the whole.</summary>
    public int[] Indices => indices;

    public override int Count => indices.Length;

    public override TensorShape SampleShape => whole.SampleShape;

    public override TensorShape TargetShape => whole.TargetShape;

    public override IReadOnlyList<string> ClassNames => whole.ClassNames;

    public override string Preparation => whole.Preparation;

    /// <summary>
    /// The sources of its samples where each has its own, else the whole dataset's, and the indices of these samples in it.
    /// </summary>
    public override IReadOnlyList<DataSource> Sources() =>
        Count > 0 && Source(0) is not null ? [.. Enumerable.Range(0, Count).Select(index => Source(index)!), DataFingerprint.Targets(this)]
        : [.. whole.Sources(), DataSource.FromBytes("indices", MemoryMarshal.AsBytes(indices.AsSpan()))];

    public override long Target(int index) => whole.Target(indices[Checked(index)]);

    public override void ReadTarget(int index, Span<long> target) => whole.ReadTarget(indices[Checked(index)], target);

    public override void Read(int index, Span<float> sample) => whole.Read(indices[Checked(index)], sample);

    internal override bool IsSlow => whole.IsSlow;

    internal override void ReadRaw(int index, Span<float> sample) => whole.ReadRaw(indices[Checked(index)], sample);

    internal override void Finish(Span<float> sample) => whole.Finish(sample);

    internal override double? Centre(int channel) => whole.Centre(channel);

    internal override double Raw(int channel, double number) => whole.Raw(channel, number);

    public override DataSource? Source(int index) => whole.Source(indices[Checked(index)]);

    internal override string Name(int index) => whole.Name(indices[Checked(index)]);

    internal override void AddContent(int index, IncrementalHash hash) => whole.AddContent(indices[Checked(index)], hash);
}
