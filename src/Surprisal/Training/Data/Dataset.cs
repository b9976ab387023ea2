namespace Surprisal.Training;

/// <summary>Labelled samples of one shape: what a data loader draws its batches from.</summary>
public abstract class Dataset
{
    /// <summary>The number of samples.</summary>
    public abstract int Count { get; }

    /// <summary>The shape of one sample; images are (channels, height, width).</summary>
    public abstract ReadOnlySpan<int> SampleShape { get; }

    /// <summary>The name of each class; the targets index it.</summary>
    public abstract IReadOnlyList<string> ClassNames { get; }

    /// <summary>The class of sample <paramref name="index"/>.</summary>
    public abstract long Target(int index);

    /// <summary>Writes the numbers of sample <paramref name="index"/> in row-major order. Called from several threads at once.</summary>
    public abstract void Read(int index, Span<float> sample);
}
