using Surprisal.Modules;

namespace Surprisal.Training;

/// <summary>
/// Forward and backward pass of the parts of a step: the gradients of the whole step, and what was counted of each batch.
/// </summary>
internal sealed class PartedStep
{
    private const int Numbers = 4; // of a part of a batch: sum, divisor, samples, correct

    private readonly Trainer trainer;
    private readonly BufferSnapshot buffers;
    private readonly GradientSum sum;
    private readonly PartTurns turns;
    private readonly StatisticsOfParts statistics;
    private IReadOnlyList<PartedBatch> window = [];
    private double[] counted = [];
    private double? divisor;
    private bool isFresh;

    /// <summary>Whether statistics are those of the whole batch.</summary>
    private bool isSynchronized;

    /// <summary>Whether the own parts go on side by side: each has its activations in memory, and all gradients.</summary>
    private bool takesTurns;

    public PartedStep(Trainer trainer, BufferSnapshot buffers)
    {
        (this.trainer, this.buffers) = (trainer, buffers);
        Exchange = new(trainer.Group, trainer.Parts);
        sum = new(trainer.Optimizer.Parameters, trainer.Group, Exchange);
        turns = new(Exchange, buffers, trainer.Group.Size == 1 ? null : sum.Progress);
        statistics = new(Exchange);
    }

    public PartExchange Exchange { get; }

    /// <summary>What the mean over the last step divided by.</summary>
    public double Divisor => divisor ?? 0;

    private int First => Exchange.Own.First;

    /// <summary>
    /// Leaves the gradients in the parameters, unless nothing counts; returns what was counted of each batch, and of its parts.
    /// </summary>
    public IReadOnlyList<PartCounts> Run(IReadOnlyList<PartedBatch> batches)
    {
        (window, divisor, isFresh) = (batches, null, true);
        var normalizesParts = trainer.NormalizesParts;
        isSynchronized = !normalizesParts
            && trainer.Model.NamedModules().Any(static named => named.Module is BatchNorm { IsTraining: true });
        takesTurns = Exchange.Ranks > 1 ? isSynchronized || batches.Count == 1 : isSynchronized && Exchange.Parts > 1;
        counted = new double[(Exchange.Own.End - First) * Numbers * batches.Count];
        var hasRows = new bool[Exchange.Parts];
        for (var part = 0; part < hasRows.Length; part++) hasRows[part] = batches.Any(batch => HasRows(batch, part));
        sum.Begin(hasRows);
        statistics.Begin(batches.Count, normalizesParts);
        trainer.Group.Report(trainer.StepsBegun, "forward and backward");
        try
        {
            PartMeeting.Current = isSynchronized ? turns : null;
            if (takesTurns) TakeTurns(hasRows);
            else OneByOne(hasRows);
        }
        finally
        {
            PartMeeting.Current = null;
            PartGradients.Current = null;
            PartMoments.Current = null;
            StepRows.Enter(0, 0);
        }
        trainer.Group.Report(trainer.StepsBegun, "gradients");
        sum.End();
        statistics.Move();
        var all = Exchange.Gather(counted, Numbers * batches.Count);
        return [.. Enumerable.Range(0, batches.Count).Select(i => new PartCounts(
            [.. Enumerable.Range(0, Exchange.Parts).Select(part => HasRows(batches[i], part)
                ? all.AsSpan((part * batches.Count + i) * Numbers, Numbers).ToArray() : null)]))];
    }

    /// <summary>The own part of a batch.</summary>
    public static Batch? Of(PartedBatch batch, int part, PartExchange exchange) =>
        part >= exchange.Own.First && part < exchange.Own.End ? batch.Own[part - exchange.Own.First] : null;

    private bool HasRows(PartedBatch batch, int part)
    {
        var (first, end) = PartTree.Rows(part, Exchange.Parts, batch.Rows);
        return end > first;
    }

    /// <summary>One part after the other, of each all batches: few sets of gradients at a time.</summary>
    private void OneByOne(bool[] hasRows)
    {
        var isIdle = !hasRows.AsSpan(First..Exchange.Own.End).Contains(true);
        for (var part = First; part < Exchange.Own.End; part++)
        {
            var left = window.Count(batch => Of(batch, part, Exchange) is not null);
            var gradients = new PartGradients((leaf, gradient) => Told(leaf, gradient, left == 0));
            sum.BeginPart(part, hasRows[part]);
            for (var i = 0; i < window.Count; i++)
            {
                if (Of(window[i], part, Exchange) is { } batch)
                {
                    left--;
                    turns.Run([(part, () => Work(part, i, batch, gradients))]);
                }
                else if (PartMeeting.Current is not null || (isIdle && i == 0 && part == First))
                {
                    turns.Run([(-1, () => Work(-1, i, window[i].Nothing!, new PartGradients()))]);
                }
            }
            sum.EndPart(part);
            gradients.Clear();
        }
    }

