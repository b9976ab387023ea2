using System.Security.Cryptography;

namespace Surprisal.Training;

/// <summary>Another dataset's samples, each channel brought to the mean and deviation of a <see cref="Normalization"/>.</summary>
internal sealed class NormalizedDataset(Dataset whole, Normalization normalization) : Dataset
{
    public override int Count => whole.Count;

    public override TensorShape SampleShape => whole.SampleShape;

    public override TensorShape TargetShape => whole.TargetShape;

    public override IReadOnlyList<string> ClassNames => whole.ClassNames;

    public override string Preparation => whole.Preparation.Length > 0 ? $"{whole.Preparation}, then {normalization}" : $"{normalization}";

    public override IReadOnlyList<DataSource> Sources() => whole.Sources();

    public override long Target(int index) => whole.Target(index);

    public override void ReadTarget(int index, Span<long> target) => whole.ReadTarget(index, target);

    public override void Read(int index, Span<float> sample)
    {
        whole.Read(index, sample);
        normalization.Normalize(sample);
    }

    internal override bool IsSlow => whole.IsSlow;

    internal override void ReadRaw(int index, Span<float> sample) => whole.ReadRaw(index, sample);

    internal override void Finish(Span<float> sample)
    {
        whole.Finish(sample);
        normalization.Normalize(sample);
    }

    /// <summary>What becomes 0.</summary>
    internal override double? Centre(int channel) => whole.Raw(channel, normalization.Mean[channel]);

    internal override double Raw(int channel, double number) =>
        whole.Raw(channel, number * normalization.Deviation[channel] + normalization.Mean[channel]);

    public override DataSource? Source(int index) => whole.Source(index);

    internal override string Name(int index) => whole.Name(index);

    internal override void AddContent(int index, IncrementalHash hash) => whole.AddContent(index, hash);
}
