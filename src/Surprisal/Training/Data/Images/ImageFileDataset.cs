using System.Security.Cryptography;

namespace Surprisal.Training;

/// <summary>Images that are decoded whenever they are read, for they do not fit in memory: the numbers of an
/// <see cref="ImageDataset"/>.</summary>
internal sealed class ImageFileDataset(
    ImagePreparation preparation, string[] paths, string[] names, byte[][] hashes, long[] targets, string[] classNames) : Dataset
{
    // One image stands for all where nothing but mean and deviation is asked for.
    private readonly ImageDataset numbers = preparation.Of(new byte[preparation.Length], [0], classNames);

    public override int Count => paths.Length;

    public override TensorShape SampleShape => numbers.SampleShape;

    public override IReadOnlyList<string> ClassNames => numbers.ClassNames;

    public override string Preparation => numbers.Preparation;

    public override IReadOnlyList<DataSource> Sources() =>
        [.. Enumerable.Range(0, Count).Select(index => Source(index)!), DataFingerprint.Targets(this)];

    public override long Target(int index) => targets[Checked(index)];

    public override void Read(int index, Span<float> sample) => preparation.Of(Decoded(index), [0], classNames).Read(0, sample);

    internal override bool IsSlow => true;

    internal override void ReadRaw(int index, Span<float> sample) => preparation.Of(Decoded(index), [0], classNames).ReadRaw(0, sample);

    internal override void Finish(Span<float> sample) => numbers.Finish(sample);

    internal override double Raw(int channel, double number) => numbers.Raw(channel, number);

    public override DataSource Source(int index) => new()
    {
        Name = names[Checked(index)].Replace(Path.DirectorySeparatorChar, '/'), Length = preparation.Length,
        Hash = Convert.ToHexStringLower(hashes[index]),
    };

    internal override string Name(int index) => names[Checked(index)];

    internal override void AddContent(int index, IncrementalHash hash) => hash.AppendData(hashes[Checked(index)]);

    private byte[] Decoded(int index)
    {
        var pixels = new byte[preparation.Length];
        preparation.ReadPlanes(paths[Checked(index)], pixels);
        return SHA256.HashData(pixels).AsSpan().SequenceEqual(hashes[index]) ? pixels
            : throw new InvalidDataException($"{paths[index]}: it has other pixels than when the folder was loaded: it was changed.");
    }
}
