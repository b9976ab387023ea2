using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Surprisal.Training;

/// <summary>Labelled samples of one shape: what a data loader draws its batches from.</summary>
public abstract class Dataset
{
    /// <summary>The number of samples.</summary>
    public abstract int Count { get; }

    /// <summary>The shape of one sample; images are (channels, height, width).</summary>
    public abstract TensorShape SampleShape { get; }

    /// <summary>The name of each class; the targets index it.</summary>
    public abstract IReadOnlyList<string> ClassNames { get; }

    /// <summary>
    /// How samples are made from their sources, such as the size that images are brought to. A checkpoint keeps it; another one is refused.
    /// Default: nothing to say.
    /// </summary>
    public virtual string Preparation => "";

    /// <summary>
    /// What the samples come from, in a fixed order. A checkpoint keeps a fingerprint of it, so that training does not go on with other
    /// data.
    /// </summary>
    /// <remarks>
    /// By default all samples are read and hashed; override it where that is slow or where samples are not the same each time.
    /// </remarks>
    public virtual IReadOnlyList<DataSource> Sources() => DataFingerprint.Samples(this);

    /// <summary>The class of sample <paramref name="index"/>.</summary>
    public abstract long Target(int index);

    /// <summary>Writes the numbers of sample <paramref name="index"/> in row-major order. Called from several threads at once.</summary>
    public abstract void Read(int index, Span<float> sample);

    /// <summary>Cuts the samples into a part to train on and a part to test on, class by class and by content; nothing is copied.</summary>
    /// <remarks>
    /// Of the n different contents of a class, the test part gets share * n (rounded half up, at least 1, at most n - 1; none where n is
    /// 1): the ones whose hash with the seed is smallest. So the order of the samples does not matter, and a new sample moves few others.
    /// Samples of equal content go to the same part; if their targets differ, <see cref="DatasetSplit.Notes"/> lists them. The content is
    /// the sample's numbers, or an image's bytes.
    /// </remarks>
    /// <param name="testShare">The share of each class in the test part, between 0 and 1 (neither included).</param>
    /// <param name="seed">Decides the parts, with its next number: the same on every machine.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not between 0 and 1, or no class has two different samples.</exception>
    public DatasetSplit Split(double testShare, Seed seed)
    {
        if (!(testShare > 0 && testShare < 1))
            throw new ArgumentOutOfRangeException(nameof(testShare),
                $"testShare is {testShare}; it must be greater than 0 and less than 1.");
        var split = ContentSplit.Split(this, testShare, Seed.Draw(seed));
        return split.Test.Count > 0 ? split
            : throw new ArgumentOutOfRangeException(nameof(testShare),
                $"testShare is {testShare}, but none of the classes of the {Count} samples has two different ones; " +
                "a class needs one to train on and one to test on.");
    }

    /// <summary>What the sample comes from, where each has its own source; else null.</summary>
    internal virtual DataSource? Source(int index) => null;

    /// <summary>What people call the sample: its file, or its number.</summary>
    internal virtual string Name(int index) => $"sample {index}";

    /// <summary>Adds what makes two samples copies of each other.</summary>
    internal virtual void AddContent(int index, IncrementalHash hash)
    {
        var sample = new float[SampleShape.ElementCount];
        Read(index, sample);
        hash.AppendData(MemoryMarshal.AsBytes<float>(sample));
    }

    private protected int Checked(int index) => (uint)index < (uint)Count ? index
        : throw new ArgumentOutOfRangeException(nameof(index), $"index is {index}; the dataset has {Count} samples, 0..{Count - 1}.");
}
