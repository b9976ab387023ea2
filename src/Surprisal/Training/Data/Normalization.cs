using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>
/// What brings each channel of samples to mean 0 and deviation 1: (number - mean) / deviation, with the numbers of the part to train on.
/// </summary>
/// <remarks>
/// The first dimension of a sample counts its channels: red, green, blue of an image [3, H, W]; each number by itself where a sample is
/// [F]. A data set that is normalized says so in its <see cref="Dataset.Preparation"/>, which checkpoints compare.
/// </remarks>
/// <example><code>
/// var inputs = Tensor.Create&lt;float>([[1, 10], [3, 10]]);
/// var data = new TensorDataset(inputs, Tensor.Create&lt;long>([0, 1]), ["a", "b"]);
/// var normalized = Normalization.Of(data).Apply(data);
/// Console.WriteLine(normalized.Preparation);      // (number - [2, 10]) / [1, 1]
/// Console.WriteLine(Batch.Collate(normalized, [0, 1]).Inputs.Sum(1));      // tensor([-1.,  1.])
/// </code></example>
public sealed class Normalization
{
    private const int Block = 64;

    private readonly double[] mean, deviation;

    /// <summary>With numbers from elsewhere, such as those of the photos that a model learned from before.</summary>
    /// <param name="mean">One number a channel, finite.</param>
    /// <param name="deviation">One number a channel, finite and above 0.</param>
    /// <exception cref="ArgumentException">Not as many deviations as means, or a number that is none of these.</exception>
    public Normalization(ReadOnlySpan<double> mean, ReadOnlySpan<double> deviation)
    {
        if (mean.Length != deviation.Length)
            throw new ArgumentException(
                $"deviation has {deviation.Length} numbers, but mean has {mean.Length}; each channel needs one of both.",
                nameof(deviation));
        for (var c = 0; c < mean.Length; c++)
        {
            if (!double.IsFinite(mean[c])) throw new ArgumentException($"mean[{c}] is {mean[c]}; it must be finite.", nameof(mean));
            if (!(deviation[c] > 0 && double.IsFinite(deviation[c])))
                throw new ArgumentException($"deviation[{c}] is {deviation[c]}; it must be finite and greater than 0.", nameof(deviation));
        }
        (this.mean, this.deviation) = (mean.ToArray(), deviation.ToArray());
    }

    /// <summary>What is subtracted, one number a channel.</summary>
    public IReadOnlyList<double> Mean => mean;

    /// <summary>What the difference is divided by, one number a channel.</summary>
    public IReadOnlyList<double> Deviation => deviation;

    /// <summary>The mean and deviation (of all numbers, divided by their count) of each channel; 1 where all its numbers are the
    /// same.</summary>
    /// <param name="data">The part to train on: all its samples are read once.</param>
    /// <exception cref="ArgumentException">There are no samples, or samples are single numbers.</exception>
    /// <exception cref="InvalidDataException">A number is not finite; the message names its sample.</exception>
    public static Normalization Of(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Count == 0 || data.SampleShape.Rank == 0 || data.SampleShape.ElementCount == 0)
            throw new ArgumentException($"data has {data.Count} samples of shape {data.SampleShape}; " +
                "a mean needs at least one sample, whose first dimension counts its channels.", nameof(data));
        var (channels, size) = (data.SampleShape[0], data.SampleShape.ElementCount);
        var length = size / channels;
        // Blocks follow from the number of samples alone, so the sums do not depend on threads.
        var blocks = new Moments[Partition.Pieces(data.Count, Block)][];
        Partition.For(blocks.Length, (long)Block * size, block =>
        {
            var (sample, moments) = (new float[size], new Moments[channels]);
            var (first, end) = (block * Block, Math.Min(data.Count, (block + 1) * Block));
            for (var i = first; i < end; i++)
            {
                data.Read(i, sample);
                for (var c = 0; c < channels; c++) moments[c] = moments[c].With(Moments.Of(sample.AsSpan(c * length, length)));
            }
            blocks[block] = moments;
        });
        var total = new Moments[channels];
        foreach (var moments in blocks)
            for (var c = 0; c < channels; c++) total[c] = total[c].With(moments[c]);
        if (!Array.TrueForAll(total, static moments => double.IsFinite(moments.Squares))) throw NotFinite(data, size);
        return new Normalization(Array.ConvertAll(total, static moments => moments.Mean),
            Array.ConvertAll(total, static moments => moments.Squares > 0 ? Math.Sqrt(moments.Squares / moments.Count) : 1));
    }

    /// <summary>The same samples, each number normalized when it is read; nothing is copied.</summary>
    /// <param name="data">A part of as many channels.</param>
    /// <exception cref="ArgumentException">Its samples have another number of channels.</exception>
    public Dataset Apply(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.SampleShape.Rank == 0 || data.SampleShape[0] != mean.Length)
            throw new ArgumentException(
                $"data has samples of shape {data.SampleShape}, but there are numbers for {mean.Length} channels.", nameof(data));
        return new NormalizedDataset(data, this);
    }

    /// <summary>For checkpoints: (number - [0.5, 0.4]) / [0.2, 0.3], a number a channel.</summary>
    public override string ToString() => $"(number - [{List(mean)}]) / [{List(deviation)}]";

    /// <summary>Normalizes the numbers of a sample where they are, each rounded once.</summary>
    internal void Normalize(Span<float> sample)
    {
        var length = sample.Length / mean.Length;
        for (var c = 0; c < mean.Length; c++)
        {
            var (centre, scale) = (mean[c], deviation[c]);
            foreach (ref var number in sample.Slice(c * length, length)) number = (float)((number - centre) / scale);
        }
    }

    private static string List(double[] numbers) =>
        string.Join(", ", numbers.Select(static number => FormattableString.Invariant($"{number}")));

    private static InvalidDataException NotFinite(Dataset data, int size)
    {
        var sample = new float[size];
        for (var i = 0; i < data.Count; i++)
        {
            data.Read(i, sample);
            var at = Array.FindIndex(sample, static number => !float.IsFinite(number));
            if (at >= 0) return new InvalidDataException($"{data.Name(i)}: number {at} is {sample[at]}; a mean needs finite ones.");
        }
        return new InvalidDataException("the samples have numbers whose squares are beyond double's range; a deviation needs finite ones.");
    }

    /// <summary>How many numbers there are, their mean, and the sum of squares of what they differ from it (Chan, Golub, LeVeque
    /// 1979).</summary>
    private readonly record struct Moments(long Count, double Mean, double Squares)
    {
        public static Moments Of(ReadOnlySpan<float> numbers)
        {
            var (sum, squares) = (0.0, 0.0);
            foreach (var number in numbers) sum += number;
            var mean = sum / numbers.Length;
            foreach (var number in numbers) squares += (number - mean) * (number - mean);
            return new Moments(numbers.Length, mean, squares);
        }

        public Moments With(Moments other)
        {
            if (Count == 0) return other;
            var (count, between) = (Count + other.Count, other.Mean - Mean);
            return new Moments(count, Mean + between * other.Count / count,
                Squares + other.Squares + between * between * Count * other.Count / count);
        }
    }
}
