using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>
/// Draws batches from a dataset, in an order that follows from the seed and the epoch; the next batch is made on a second thread.
/// </summary>
public sealed class DataLoader
{
    private readonly long seed;
    private readonly bool shuffle;

    /// <summary>A loader for the given dataset.</summary>
    /// <param name="dataset">Where samples come from; at least one.</param>
    /// <param name="batchSize">Samples a batch; at least 1. More than there are make one batch of all.</param>
    /// <param name="seed">The same seed gives the same order in the same epoch.</param>
    /// <param name="shuffle">Whether to draw in random order, another one each epoch. Default true.</param>
    /// <param name="dropLast">Whether to leave out a last batch that is not full. Default false.</param>
    /// <exception cref="ArgumentException">The dataset is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is not positive, or leaves no batch where the last is
    /// dropped.</exception>
    public DataLoader(Dataset dataset, int batchSize, long seed, bool shuffle = true, bool dropLast = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        if (dataset.Count == 0) throw new ArgumentException("dataset has no samples; an epoch needs at least one batch.", nameof(dataset));
        if (dropLast && dataset.Count < batchSize)
            throw new ArgumentOutOfRangeException(nameof(batchSize),
                $"batchSize is {batchSize}, but there are {dataset.Count} samples and dropLast leaves out a batch that is not full; " +
                "an epoch needs at least one batch.");
        (Dataset, BatchSize, this.seed, this.shuffle) = (dataset, batchSize, seed, shuffle);
        Batches = dropLast ? dataset.Count / batchSize : Partition.Pieces(dataset.Count, batchSize);
        Samples = dropLast ? Batches * batchSize : dataset.Count;
    }

    /// <summary>The order of samples, in words, for comparing.</summary>
    internal string Order =>
        FormattableString.Invariant($"{(shuffle ? $"shuffled with seed {seed}" : "as they are")}, {Samples} samples an epoch");

    /// <summary>
    /// What the samples come from, as one hash: made once, as every checkpoint asks for it and it may read the whole data set.
    /// </summary>
    internal string Fingerprint => field ??= DataFingerprint.Compute(Dataset);

    /// <summary>Where samples come from.</summary>
    public Dataset Dataset { get; }

    /// <summary>Samples a batch; the last one may have fewer.</summary>
    public int BatchSize { get; }

    /// <summary>Batches an epoch; at least one.</summary>
    public int Batches { get; private init; }

    /// <summary>Samples an epoch.</summary>
    public int Samples { get; }

    /// <summary>The batches of one epoch, from number <paramref name="first"/> on.</summary>
    /// <param name="epoch">Decides the order, with the seed.</param>
    /// <param name="first">How many batches to pass over: 0, the default, to <see cref="Batches"/>, which leaves none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The first batch is none of the epoch's.</exception>
    public IEnumerable<Batch> Epoch(int epoch, int first = 0)
    {
        if (first < 0 || first > Batches)
            throw new ArgumentOutOfRangeException(nameof(first),
                $"first is {first}, but an epoch has {Batches} batches of {BatchSize}, 0..{Batches - 1}.");
        return ReadFrom(first, epoch);
    }

    /// <summary>A loader of the same batches whose last one is joined to the one before it.</summary>
    internal DataLoader JoinLast() => new(Dataset, BatchSize, seed, shuffle) { Batches = Batches - 1 };

    private IEnumerable<Batch> ReadFrom(int first, int epoch)
    {
        var order = Enumerable.Range(0, Dataset.Count).ToArray();
        if (shuffle) new RandomStream(seed, stream: epoch).Shuffle(order);
        var next = first < Batches ? Task.Run(() => Read(order, first)) : null;
        for (var i = first; i < Batches; i++)
        {
            var batch = next!.GetAwaiter().GetResult();
            var following = i + 1;
            if (following < Batches) next = Task.Run(() => Read(order, following));
            yield return batch;
        }
    }

    private Batch Read(int[] order, int batch)
    {
        var rows = order[(batch * BatchSize)..(batch == Batches - 1 ? Samples : (batch + 1) * BatchSize)];
        var inputs = Tensor.Zeros<float>([rows.Length, .. Dataset.SampleShape]);
        var targets = Tensor.Zeros<long>([rows.Length]);
        var size = inputs.Length / rows.Length;
        for (var i = 0; i < rows.Length; i++)
        {
            Dataset.Read(rows[i], inputs.Span.Slice(i * size, size));
            targets.Span[i] = Dataset.Target(rows[i]);
        }
        return new Batch(inputs, targets) { Samples = rows };
    }
}
