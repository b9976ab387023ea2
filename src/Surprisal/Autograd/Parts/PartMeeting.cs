namespace Surprisal;

/// <summary>
/// Where the parts of a batch that are computed one by one meet, because an operation is over all of them: batch normalisation.
/// </summary>
/// <remarks>Every part meets as often as every other, in the same order: forward and backward pass are those of one model.</remarks>
internal abstract class PartMeeting
{
    [ThreadStatic] private static PartMeeting? current;

    /// <summary>The meeting that this thread's part belongs to; null where a batch is computed as a whole.</summary>
    public static PartMeeting? Current
    {
        get => current;
        set => current = value;
    }

    /// <summary>Whether the part under way was the first to leave the last meeting: it writes what all share.</summary>
    public abstract bool IsFirst { get; }

    /// <summary>The elements of each channel of all parts, at the last meeting about moments.</summary>
    public abstract double Count { get; }

    /// <summary>
    /// This part's elements of each channel, their mean and their biased variance become those of all parts; returns the elements of all.
    /// </summary>
    public abstract double MergeMoments(double count, double[] mean, double[] variance);

    /// <summary>Each of this part's numbers becomes the sum over all parts.</summary>
    public abstract void Add(double[] sums);
}
