namespace Surprisal.Training;

/// <summary>Counts which classes were predicted for which: accuracy, and precision and recall of each class.</summary>
/// <param name="classes">The number of classes.</param>
/// <param name="ignoreIndex">The target that marks an ignored sample, as <see cref="ClassIndexLoss.IgnoreIndex"/> does. Default
/// -100.</param>
public sealed class Accuracy(int classes, long ignoreIndex = -100)
{
    private readonly long[,] counts = new long[classes, classes];

    /// <summary>The number of samples counted; ignored ones are not among them.</summary>
    public long Samples { get; private set; }

    /// <summary>The number of samples whose largest logit was the target's; of equal ones the first is taken.</summary>
    public long Correct { get; private set; }

    /// <summary>The share of correct samples; NaN before the first.</summary>
    public double Value => (double)Correct / Samples;

    /// <summary>How many samples of class <paramref name="target"/> were taken for class <paramref name="predicted"/>.</summary>
    public long Count(int target, int predicted) => counts[target, predicted];

    /// <summary>Of the samples predicted as this class, the share that are; NaN when there are none.</summary>
    public double Precision(int index) => (double)counts[index, index] / Enumerable.Range(0, classes).Sum(other => counts[other, index]);

    /// <summary>Of the samples of this class, the share predicted as such; NaN when there are none.</summary>
    public double Recall(int index) => (double)counts[index, index] / Support(index);

    /// <summary>The number of samples of this class.</summary>
    public long Support(int index) => Enumerable.Range(0, classes).Sum(other => counts[index, other]);

    /// <summary>Counts a batch: logits [N, C] against targets [N].</summary>
    /// <exception cref="ArgumentException">Shapes that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class; the message gives its position, and nothing is
    /// counted.</exception>
    public void Add(Tensor<float> logits, Tensor<long> targets)
    {
        if (logits.Rank != 2 || logits.Shape[1] != classes || targets.Rank != 1 || targets.Shape[0] != logits.Shape[0])
            throw new ArgumentException($"logits have shape {logits.Shape} and targets {targets.Shape}; " +
                $"[N, {classes}] and [N] are needed.",
                nameof(logits));
        for (var n = 0; n < targets.Length; n++)
            if (targets.Span[n] != ignoreIndex && (ulong)targets.Span[n] >= (ulong)classes)
                throw new ArgumentOutOfRangeException(nameof(targets),
                    $"targets[{n}] = {targets.Span[n]} is out of bounds: there are {classes} classes, and {ignoreIndex} is ignored.");
        var predicted = logits.ArgMax(1);
        for (var n = 0; n < targets.Length; n++)
        {
            if (targets.Span[n] == ignoreIndex) continue;
            counts[targets.Span[n], predicted.Span[n]]++;
            if (predicted.Span[n] == targets.Span[n]) Correct++;
            Samples++;
        }
    }
}
