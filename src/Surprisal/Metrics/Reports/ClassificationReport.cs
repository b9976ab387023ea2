using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>All metrics of some rows, computed once; immutable. Formulas and their sources stand in docs/metrics.md.</summary>
/// <remarks>A metric that is not defined is NaN; averages over classes are over the classes that occur, as target or as
/// prediction.</remarks>
public sealed partial class ClassificationReport
{
    private readonly Confusion confusion;
    private readonly MetricOptions options;

    internal ClassificationReport(ClassificationState state, MetricOptions options)
    {
        this.options = options;
        confusion = new(options.ClassCount);
        if (state.IsWeighted) confusion.UseWeights();
        confusion.Add(state.Confusion);
        (Counted, Ignored, ZeroWeight, Invalid) = (state.Counted, state.Ignored, state.ZeroWeight, state.Invalid);
        (NotNormalised, InfiniteLoss) = (state.NotNormalised, state.InfiniteLoss);
        var groups = state.Groups;
        Correct = Enumerable.Range(0, options.ClassCount).Sum(c => confusion.Hits.Rows(c));
        Weight = groups.Rows.Sum(0, groups.Groups);
        Loss = groups.Loss.Total() / (groups.Divisor?.Total() ?? Weight);
        TopKAccuracy = state.TopK[0] / Weight;
        var scale = options.ClassCount == 2 ? 0.5 : 1;
        Brier = scale * groups.Brier.Total() / Weight;
        Classes = [.. Enumerable.Range(0, options.ClassCount).Select(c => Class(state, c))];
        Bins = [.. Enumerable.Range(0, options.Bins).Select(m => Bin(groups, m))];
        EqualMassEce = state.EqualMass.Error(options.Bins);
        HardestRows = [.. state.Hardest.Rows];
        ConfusedPairs = [.. confusion.Mistakes().OrderByDescending(static pair => pair.Count).ThenBy(static pair => pair.Target)
            .ThenBy(static pair => pair.Predicted).Take(5)];
        (MatthewsCorrelation, Kappa) = (Agreement.Matthews(confusion), Agreement.Kappa(confusion, 0));
        (LinearKappa, QuadraticKappa) = (Agreement.Kappa(confusion, 1), Agreement.Kappa(confusion, 2));
        if (Counted == 0) return;
        (MacroF1Interval, MatthewsCorrelationInterval) = CountIntervals.Of(confusion, options);
        var of = Bootstrap.Run(options, [ClassificationIntervals.Loss(groups), ClassificationIntervals.Accuracy(groups),
            ClassificationIntervals.Brier(groups, scale), ClassificationIntervals.Ece(groups),
            .. groups.Classes is { } counts ? [ClassificationIntervals.MacroF1(counts)] : Array.Empty<GroupStatistic>()]);
        (LossInterval, AccuracyInterval, BrierInterval, EceInterval) = (of[0], of[1], of[2], of[3]);
        if (groups.Classes is not null) MacroF1Interval = of[4];
    }

    /// <summary>The rows that all metrics are of.</summary>
    public long Counted { get; }

    /// <summary>Rows whose target is the ignored index.</summary>
    public long Ignored { get; }

    /// <summary>Rows of weight 0 that are not ignored.</summary>
    public long ZeroWeight { get; }

    /// <summary>Rows left out because their scores make no probabilities: NaN, or of logits +infinity or nothing but -infinity.</summary>
    public long Invalid { get; }

    /// <summary>Counted rows whose probabilities do not add up to 1, by more than the root of the type's epsilon.</summary>
    public long NotNormalised { get; }

    /// <summary>Counted rows whose loss is infinite, so that the mean is too.</summary>
    public long InfiniteLoss { get; }

    /// <summary>What the counted rows weigh together.</summary>
    public double Weight { get; }

    /// <summary>The mean loss in nats: the sum of weight times loss over the sum of weights, with class weights over theirs too.</summary>
    public double Loss { get; }

