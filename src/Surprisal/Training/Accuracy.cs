using System.Globalization;

namespace Surprisal.Training;

/// <summary>Counts which classes were predicted for which: accuracy, and precision and recall of each class.</summary>
public sealed class Accuracy
{
    private readonly long[,] counts;
    private readonly int classes;
    private readonly long ignoreIndex;

    /// <summary>Nothing counted yet.</summary>
    /// <param name="classes">The number of classes; at least 1.</param>
    /// <param name="ignoreIndex">The target that marks an ignored sample, as <see cref="ClassIndexLoss.IgnoreIndex"/> does. Default
    /// -100.</param>
    /// <exception cref="ArgumentOutOfRangeException">No classes.</exception>
    public Accuracy(int classes, long ignoreIndex = -100)
    {
        if (classes < 1)
            throw new ArgumentOutOfRangeException(nameof(classes), $"classes is {classes}; predictions need at least 1 class.");
        (this.classes, this.ignoreIndex, counts) = (classes, ignoreIndex, new long[classes, classes]);
    }

    /// <summary>The number of samples counted; ignored ones are not among them.</summary>
    public long Samples { get; private set; }

    /// <summary>The number of samples whose largest logit was the target's; of equal ones the first is taken.</summary>
    public long Correct { get; private set; }

    /// <summary>The share of correct samples; NaN before the first.</summary>
    public double Value => (double)Correct / Samples;

    /// <summary>How many samples of class <paramref name="target"/> were taken for class <paramref name="predicted"/>.</summary>
    /// <param name="target">The class that they are, from 0.</param>
    /// <param name="predicted">The class that they were taken for, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public long Count(int target, int predicted) => counts[Checked(target, nameof(target)), Checked(predicted, nameof(predicted))];

    /// <summary>Of the samples predicted as this class, the share that are; NaN when there are none.</summary>
    /// <param name="index">The class, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double Precision(int index)
    {
        Checked(index, nameof(index));
        return (double)counts[index, index] / Enumerable.Range(0, classes).Sum(other => counts[other, index]);
    }

    /// <summary>Of the samples of this class, the share predicted as such; NaN when there are none.</summary>
    /// <param name="index">The class, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double Recall(int index)
    {
        Checked(index, nameof(index));
        return (double)counts[index, index] / Support(index);
    }

    /// <summary>The number of samples of this class.</summary>
    /// <param name="index">The class, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public long Support(int index)
    {
        Checked(index, nameof(index));
        return Enumerable.Range(0, classes).Sum(other => counts[index, other]);
    }

    /// <summary>One line: accuracy 0.961, 345 of 359.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"accuracy {Value:F3}, {Correct} of {Samples}");

    /// <summary>Counts a batch: logits [N, C] against targets [N].</summary>
    /// <param name="logits">[N, C], or anything whose largest number is at the predicted class; NaN counts as the largest.</param>
    /// <param name="targets">[N]: the class of each sample, or the ignored index.</param>
    /// <exception cref="ArgumentNullException">One of them is missing.</exception>
    /// <exception cref="ArgumentException">Shapes that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class; the message gives its position, and nothing is
    /// counted.</exception>
    public void Add(Tensor<float> logits, Tensor<long> targets)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
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

    private int Checked(int index, string name) => (uint)index < (uint)classes ? index
        : throw new ArgumentOutOfRangeException(name, $"{name} is {index}; there are {classes} classes, 0..{classes - 1}.");
}
