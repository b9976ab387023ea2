using System.Globalization;

namespace Surprisal.Metrics;

/// <summary>All multi-label metrics of some rows, computed once; immutable. Sources stand in docs/metrics.md.</summary>
public sealed class MultiLabelReport
{
    internal MultiLabelReport(MultiLabelState state, MetricOptions options)
    {
        var labels = options.Classes;
        (Ignored, ZeroWeight, Invalid) = (state.Ignored, state.ZeroWeight, state.Invalid);
        (Counted, Weight) = (state.Totals.Rows(0), state.Totals[0]);
        SubsetAccuracy = state.Totals[1] / Weight;
        HammingLoss = state.Totals[2] / (labels * Weight);
        SamplesF1 = state.Shares[0] / state.Totals[3];
        LabelRankingPrecision = state.Shares[1] / Weight;
        Loss = state.Loss[0] / Weight;
        Labels = [.. Enumerable.Range(0, labels).Select(k => Label(state, k, options.ZeroDivision))];
        var (microHits, microAll) = (0.0, 0.0);
        for (var k = 0; k < labels; k++)
            (microHits, microAll) = (microHits + state.Labels[3 * k], microAll + state.Labels[3 * k + 1] + state.Labels[3 * k + 2]);
        MicroF1 = Counted == 0 ? double.NaN : Averages.Divide(2 * microHits, microAll, options.ZeroDivision);
    }

    /// <summary>The rows that all metrics are of.</summary>
    public long Counted { get; }

    /// <summary>Rows with a target that is the ignored index.</summary>
    public long Ignored { get; }

    /// <summary>Rows of weight 0 that are not ignored.</summary>
    public long ZeroWeight { get; }

    /// <summary>Rows left out because of a NaN.</summary>
    public long Invalid { get; }

    /// <summary>What the counted rows weigh together.</summary>
    public double Weight { get; }

    /// <summary>The mean over rows and labels of the binary cross-entropy, in nats.</summary>
    public double Loss { get; }

    /// <summary>The share of rows all of whose labels are right.</summary>
    public double SubsetAccuracy { get; }

    /// <summary>The share of labels that are wrong.</summary>
    public double HammingLoss { get; }

    /// <summary>The mean F1 of all labels, also of those that do not occur.</summary>
    public double MacroF1 => Counted == 0 ? double.NaN : Averages.Mean(Labels.Select(static label => label.F1));

    /// <summary>The mean F1 of the labels by support.</summary>
    public double WeightedF1 => Counted == 0 ? double.NaN : Averages.Mean(Labels.Select(static label => (label.F1, label.Support)));

    /// <summary>F1 of all labels pooled.</summary>
    public double MicroF1 { get; }

    /// <summary>The mean F1 of the rows.</summary>
    public double SamplesF1 { get; }

    /// <summary>
    /// LRAP: the mean over a row's labels that are the case of the share of such labels among those of at least their score; 1 for a row
    /// with none or all (Tsoumakas, Katakis, Vlahavas 2010).
    /// </summary>
    public double LabelRankingPrecision { get; }

    /// <summary>The mean area under the ROC curve of the labels where it is defined.</summary>
    public double Auc => Averages.Mean(Labels.Select(static label => label.Auc));

    /// <summary>Label by label; a label has no loss and no calibration of its own here, they are NaN.</summary>
    public IReadOnlyList<ClassReport> Labels { get; }

    /// <summary>The table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"rows        {Counted} counted, {Ignored} ignored, {ZeroWeight} of weight 0, {Invalid} invalid\n" +
        $"loss        {Loss:F4}\n" +
        $"labels      subset accuracy {SubsetAccuracy:F4}, Hamming loss {HammingLoss:F4}, LRAP {LabelRankingPrecision:F4}, AUC {Auc:F4}\n" +
        $"F1          macro {MacroF1:F4}, micro {MicroF1:F4}, weighted {WeightedF1:F4}, samples {SamplesF1:F4}");

    private static ClassReport Label(MultiLabelState state, int k, ZeroDivision zero)
    {
        var (auc, error) = state.Ranking?.Auc(k) ?? (double.NaN, double.NaN);
        return new(k, state.Labels[3 * k + 2], state.Labels[3 * k + 1], state.Labels[3 * k], double.NaN, auc, error,
            state.Ranking?.AveragePrecision(k) ?? (double.NaN, double.NaN), double.NaN, zero);
    }
}