    /// <summary>What <see cref="Loss"/> would be on other data.</summary>
    public Interval LossInterval { get; } = Interval.None;

    /// <summary>exp of the loss.</summary>
    public double Perplexity => Scalar.Exp(Loss);

    /// <summary>The mean loss in bits: / ln 2.</summary>
    public double Bits => Loss / 0.6931471805599453;

    /// <summary>The counted rows whose prediction is right, whatever they weigh.</summary>
    public long Correct { get; }

    /// <summary>The share of rows whose first largest score is the target's.</summary>
    public double Accuracy => confusion.Hits.Sum(0, confusion.Classes) / Weight;

    /// <summary>What <see cref="Accuracy"/> would be on other data.</summary>
    public Interval AccuracyInterval { get; } = Interval.None;

    /// <summary>The share of rows whose target is among the first k; of equal scores the lower class comes first.</summary>
    public double TopKAccuracy { get; }

    /// <summary>The k of <see cref="TopKAccuracy"/>.</summary>
    public int TopK => options.TopKOrDefault;

    /// <summary>
    /// The mean over all classes of the squared difference between probability and target, summed; halved for two classes.
    /// </summary>
    public double Brier { get; }

    /// <summary>What <see cref="Brier"/> would be on other data.</summary>
    public Interval BrierInterval { get; } = Interval.None;

    /// <summary>Class by class.</summary>
    public IReadOnlyList<ClassReport> Classes { get; }

    /// <summary>The bins of equal width, of the confidence in the prediction, or of one column in class 1.</summary>
    public IReadOnlyList<CalibrationBin> Bins { get; }

    /// <summary>The five most frequent mistakes; ties by target, then by prediction.</summary>
    public IReadOnlyList<ConfusedPair> ConfusedPairs { get; }

    /// <summary>The rows of the largest losses; ties by row.</summary>
    public IReadOnlyList<HardRow> HardestRows { get; }

    /// <summary>How often a class was taken for another, in rows or in their weights.</summary>
    /// <param name="target">The class that the rows are, from 0.</param>
    /// <param name="predicted">The class that they were taken for, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="InvalidOperationException">There are so many classes and pairs that they were not kept.</exception>
    public double Count(int target, int predicted)
    {
        foreach (var (value, name) in new[] { (target, nameof(target)), (predicted, nameof(predicted)) })
            if ((uint)value >= (uint)confusion.Classes)
                throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; classes are 0..{confusion.Classes - 1}.");
        return confusion.HasPairs ? confusion.Pair(target, predicted)
            : throw new InvalidOperationException("there were more than 2^22 different pairs of classes; " +
                "above 2,048 classes no more are kept.");
    }

    /// <summary>The mean loss in bits for each byte of the text that the rows are.</summary>
    /// <param name="bytes">How many bytes all counted rows are together; more than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not more than 0.</exception>
    public double BitsPerByte(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        return Bits * Weight / bytes;
    }

    private ClassReport Class(ClassificationState state, int c)
    {
        var support = confusion.Targets[c];
        var (auc, error) = state.Ranking?.Auc(c) ?? (double.NaN, double.NaN);
        var divisor = options.Weight is { } weight ? support * weight[c] : support;
        return new(c, support, confusion.Predicted[c], confusion.Hits[c], state.ClassLoss[c] / divisor, auc, error,
            state.Ranking?.AveragePrecision(c) ?? (double.NaN, double.NaN), state.ClassCalibration?.Error(c) ?? double.NaN,
            options.ZeroDivision);
    }

    private CalibrationBin Bin(GroupSums groups, int m)
    {
        var first = m * groups.Groups;
        var count = groups.BinRows.Sum(first, groups.Groups);
        return new((m + 1.0) / options.Bins, count, groups.BinConfidence.Sum(first, groups.Groups) / count,
            groups.BinHits.Sum(first, groups.Groups) / count);
    }
}
