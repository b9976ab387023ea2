using System.Diagnostics;
using System.Text;
using Surprisal.Modules;

namespace Surprisal.Training;

public sealed partial class Trainer
{
    private PartedStep? parted;
    private bool stopsNext; // what this process wants, and the others do not know yet
    private long began; // when the training did

    /// <summary>
    /// Into how many parts the rows of a batch are cut, whose gradients are added in one order: the number of processes in
    /// <see cref="Group"/> then changes no bit. Default 1: a batch is computed as a whole.
    /// </summary>
    /// <remarks>
    /// Another number gives other bits, so a checkpoint refuses it. A batch of fewer rows than parts has parts without rows, which count
    /// for nothing. Batch normalisation takes its statistics over the whole batch, whatever the parts, unless
    /// <see cref="SynchronizeBatchNorm"/> says otherwise; a loss of regions compares those of each part. The random
    /// numbers of a row follow from its place in the batch. A module of your own whose buffers move in training
    /// would move them once a part: train such a model with 1.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Parts
    {
        get;
        init => field = value >= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(Parts), $"Parts is {value}; a batch has at least one part.");
    } = 1;

    /// <summary>
    /// The processes that share the parts, each of which makes this trainer anew with the same model, data and options. Default
    /// <see cref="ProcessGroup.Alone"/>: this one alone.
    /// </summary>
    /// <remarks>
    /// Each reads and computes its own parts, and a share of the validation batches; everything that is decided or reported is the same on
    /// all of them. Who cancels stops all after the step under way; what <see cref="AfterStep"/> answers on one holds for all after the
    /// next step.
    /// </remarks>
    /// <exception cref="ArgumentNullException">None is given.</exception>
    public ProcessGroup Group
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(Group));
    } = ProcessGroup.Alone;

    /// <summary>
    /// Whether batch normalisation takes its statistics over the whole batch, whatever the <see cref="Parts"/>. Default true. False: over
    /// the rows of each part, so that nothing is exchanged for it while the model runs; that is another model, and other bits.
    /// </summary>
    /// <remarks>
    /// Each part has two rows at least then; a last batch of fewer joins the batch before it. The running statistics move once a batch,
    /// with those of all parts put together. "Ghost" batch normalisation: Hoffer, Hubara and Soudry 2017.
    /// </remarks>
    public bool SynchronizeBatchNorm { get; init; } = true;

    /// <summary>
    /// Whether the last training has ended because somebody, on any process, cancelled it or <see cref="AfterStep"/> said so.
    /// </summary>
    public bool WasStopped { get; private set; }

    /// <summary>Steps begun in this process.</summary>
    internal long StepsBegun { get; private set; }

    private bool IsInParts => Parts > 1 || Group.Size > 1;

    private bool IsAlone => Group.Size == 1;

    private void CheckGroup()
    {
        WasStopped = stopsNext = false;
        began = Stopwatch.GetTimestamp();
        if (Group.Size > Parts)
            throw new InvalidOperationException($"there are {Group.Size} processes, but a batch has {Parts} " +
                $"part{(Parts == 1 ? "" : "s")}; a process has at least one: set Parts to as many or more.");
    }

    /// <summary>Whether batch normalisation looks at each part by itself.</summary>
    internal bool NormalizesParts =>
        !SynchronizeBatchNorm && Parts > 1 && Model.NamedModules().Any(static named => named.Module is BatchNorm);

    /// <summary>The loader, whose batches have enough rows for each part to be normalised by itself.</summary>
    /// <exception cref="InvalidOperationException">They have not.</exception>
    private DataLoader JoinFewRows(DataLoader train)
    {
        if (!NormalizesParts) return train;
        var least = 2 * Parts;
        var last = train.SampleCount - (train.BatchCount - 1) * train.BatchSize;
        if (train.BatchCount > 1 && last < least) train = train.JoinLast();
        return Math.Min(train.BatchSize, train.SampleCount) >= least ? train : throw new InvalidOperationException(
            $"a batch of {Math.Min(train.BatchSize, train.SampleCount)} rows has {Parts} parts, but batch normalisation of each part by " +
            $"itself needs two rows in each: larger batches, fewer parts, or SynchronizeBatchNorm.");
    }

    /// <summary>Whether somebody has cancelled; of several processes, whether all know.</summary>
    private bool IsCancelled(CancellationToken cancellationToken)
    {
        if (IsAlone) WasStopped |= cancellationToken.IsCancellationRequested;
        return WasStopped;
    }

    /// <summary>What a wish to stop does: at once alone, else after the next step, when all know.</summary>
    private bool Stops()
    {
        stopsNext = true;
        WasStopped |= IsAlone;
        return IsAlone;
    }

    /// <summary>As <see cref="Learn"/>, part by part; all processes decide the same.</summary>
    private void LearnInParts(
        PartedStep parted, List<PartedBatch> batches, bool areOwned, BufferSnapshot buffers, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var (waited, sent) = (parted.Exchange.Waiting.Elapsed, parted.Exchange.Sent);
        buffers.Take();
        using var step = Step(batches.SelectMany(static batch => batch.Batches), areOwned);
        Optimizer.ZeroGrad();
        StepsBegun++;
        try
        {
            var counts = parted.Run(batches);
            var next = Position;
            foreach (var batch in counts) next = Advanced(next, batch);
            var waiting = parted.Exchange.Waiting.Elapsed - waited;
            Agree(parted.Exchange, clock.Elapsed - waiting, waiting, parted.Exchange.Sent - sent, cancellationToken);
            var hasGradient = parted.Divisor != 0;
            if (counts.Any(static batch => !double.IsFinite(batch.Sum)) || Optimizer.Parameters.Any(FirstNonFinite.HasGradient))
            {
                buffers.Restore();
                if (!KeepGoing) throw Explain(parted.Exchange, batches, counts);
                Skip(batches.Count, buffers);
                return;
            }
            Conclude(hasGradient, next, batches.Count, buffers);
        }
        catch
        {
            Undo(buffers);
            throw;
        }
    }

    /// <summary>Tells all how this step went here and whether somebody wants to stop: 64 bytes a process, before the optimizer.</summary>
    private void Agree(PartExchange exchange, TimeSpan computing, TimeSpan waiting, long sent, CancellationToken cancellationToken)
    {
        if (IsAlone) return;
        Group.Report(StepsBegun, "the others' decision");
        var record = new StepRecord(StepsBegun, stopsNext || cancellationToken.IsCancellationRequested, computing, waiting, sent,
            Stopwatch.GetElapsedTime(began));
        var all = StepRecord.Read(exchange.GatherBytes(record.ToBytes()), Group.Size);
        WasStopped = all.Any(static each => each.WantsStop);
        Group.Report(all);
    }

    private NonFiniteException Explain(PartExchange exchange, List<PartedBatch> batches, IReadOnlyList<PartCounts> counts)
    {
        var epoch = Position.Epoch + 1;
        var at = counts.ToList().FindIndex(static batch => batch.FirstNonFinite >= 0);
        if (at < 0)
        {
            var names = Model.NamedParameters().ToDictionary(static named => named.Parameter, static named => named.Name);
            var first = Optimizer.Parameters.Last(FirstNonFinite.HasGradient);
            var name = names.GetValueOrDefault(first) ?? $"parameters[{Optimizer.Parameters.ToList().IndexOf(first)}]";
            var loss = counts[0].Sum / counts[0].Divisor;
            return new($"epoch {epoch}, batch {Position.Batch + 1}: the loss is {loss}, but the gradient of {name} is not finite, as " +
                "the first in the order of Backward. The batch was undone.")
            { Epoch = epoch, Batch = Position.Batch + 1, Loss = loss, Samples = [], Gradient = name };
        }
        var (number, part) = (Position.Batch + 1 + at, FirstToBlame(exchange, batches[at], counts[at]));
        var losses = new LossAccumulator();
        losses.Add(counts[at].Sum, counts[at].Divisor);
        var own = PartedStep.Of(batches[at], part, exchange) is { } batch
            ? FirstNonFinite.Explain(this, batch, number, null, losses) : null;
        if (IsAlone) return own!;
        var texts = exchange.GatherLists(Encoding.UTF8.GetBytes(own?.Message ?? ""));
        var owner = Array.FindIndex(texts, static text => text.Length > 0);
        return own ?? new($"{Encoding.UTF8.GetString(texts[owner])} It was in part {part}, of {Group.Describe(owner)}.")
        { Epoch = epoch, Batch = number, Loss = losses.Value, Samples = [] };
    }

    /// <summary>
    /// A part whose inputs are not finite, for they reach the others in a batch normalisation; else one whose loss is not.
    /// </summary>
    private static int FirstToBlame(PartExchange exchange, PartedBatch batch, PartCounts counts)
    {
        var own = Array.FindIndex(batch.Own, static part => part is not null && FirstNonFinite.HasInput(part));
        var all = exchange.GatherBytes(BitConverter.GetBytes(own < 0 ? int.MaxValue : exchange.Own.First + own));
        var first = Enumerable.Range(0, all.Length / sizeof(int)).Min(rank => BitConverter.ToInt32(all, rank * sizeof(int)));
        return first < exchange.Parts ? first : counts.FirstNonFinite;
    }

    private static TrainingPosition Advanced(TrainingPosition position, PartCounts counted) => position with
    {
        Batch = position.Batch + 1,
        Samples = position.Samples + counted.Samples,
        Correct = position.Correct + counted.Correct,
        LossSum = position.LossSum + counted.Sum,
        LossDivisor = position.LossDivisor + counted.Divisor,
    };
}