    private void Told(Tensor leaf, Tensor gradient, bool isLast)
    {
        if (isLast) sum.Add(leaf, gradient);
        else sum.Progress();
    }

    /// <summary>
    /// All parts at once, which meet, or have their gradients on the way to others while Backward computes those of the layers before.
    /// </summary>
    private void TakeTurns(bool[] hasRows)
    {
        var parameters = trainer.Optimizer.Parameters;
        var taken = parameters.Count; // those from here on are added up
        var come = Enumerable.Range(First, Exchange.Own.End - First).Select(_ => new PartArrivals(sum, parameters.Count)).ToList();
        var isLast = false;
        var gradients = come.Select(arrivals => new PartGradients((leaf, _) =>
        {
            if (isLast && arrivals.Add(leaf) && sum.CanSend(arrivals.First)) turns.Pause();
        })).ToList();
        for (var i = 0; i < window.Count; i++)
        {
            isLast = i == window.Count - 1;
            var parts = new List<(int, Action)>();
            for (var part = First; part < Exchange.Own.End; part++)
            {
                var (at, number, slot) = (i, part, part - First);
                if (Of(window[i], part, Exchange) is { } batch)
                    parts.Add((part, () =>
                    {
                        Work(number, at, batch, gradients[slot]);
                        if (isLast) come[slot].End();
                    }));
                else if (isLast) come[slot].End();
            }
            if (parts.Count == 0) parts.Add((-1, () => Work(-1, i, window[i].Nothing!, new PartGradients())));
            if (!isFresh) buffers.RestoreCounts();
            turns.Run(parts, Take);
            isFresh = false;
        }
        Take();
        foreach (var own in gradients) own.Clear();

        void Take()
        {
            var first = come.Max(static arrivals => arrivals.First);
            for (; taken > first; taken--)
            {
                var leaf = parameters[taken - 1];
                sum.Take(taken - 1, [.. gradients.Select(own => own.Of(leaf) as Tensor<float>)]);
                foreach (var own in gradients) own.Forget(leaf);
            }
            sum.Send(taken);
        }
    }

    /// <summary>A part of a batch; -1 for one without rows, which goes through the model to meet the others.</summary>
    private void Work(int part, int number, Batch batch, PartGradients gradients)
    {
        using var step = Tensor.Step();
        PartMeeting.Current = isSynchronized ? turns : null;
        if (!takesTurns)
        {
            if (!isFresh) buffers.RestoreCounts();
            isFresh = false;
        }
        var before = window.Take(number).Sum(static each => (long)each.Rows);
        if (part >= 0) before += PartTree.Rows(part, Exchange.Parts, window[number].Rows).First;
        StepRows.Enter(before, batch.Inputs.Shape[0]);
        PartMoments.Current = statistics.Of(part, number);
        var outputs = trainer.Objective.Run(trainer.Model, batch.Inputs);
        var whole = divisor ??= Whole(outputs);
        var counts = new LossAccumulator();
        Tensor<float>? value = null;
        if (part >= 0)
        {
            value = trainer.Objective.Forward(outputs, batch, counts, whole == 0 ? null : whole);
            var (samples, correct) = trainer.Objective.Count(outputs, batch);
            double[] numbers = [counts.Sum, counts.Divisor, samples, correct];
            numbers.CopyTo(counted, ((part - First) * window.Count + number) * Numbers);
        }
        if (whole == 0) return;
        PartGradients.Current = gradients;
        try
        {
            (value ?? outputs.Sum()).Backward();
        }
        finally
        {
            PartGradients.Current = null;
        }
    }

    /// <summary>What the mean over the step divides by: of all batches in order the sum over the parts.</summary>
    private double Whole(Tensor<float> outputs)
    {
        var all = turns.Meet(window.Count, (own, isFirst) =>
        {
            for (var i = 0; i < own.Length && isFirst; i++)
                if (window[i % window.Count].Own[i / window.Count] is { } batch) own[i] = trainer.Objective.Divisor(batch, outputs);
        });
        return Enumerable.Range(0, window.Count).Sum(i => PartTree.Fold<double[]>(
            [.. Enumerable.Range(0, Exchange.Parts)
                .Select(part => HasRows(window[i], part) ? new[] { all[part * window.Count + i] } : null)],
            PartTurns.Sums)?[0] ?? 0);
    }
}
