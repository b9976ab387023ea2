using System.Collections;
using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>Batches of a dataset, epoch by epoch; the next batch is made on a second thread.</summary>
/// <remarks>
/// <c>foreach (var (inputs, targets) in loader)</c> goes through one epoch, and through the next one the next time, each in an order of its
/// own. <see cref="Epoch"/> gives the batches of any epoch, the same however often it is asked.
/// </remarks>
/// <example><code>
/// var inputs = Tensor.Create&lt;float>([[0, 0], [0, 1], [1, 0], [1, 1]]);
/// var data = new TensorDataset(inputs, Tensor.Create&lt;long>([0, 0, 1, 1]), ["left", "right"]);
/// var loader = new DataLoader(data, batchSize: 3, shuffle: new Seed(0));
/// Console.WriteLine(loader);          // DataLoader(4 samples in 2 batches of 3, shuffled with seed 0, draw 1)
/// foreach (var (rows, targets) in loader) Console.WriteLine($"{rows.Shape} {targets.Shape}");
/// // [3, 2] [3]
/// // [1, 2] [1]
/// </code></example>
public sealed class DataLoader : IEnumerable<Batch>
{
    private int passes;

    /// <summary>A loader for the given dataset.</summary>
    /// <param name="dataset">Where samples come from; at least one.</param>
    /// <param name="batchSize">Samples a batch; at least 1. More than there are make one batch of all.</param>
    /// <param name="shuffle">Draws the samples in random order, another one each epoch: see <see cref="RandomSampler"/>. Default null: as
    /// they are.</param>
    /// <param name="dropLast">Whether to leave out a last batch that is not full. Default false.</param>
    /// <exception cref="ArgumentException">The dataset is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is not positive, or leaves no batch where the last is
    /// dropped.</exception>
    public DataLoader(Dataset dataset, int batchSize, Seed? shuffle = null, bool dropLast = false)
        : this(dataset, batchSize, All(dataset, shuffle), dropLast) { }

