using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Surprisal.Training;

/// <summary>Labelled samples of one shape: what a data loader draws its batches from; derive from it for data of your own.</summary>
/// <remarks>
/// A derived data set has a number of samples, their shape, the names of the classes, and for each sample its numbers and its class, the
/// same whenever they are asked for. Splitting, subsets, loaders and checkpoints work with it as with any other.
/// </remarks>
/// <example><code>
/// var data = new Circles(1000);
/// var loader = new DataLoader(data, batchSize: 32, shuffle: new Seed(0));
/// Console.WriteLine(loader.BatchCount);       // 32
///
/// public sealed class Circles(int count) : Dataset
/// {
///     public override int Count => count;
///
///     public override TensorShape SampleShape => [2];
///
///     public override IReadOnlyList&lt;string> ClassNames => ["inside", "outside"];
///
///     public override long Target(int index) => index % 2;
///
///     public override void Read(int index, Span&lt;float> sample)
///     {
///         var (sine, cosine) = MathF.SinCos(index);
///         (sample[0], sample[1]) = (cosine * (1 + index % 2), sine * (1 + index % 2));
///     }
/// }
/// </code></example>
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

    /// <summary>The class of sample <paramref name="index"/>, as an index into <see cref="ClassNames"/>.</summary>
    /// <param name="index">0 .. <see cref="Count"/> - 1.</param>
    public abstract long Target(int index);

    /// <summary>The shape of one sample's target: <c>[]</c>, one class, by default; [height, width] where each pixel has one.</summary>
    public virtual TensorShape TargetShape => [];

    /// <summary>Writes the classes of sample <paramref name="index"/>, by default its only one. Called from several threads at
    /// once.</summary>
    /// <param name="index">0 .. <see cref="Count"/> - 1.</param>
    /// <param name="target">Receives the classes; as long as <see cref="TargetShape"/> has elements.</param>
    public virtual void ReadTarget(int index, Span<long> target) => target[0] = Target(index);

    /// <summary>Writes the numbers of sample <paramref name="index"/> in row-major order. Called from several threads at once.</summary>
    /// <param name="index">0 .. <see cref="Count"/> - 1.</param>
    /// <param name="sample">Receives the numbers; as long as <see cref="SampleShape"/> has elements.</param>
    public abstract void Read(int index, Span<float> sample);

    /// <summary>One line: ImageDataset(1797 samples of [1, 8, 8] in 10 classes).</summary>
    public override string ToString() => $"{GetType().Name}({Count} samples of {SampleShape} in {ClassNames.Count} classes)";

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
    public DatasetSplit Split(double testShare, Seed seed) => Split(testShare, 0, seed);

    /// <summary>The same in three parts: <see cref="DatasetSplit.Validation"/> gets the contents that come next in the order of the
    /// hashes.</summary>
    /// <remarks>
    /// The part to test on is the same with and without one to validate with. That gets share * n contents of a class of n (rounded half
    /// up, at least 1), but leaves one to train on: a class needs three different samples to be in all parts; the notes name those that
    /// have not.
    /// </remarks>
    /// <param name="testShare">The share of each class in the test part, between 0 and 1 (neither included).</param>
    /// <param name="validationShare">The share of each class in the validation part, 0 for none; with <paramref name="testShare"/> less
    /// than 1.</param>
    /// <param name="seed">Decides the parts, with its next number: the same on every machine.</param>
    /// <exception cref="ArgumentOutOfRangeException">A share is out of range, or no class has two different samples.</exception>
    /// <example><c>var (train, validation, test) = data.Split(testShare: 0.2, validationShare: 0.1, new Seed(0));</c></example>
    public DatasetSplit Split(double testShare, double validationShare, Seed seed)
    {
        ContentSplit.CheckShares(testShare, validationShare);
        var split = ContentSplit.Split(this, testShare, validationShare, Seed.Draw(seed));
        return split.Test.Count > 0 ? split
            : throw new ArgumentOutOfRangeException(nameof(testShare),
                $"testShare is {testShare}, but none of the classes of the {Count} samples has two different ones; " +
                "a class needs one to train on and one to test on.");
    }

    /// <summary>Cuts the samples into folds for cross-validation, class by class and by content; each is validated with once, and the
    /// others are trained on.</summary>
    /// <remarks>
    /// Every sample is in one fold. Of the different contents of a class, and of all, the folds have the same number, or differ by one.
    /// Samples of equal content are in the same fold. Which one follows from seed and content, not from the order of the samples.
    /// </remarks>
    /// <param name="count">How many folds: at least 2, and no more than there are different contents.</param>
    /// <param name="seed">Decides the folds, with its next number: the same on every machine.</param>
    /// <returns>For each fold the samples of all others, and its own.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than two folds, or more than there are different contents.</exception>
    /// <example><c>foreach (var (train, validation) in data.Folds(5, new Seed(0))) Console.WriteLine(validation.Count);</c></example>
    public IReadOnlyList<(Dataset Train, Dataset Validation)> Folds(int count, Seed seed)
    {
        var key = Seed.Draw(seed);
        var folds = count < 2 || count > Count ? [] : ContentFolds.Cut(this, count, key);
        if (folds.Length == 0 || folds[^1].Count == 0)
            throw new ArgumentOutOfRangeException(nameof(count),
                $"count is {count}; 2 folds or more are needed, each with a sample of its own, but there are {Count} samples" +
                $"{(folds.Length == 0 ? "" : ", some of them copies")}.");
        return [.. folds.Select((own, i) => (
            (Dataset)new Subset(this, [.. folds.Where((_, k) => k != i).SelectMany(static other => other).Order()]),
            (Dataset)new Subset(this, [.. own])))];
    }

    /// <summary>Some of the samples, in the order given; nothing is copied. A sample may come several times.</summary>
    /// <param name="indices">Their places in this data set.</param>
    /// <exception cref="ArgumentNullException">No indices are given.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is none of a sample; the message gives its position.</exception>
    /// <example><c>var even = data.Subset([.. Enumerable.Range(0, data.Count).Where(index => index % 2 == 0)]);</c></example>
    public Dataset Subset(IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        int[] chosen = [.. indices];
        for (var i = 0; i < chosen.Length; i++)
            if ((uint)chosen[i] >= (uint)Count)
                throw new ArgumentOutOfRangeException(nameof(indices),
                    $"indices[{i}] is {chosen[i]}; the dataset has {Count} samples, 0..{Count - 1}.");
        return new Subset(this, chosen);
    }

    /// <summary>How often each class occurs: what <see cref="ClassWeights"/> are made of, from the part to train on.</summary>
    /// <param name="ignoreIndex">The target that is not counted. Default -100.</param>
    /// <returns>One count a class; of pixels where each has a class.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class.</exception>
    /// <example><c>var loss = new CrossEntropyLoss { Weight = ClassWeights.Balanced(train.CountTargets()) };</c></example>
    public long[] CountTargets(long ignoreIndex = -100)
    {
        if (TargetShape.Rank == 0)
        {
            var targets = new long[Count];
            for (var i = 0; i < targets.Length; i++) targets[i] = Target(i);
            return ClassWeights.CountTargets<long>(targets, ClassNames.Count, ignoreIndex);
        }
        var (counts, target) = (new long[ClassNames.Count], new long[TargetShape.ElementCount]);
        for (var i = 0; i < Count; i++)
        {
            ReadTarget(i, target);
            var found = ClassWeights.CountTargets<long>(target, counts.Length, ignoreIndex);
            for (var c = 0; c < counts.Length; c++) counts[c] += found[c];
        }
        return counts;
    }

    /// <summary>Whether a sample takes so long to read that a batch is read by several threads.</summary>
    internal virtual bool IsSlow => false;

    /// <summary>The numbers before <see cref="Finish"/>, of which images are changed: 0 is black and 1 white.</summary>
    internal virtual void ReadRaw(int index, Span<float> sample) => Read(index, sample);

    /// <summary>Makes of raw numbers what <see cref="Read"/> gives.</summary>
    internal virtual void Finish(Span<float> sample)
    {
    }

    /// <summary>The raw number of a channel that is the mean of the samples; null where nobody computed it.</summary>
    internal virtual double? Centre(int channel) => null;

    /// <summary>The raw number that <see cref="Finish"/> makes this one of.</summary>
    internal virtual double Raw(int channel, double number) => number;

    /// <summary>What sample <paramref name="index"/> comes from, such as its file; null, the default, where samples have no source of their
    /// own.</summary>
    /// <param name="index">0 .. <see cref="Count"/> - 1.</param>
    public virtual DataSource? Source(int index) => null;

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
