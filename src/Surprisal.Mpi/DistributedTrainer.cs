using System.Globalization;
using Surprisal.Training;

namespace Surprisal.Mpi;

/// <summary>
/// A training on several ranks: they make sure first that they are about to do the same, learn together, and compare their weights after
/// each epoch. Rank 0 saves.
/// </summary>
/// <remarks>
/// The bits are those of one process with as many <see cref="Trainer.Parts"/>, so a checkpoint of four ranks goes on with one, or with
/// eight. Every rank makes the same calls.
/// </remarks>
/// <example><code>
/// var bits = new float[3];
/// foreach (var ranks in new[] { 1, 2, 4 })
///     Loopback.Run(ranks, group =>
///     {
///         var random = new Seed(0);
///         var (train, validation) = Digits.Load().Split(testShare: 0.2, random);
///         var model = new Sequential(new Flatten(), new Linear(64, 10, random));
///         var trainer = new Trainer(model, new CrossEntropyLoss(), new Adam(model.Parameters())) { Parts = 4, Group = group };
///         var distributed = new DistributedTrainer(
///             trainer, new DataLoader(train, 256, shuffle: random), new DataLoader(validation, 256));
///         distributed.Fit(epochs: 1);
///         bits[ranks / 2] = model.Parameters().First().Span[7];
///     });
/// Console.WriteLine(bits[0] == bits[1] &amp;&amp; bits[1] == bits[2]);      // True
/// </code></example>
public sealed class DistributedTrainer
{
    private const int Tries = 25;

    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(200);

    private readonly DataLoader train, validation;
    private bool isIntroduced;

    /// <summary>A training of a trainer whose <see cref="Trainer.Group"/> are the ranks.</summary>
    /// <param name="trainer">The same on every rank but for the group.</param>
    /// <param name="train">Batches to learn from; each rank reads its own rows.</param>
    /// <param name="validation">Batches that decide after each epoch; each rank reads a share.</param>
    public DistributedTrainer(Trainer trainer, DataLoader train, DataLoader validation)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        (Trainer, this.train, this.validation) = (trainer, train, validation);
    }

    /// <summary>The trainer.</summary>
    public Trainer Trainer { get; }

    /// <summary>What else decides the training and must be the same on all ranks, as a text. Default: nothing.</summary>
    public string Options { get; init; } = "";

    /// <summary>What the samples come from, as a text. Default: what <see cref="Dataset.Sources"/> of both data sets say.</summary>
    public string? Data { get; init; }

    /// <summary>Where each rank is: host a, process 123; empty before <see cref="Introduce"/>.</summary>
    public IReadOnlyList<string> Hosts { get; private set; } = [];

    /// <summary>Compares what all ranks are about to do; <see cref="Epochs"/> does it, unless it has been done.</summary>
    /// <exception cref="MpiException">Ranks differ; the message says in what, and which.</exception>
    public void Introduce()
    {
        if (isIntroduced) return;
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            Hosts = new Introduction
            {
                Parts = Trainer.Parts,
                Version = typeof(Trainer).Assembly.GetName().Version?.ToString() ?? "",
                Options = $"{Trainer.Model}\n{Trainer}\n{Trainer.Schedule}\n{Trainer.AccumulateSteps} {Trainer.MaxGradientNorm} " +
                    $"{Trainer.MaxGradientValue} {Trainer.KeepGoing} {Trainer.EarlyStopping} {Trainer.Position} " +
                    $"{Trainer.SynchronizeBatchNorm}\n" +
                    $"{train}\n{validation}\n{Options}",
                Data = Data ?? string.Join('\n', train.Dataset.Sources().Concat(validation.Dataset.Sources())),
                Shapes = string.Join('\n', Trainer.Model.NamedParameters()
                    .Select(static named => $"{named.Name} {named.Parameter.Shape} {named.Parameter.RequiresGrad}")),
            }.Exchange(Trainer.Group);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
        if (Trainer.Group is Communicator communicator) communicator.Hosts = Hosts;
        isIntroduced = true;
    }

    /// <summary>Trains from the present position until so many epochs are finished: see <see cref="Trainer.Epochs"/>.</summary>
    /// <param name="epochs">Finished epochs at the end.</param>
    /// <param name="progress">Told the new position after each step.</param>
    /// <param name="cancellationToken">Of any rank: ends training on all after a step.</param>
    /// <exception cref="MpiException">Ranks differ before they begin, or in their weights after an epoch.</exception>
    public IEnumerable<EpochReport> Epochs(
        int epochs, IProgress<TrainingPosition>? progress = null, CancellationToken cancellationToken = default)
    {
        Introduce();
        WeightHash.Compare(Trainer, "from the start");
        foreach (var report in Trainer.Epochs(train, validation, epochs, progress, cancellationToken))
        {
            WeightHash.Compare(Trainer, $"since epoch {report.Epoch}");
            yield return report;
        }
    }

    /// <inheritdoc cref="Epochs"/>
    /// <summary>Trains until so many epochs are finished, and returns one report an epoch.</summary>
    public IReadOnlyList<EpochReport> Fit(
        int epochs, IProgress<TrainingPosition>? progress = null, CancellationToken cancellationToken = default) =>
        [.. Epochs(epochs, progress, cancellationToken)];

    /// <summary>Makes sure that the weights are the same on all ranks; every rank calls it. What saves does so first.</summary>
    /// <exception cref="MpiException">They differ; the message, the same on all, names the ranks.</exception>
    public void CompareWeights() => WeightHash.Compare(Trainer, $"in epoch {Trainer.Position.Epoch + 1}");

    /// <summary>Rank 0 writes a checkpoint, whole or not at all; the others wait until it is there.</summary>
    /// <param name="path">The file, in a folder that rank 0 sees.</param>
    /// <exception cref="MpiException">Ranks differ in their weights; nothing is written.</exception>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        CompareWeights();
        Trainer.Group.Report(0, "saving");
        if (Trainer.Group.Rank == 0) Checkpoint.Save(path, Trainer, train);
        Trainer.Group.Barrier();
    }

    /// <summary>Brings every rank to the saved state, whatever the number of ranks that saved it.</summary>
    /// <param name="path">The file, in a folder that all ranks see; one that is not there yet is waited for, for a few seconds.</param>
    /// <returns>See <see cref="Checkpoint.Load"/>.</returns>
    /// <exception cref="InvalidDataException">No checkpoint, or that of another training.</exception>
    public IReadOnlyList<string> Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        for (var i = 0; i < Tries && !File.Exists(path); i++) Thread.Sleep(pause);
        return Checkpoint.Load(path, Trainer, train);
    }
}