    /// <summary>A loader that reads the samples in an order of your own.</summary>
    /// <param name="dataset">Where samples come from; at least one.</param>
    /// <param name="batchSize">Samples a batch; at least 1.</param>
    /// <param name="sampler">The order in each epoch; at least one sample.</param>
    /// <param name="dropLast">Whether to leave out a last batch that is not full. Default false.</param>
    /// <inheritdoc cref="DataLoader(Dataset, int, Seed, bool)" path="/exception"/>
    public DataLoader(Dataset dataset, int batchSize, Sampler sampler, bool dropLast = false)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        if (dataset.Count == 0) throw new ArgumentException("dataset has no samples; an epoch needs at least one batch.", nameof(dataset));
        if (sampler.Count == 0) throw new ArgumentException("sampler has no samples; an epoch needs at least one batch.", nameof(sampler));
        if (dropLast && sampler.Count < batchSize)
            throw new ArgumentOutOfRangeException(nameof(batchSize),
                $"batchSize is {batchSize}, but there are {sampler.Count} samples and dropLast leaves out a batch that is not full; " +
                "an epoch needs at least one batch.");
        (Dataset, BatchSize, Sampler) = (dataset, batchSize, sampler);
        BatchCount = dropLast ? sampler.Count / batchSize : Partition.Pieces(sampler.Count, batchSize);
        SampleCount = dropLast ? BatchCount * batchSize : sampler.Count;
    }

    /// <summary>Where samples come from.</summary>
    public Dataset Dataset { get; }

    /// <summary>Samples a batch; the last one may have fewer.</summary>
    public int BatchSize { get; }

    /// <summary>The order of the samples in each epoch.</summary>
    public Sampler Sampler { get; }

    /// <summary>Batches an epoch; at least one.</summary>
    public int BatchCount { get; private init; }

    /// <summary>Samples an epoch.</summary>
    public int SampleCount { get; private init; }

    /// <summary>
    /// Makes a batch of the samples with the given indices, on another thread: as many rows of inputs as targets. Default:
    /// <see cref="Batch.Collate"/>.
    /// </summary>
    /// <exception cref="ArgumentNullException">None is given.</exception>
    public Func<Dataset, IReadOnlyList<int>, Batch> Collate
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(Collate));
    } = Batch.Collate;

    /// <summary>Changes samples as they are read, another way each epoch; for the part to train on alone. Default null: as they
    /// are.</summary>
    /// <exception cref="ArgumentException">It changes images, but the samples are none.</exception>
    public Augmentation? Augmentation
    {
        get;
        init
        {
            value?.Require(Dataset);
            field = value;
        }
    }

    /// <summary>The batches of one epoch, from number <paramref name="first"/> on.</summary>
    /// <param name="epoch">Decides the order, with the sampler; 0 for the first.</param>
    /// <param name="first">How many batches to pass over: 0, the default, to <see cref="BatchCount"/>, which leaves none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The first batch is none of the epoch's.</exception>
    /// <exception cref="InvalidOperationException">While reading: the sampler gave another number of samples than it promised, or one that
    /// the dataset does not have, or collating another number of inputs than of targets.</exception>
    public IEnumerable<Batch> Epoch(int epoch, int first = 0)
    {
        if (first < 0 || first > BatchCount)
            throw new ArgumentOutOfRangeException(nameof(first),
                $"first is {first}, but an epoch has {BatchCount} batches of {BatchSize}, 0..{BatchCount - 1}.");
        if (Augmentation is not null && Collate != Batch.Collate)
            throw new InvalidOperationException("Augmentation is set, but Collate makes batches of its own from samples as they are; " +
                "leave one of them as it is.");
        return ReadFrom(first, BatchCount, epoch);
    }

    /// <summary>The batches of the next epoch: the first time those of epoch 0.</summary>
    public IEnumerator<Batch> GetEnumerator() => Epoch(Interlocked.Increment(ref passes) - 1).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>What is loaded: DataLoader(1437 samples in 45 batches of 32, shuffled with seed 0, draw 2).</summary>
    public override string ToString() => $"DataLoader({SampleCount} samples in {BatchCount} batches of {BatchSize}, {Sampler})";

    /// <summary>The order of samples, in words, for comparing.</summary>
    internal string Order => $"{Sampler}, {SampleCount} samples an epoch{(Augmentation is null ? "" : $", {Augmentation}")}";

    /// <summary>
    /// What the samples come from, as one hash: made once, as every checkpoint asks for it and it may read the whole data set.
    /// </summary>
    internal string Fingerprint => field ??= DataFingerprint.Compute(Dataset);

    /// <summary>Whether nobody but a batch's reader holds it, so that its memory may be used again after its step.</summary>
    internal bool OwnsBatches => Collate == Batch.Collate;

    /// <summary>A loader of the same batches whose last one is joined to the one before it.</summary>
    internal DataLoader JoinLast() =>
        new(Dataset, BatchSize, Sampler) { BatchCount = BatchCount - 1, Collate = Collate, Augmentation = Augmentation };

    private static Sampler All(Dataset dataset, Seed? shuffle)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return shuffle is null ? new SequentialSampler(dataset.Count) : new RandomSampler(dataset.Count, shuffle);
    }

    /// <summary>The batches of one epoch, of each the own parts alone.</summary>
    internal IEnumerable<PartedBatch> PartedEpoch(int epoch, int first, PartExchange exchange)
    {
        _ = Epoch(epoch, first); // which checks
        var (own, parts) = (exchange.Own, exchange.Parts);
        return ReadFrom(first, BatchCount, epoch, (order, batch) =>
        {
            var (start, last) = Samples(batch);
            var read = new Batch?[own.End - own.First];
            for (var i = 0; i < read.Length; i++)
            {
                var rows = PartTree.Rows(own.First + i, parts, last - start);
                if (rows.First == rows.End) continue;
                read[i] = Read(order, start + rows.First, rows.End - rows.First, batch, epoch);
                if (read[i]!.Targets.Shape[0] != rows.End - rows.First)
                    throw new InvalidOperationException($"Collate made {read[i]!.Targets.Shape[0]} rows of {rows.End - rows.First} " +
                        $"samples of batch {batch}; where a batch has parts, a sample is a row.");
            }
            var nothing = Array.TrueForAll(read, static part => part is null) ? Read(order, start, 0, batch, epoch) : null;
            return new PartedBatch(last - start, read, nothing);
        });
    }

    /// <summary>The batches [first, end) of one epoch.</summary>
    internal IEnumerable<Batch> Some(int epoch, int first, int end)
    {
        _ = Epoch(epoch, first); // which checks
        return ReadFrom(first, end, epoch);
    }

    private IEnumerable<Batch> ReadFrom(int first, int end, int epoch) => ReadFrom(first, end, epoch, (order, batch) =>
    {
        var (start, end) = Samples(batch);
        return Read(order, start, end - start, batch, epoch);
    });

    private IEnumerable<T> ReadFrom<T>(int first, int end, int epoch, Func<IReadOnlyList<int>, int, T> read)
    {
        var order = Sampler.Order(epoch);
        if (order.Count != Sampler.Count)
            throw new InvalidOperationException(
                $"the sampler promises {Sampler.Count} samples an epoch, but gave {order.Count} for epoch {epoch}.");
        for (var i = 0; i < order.Count; i++)
            if ((uint)order[i] >= (uint)Dataset.Count)
                throw new InvalidOperationException(
                    $"the sampler gave sample {order[i]} at position {i} of epoch {epoch}, but the dataset has {Dataset.Count} samples.");
        var next = first < end ? Task.Run(() => read(order, first)) : null;
        for (var i = first; i < end; i++)
        {
            var batch = next!.GetAwaiter().GetResult();
            var following = i + 1;
            if (following < end) next = Task.Run(() => read(order, following));
            yield return batch;
        }
    }

    private (int Start, int End) Samples(int batch) =>
        (batch * BatchSize, batch == BatchCount - 1 ? SampleCount : (batch + 1) * BatchSize);

    private Batch Read(IReadOnlyList<int> order, int start, int count, int batch, int epoch)
    {
        if (Augmentation is not null) return AugmentedBatch.Make(Dataset, Augmentation, order, start, count, epoch);
        var made = Collate(Dataset, [.. order.Skip(start).Take(count)])
            ?? throw new InvalidOperationException($"Collate made no batch of the {count} samples of batch {batch}.");
        var rows = made.Targets.Rank > 0 ? made.Targets.Shape[0] : -1;
        if (rows < 0 || made.Inputs.Rank == 0 || made.Inputs.Shape[0] != rows)
            throw new InvalidOperationException($"Collate made inputs of shape {made.Inputs.Shape} and targets of shape " +
                $"{made.Targets.Shape} of the {count} samples of batch {batch}; [N, ..] and [N] are needed.");
        return made.Samples.Count == 0 || made.Samples.Count == rows ? made
            : throw new InvalidOperationException($"Collate made {rows} rows of batch {batch}, but names {made.Samples.Count} samples; " +
                "Samples has one index a row, or none where nobody knows it.");
    }
}
