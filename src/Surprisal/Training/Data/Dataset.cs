using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>Labelled samples of one shape: what a data loader draws its batches from.</summary>
public abstract class Dataset
{
    /// <summary>The number of samples.</summary>
    public abstract int Count { get; }

    /// <summary>The shape of one sample; images are (channels, height, width).</summary>
    public abstract ReadOnlySpan<int> SampleShape { get; }

    /// <summary>The name of each class; the targets index it.</summary>
    public abstract IReadOnlyList<string> ClassNames { get; }

    /// <summary>How samples are made from their sources, such as the size that images are brought to. A checkpoint keeps it; another one is refused. Default: nothing to say.</summary>
    public virtual string Preparation => "";

    /// <summary>What the samples come from, in a fixed order. A checkpoint keeps a fingerprint of it, so that training does not go on with other data.</summary>
    /// <remarks>By default all samples are read and hashed; override it where that is slow or where samples are not the same each time.</remarks>
    public virtual IReadOnlyList<DataSource> Sources() => DataFingerprint.Samples(this);

    /// <summary>The class of sample <paramref name="index"/>.</summary>
    public abstract long Target(int index);

    /// <summary>Writes the numbers of sample <paramref name="index"/> in row-major order. Called from several threads at once.</summary>
    public abstract void Read(int index, Span<float> sample);

    /// <summary>Cuts the samples at random into a part to train on and a part to test on; nothing is copied.</summary>
    /// <param name="testShare">The share of the samples in the test part, between 0 and 1 (neither included); the number is rounded down.</param>
    /// <param name="seed">The same seed gives the same parts on every machine. The classes are not balanced: each part gets what the shuffle gives.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not between 0 and 1, or leaves a part without a sample.</exception>
    public (Dataset Train, Dataset Test) Split(double testShare, long seed)
    {
        if (!(testShare > 0 && testShare < 1))
            throw new ArgumentOutOfRangeException(nameof(testShare), $"testShare is {testShare}; it must be greater than 0 and less than 1.");
        // In decimal, 0.29 of 100 samples are 29; in double they would be 28.
        var test = (int)((decimal)testShare * Count);
        if (test == 0 || test == Count)
            throw new ArgumentOutOfRangeException(nameof(testShare),
                $"testShare is {testShare}, which puts {test} of {Count} samples into the test part; both parts need at least one.");
        var order = new int[Count];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        // A stream of its own, so that a loader with the same seed does not shuffle alike.
        new RandomStream(seed, stream: 0x53706C6974).Shuffle(order);
        return (new Subset(this, order[test..]), new Subset(this, order[..test]));
    }

    private protected int Checked(int index) => (uint)index < (uint)Count ? index
        : throw new ArgumentOutOfRangeException(nameof(index), $"index is {index}; the dataset has {Count} samples, 0..{Count - 1}.");
}
