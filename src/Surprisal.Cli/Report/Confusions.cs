namespace Surprisal.Cli.Report;

/// <summary>Which classes were predicted for which, counted.</summary>
internal sealed class Confusions
{
    private readonly Func<int, int, long> count;
    private readonly long[] samples, predicted;

    /// <param name="classes">Their names.</param>
    /// <param name="count">How many samples of a class (first) were taken for a class (second).</param>
    public Confusions(IReadOnlyList<string> classes, Func<int, int, long> count)
    {
        (Classes, this.count, samples, predicted) = (classes, count, new long[classes.Count], new long[classes.Count]);
        for (var target = 0; target < classes.Count; target++)
            for (var taken = 0; taken < classes.Count; taken++)
            {
                samples[target] += count(target, taken);
                predicted[taken] += count(target, taken);
            }
    }

    public IReadOnlyList<string> Classes { get; }

    public long Total => samples.Sum();

    public long Correct => Enumerable.Range(0, Classes.Count).Sum(index => count(index, index));

    public long Count(int target, int taken) => count(target, taken);

    public long Samples(int index) => samples[index];

    /// <summary>Of the samples predicted as this class the share that are; NaN when there are none.</summary>
    public double Precision(int index) => (double)count(index, index) / predicted[index];

    /// <summary>Of the samples of this class the share predicted as such; NaN when there are none.</summary>
    public double Recall(int index) => (double)count(index, index) / samples[index];

    /// <summary>Of the samples that are this class or are predicted as it the share that are both; NaN when there are none.</summary>
    public double Iou(int index) => (double)count(index, index) / (samples[index] + predicted[index] - count(index, index));

    /// <summary>How many samples of this class were taken for another, or of another for this one.</summary>
    public long Wrong(int index) => samples[index] + predicted[index] - 2 * count(index, index);
}
