using System.Globalization;
using Surprisal.Metrics;

namespace Surprisal.Training;

/// <summary>What <see cref="Trainer.Evaluate(DataLoader)"/> returns: <c>var (loss, metrics) = trainer.Evaluate(test);</c></summary>
public sealed record EvaluationReport
{
    /// <summary>The mean loss, in nats: that of the trainer, whatever it is.</summary>
    public required double Loss { get; init; }

    /// <summary>
    /// The predictions, in numbers and class by class; without intervals, ranking and class-wise calibration, for which there is
    /// <see cref="ClassificationMetrics"/>. Its own loss is cross-entropy. Of nothing where samples have several labels.
    /// </summary>
    public required ClassificationReport Metrics { get; init; }

    /// <summary>The predictions where samples have several labels, each of which may be the case; else null.</summary>
    public MultiLabelReport? MultiLabel { get; init; }

    /// <summary>How many tokens a language model was to predict; null of other models.</summary>
    public long? Tokens { get; init; }

    /// <summary>exp of the mean loss, where a language model was evaluated by an unweighted loss; else null.</summary>
    public double? Perplexity => Tokens is null ? null : Math.Exp(Loss);

    /// <summary>One line: loss 0.1234, accuracy 0.961, 345 of 359; or loss 0.1234, accuracy 0.503, micro F1 0.912.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Brief}{(Tokens is { } tokens ? $" of {tokens} tokens" : MultiLabel is null ? $", {Metrics.Correct} of {Metrics.Counted}"
            : $", micro F1 {Text(MultiLabel.MicroF1)}")}");

    internal string Brief => $"loss {Loss.ToString("F4", CultureInfo.InvariantCulture)}, " + (Perplexity is { } perplexity
        ? $"perplexity {perplexity.ToString("G4", CultureInfo.InvariantCulture)}"
        : $"accuracy {Text(MultiLabel?.SubsetAccuracy ?? Metrics.Accuracy)}");

    private static string Text(double share) => share.ToString("F3", CultureInfo.InvariantCulture);

    /// <summary>Takes both.</summary>
    /// <param name="loss">Receives <see cref="Loss"/>.</param>
    /// <param name="metrics">Receives <see cref="Metrics"/>.</param>
    public void Deconstruct(out double loss, out ClassificationReport metrics) => (loss, metrics) = (Loss, Metrics);
}
