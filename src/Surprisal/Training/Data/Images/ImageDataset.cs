using System.Security.Cryptography;

namespace Surprisal.Training;

/// <summary>Images kept as bytes, one target each; read as floats (byte / 255 - <see cref="Mean"/>) / <see cref="Deviation"/>.</summary>
public sealed class ImageDataset : Dataset
{
    private static readonly float[] raw = Numbers(0, 1);

    private readonly ReadOnlyMemory<byte> images;
    private readonly long[] targets;
    private readonly string[] classNames;
    private readonly float[] numbers;

    /// <summary>A dataset over the caller's images, which are not copied; the targets and the names are.</summary>
    /// <param name="images">The bytes of shape [N, C, H, W] in row-major order; 0 is black and 255 white.</param>
    /// <param name="shape">The four sizes N, C, H, W, each at least 1.</param>
    /// <param name="targets">The class of each image: N numbers in 0 .. <paramref name="classNames"/>.Count - 1.</param>
    /// <param name="classNames">The name of each class, at least one and none blank.</param>
    /// <exception cref="ArgumentException">The shape is not of four positive sizes, a length does not match it, or a name is
    /// blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is no class.</exception>
    public ImageDataset(ReadOnlyMemory<byte> images, TensorShape shape, ReadOnlySpan<long> targets, IReadOnlyList<string> classNames)
    {
        if (shape.Rank != 4 || shape.ElementCount == 0)
            throw new ArgumentException($"shape is {shape}; images need four sizes [N, C, H, W], each at least 1.",
                nameof(shape));
        if (images.Length != shape.ElementCount)
            throw new ArgumentException($"images holds {images.Length} bytes, but shape {shape} needs {shape.ElementCount}.",
                nameof(images));
        if (targets.Length != shape[0])
            throw new ArgumentException(
                $"targets holds {targets.Length} numbers, but there are {shape[0]} images; each image needs one target.", nameof(targets));
        if (classNames.Count == 0)
            throw new ArgumentException("classNames is empty; a dataset needs at least one class.", nameof(classNames));
        for (var i = 0; i < classNames.Count; i++)
            if (string.IsNullOrWhiteSpace(classNames[i]))
                throw new ArgumentException($"classNames[{i}] is blank; every class needs a name.", nameof(classNames));
        for (var i = 0; i < targets.Length; i++)
            if ((ulong)targets[i] >= (ulong)classNames.Count)
                throw new ArgumentOutOfRangeException(nameof(targets), $"targets[{i}] = {targets[i]} is out of bounds: " +
                    $"there are {classNames.Count} class names, so classes are 0..{classNames.Count - 1}.");

        this.images = images;
        this.targets = targets.ToArray();
        this.classNames = [.. classNames];
        SampleShape = shape[1..];
        numbers = Numbers(0, 1);
    }

    /// <summary>What is subtracted from byte / 255; default 0. The mean of the training images centres the numbers at 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not finite.</exception>
    public double Mean
    {
        get;
        init
        {
            if (!double.IsFinite(value)) throw new ArgumentOutOfRangeException(nameof(Mean), $"Mean is {value}; it must be finite.");
            field = value;
            numbers = Numbers(field, Deviation);
        }
    }

    /// <summary>What byte / 255 - <see cref="Mean"/> is divided by; default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not finite or not positive.</exception>
    public double Deviation
    {
        get;
        init
        {
            if (!(double.IsFinite(value) && value > 0))
                throw new ArgumentOutOfRangeException(nameof(Deviation), $"Deviation is {value}; it must be finite and greater than 0.");
            field = value;
            numbers = Numbers(Mean, field);
        }
    } = 1;

    /// <inheritdoc/>
    public override int Count => targets.Length;

    /// <inheritdoc/>
    public override string Preparation => FormattableString.Invariant($"(byte / 255 - {Mean}) / {Deviation}");

    /// <inheritdoc/>
    public override IReadOnlyList<DataSource> Sources()
    {
        var labels = DataFingerprint.Targets(this);
        return SampleNames is null
            ? [DataSource.FromBytes("images", images.Span), labels]
            : [.. Enumerable.Range(0, Count).Select(index => Source(index)!), labels];
    }

    /// <summary>The shape of one image: [channels, height, width].</summary>
    public override TensorShape SampleShape { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames => classNames;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in 0 .. Count - 1.</exception>
    public override long Target(int index) => targets[Checked(index)];

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in 0 .. Count - 1.</exception>
    /// <exception cref="ArgumentException">The sample has not channels * height * width elements.</exception>
    public override void Read(int index, Span<float> sample)
    {
        Checked(index);
        if (sample.Length != SampleShape.ElementCount)
            throw new ArgumentException($"sample holds {sample.Length} numbers, " +
                $"but an image of shape {SampleShape} has {SampleShape.ElementCount}.", nameof(sample));
        var image = images.Span.Slice(index * SampleShape.ElementCount, SampleShape.ElementCount);
        var table = numbers.AsSpan(0, 256);
        for (var i = 0; i < image.Length; i++) sample[i] = table[image[i]];
    }

    internal override void ReadRaw(int index, Span<float> sample)
    {
        var image = images.Span.Slice(Checked(index) * sample.Length, sample.Length);
        for (var i = 0; i < image.Length; i++) sample[i] = raw[image[i]];
    }

    internal override void Finish(Span<float> sample)
    {
        if (Mean == 0 && Deviation == 1) return;
        foreach (ref var number in sample) number = (float)((number - Mean) / Deviation);
    }

    internal override double Raw(int channel, double number) => number * Deviation + Mean;

    /// <summary>What people call each image; null where nothing but their numbers is known.</summary>
    internal string[]? SampleNames { get; init; }

    /// <inheritdoc/>
    public override DataSource? Source(int index) => SampleNames is null
        ? null
        : DataSource.FromBytes(SampleNames[Checked(index)].Replace(Path.DirectorySeparatorChar, '/'),
            images.Span.Slice(index * SampleShape.ElementCount, SampleShape.ElementCount));

    internal override string Name(int index) => SampleNames?[index] ?? base.Name(index);

    /// <summary>The bytes, so that mean and deviation do not decide what is a copy; of files their hash, which others keep.</summary>
    internal override void AddContent(int index, IncrementalHash hash)
    {
        var bytes = images.Span.Slice(index * SampleShape.ElementCount, SampleShape.ElementCount);
        if (SampleNames is null) hash.AppendData(bytes);
        else hash.AppendData(SHA256.HashData(bytes));
    }

    // A byte has 256 values: computing each once in double is both exact and faster than computing each pixel.
    private static float[] Numbers(double mean, double deviation)
    {
        var table = new float[256];
        for (var i = 0; i < table.Length; i++) table[i] = (float)((i / 255.0 - mean) / deviation);
        return table;
    }
}
