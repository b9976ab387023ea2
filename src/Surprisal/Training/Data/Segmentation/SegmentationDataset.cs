using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Surprisal.Training;

/// <summary>Images with a class for each pixel: a batch has targets [N, H, W].</summary>
/// <remarks>
/// Pixels of the value that is ignored (255, the border in Pascal VOC's masks) have the target -100, which losses and metrics ignore unless
/// they are told another number. <see cref="Dataset.Split(double, Seed)"/> goes by the class of most pixels of each image.
/// </remarks>
/// <example><code>
/// var data = new SegmentationDataset(new byte[] { 0, 255, 0, 255 }, [1, 1, 2, 2], new ushort[] { 0, 1, 255, 1 }, ["road", "sky"]);
/// Console.WriteLine(Batch.Collate(data, [0]));        // inputs [1, 1, 2, 2], targets [1, 2, 2]
/// var weights = ClassWeights.InverseFrequency(data.CountTargets());
/// Console.WriteLine(weights);     // [3, 1.5]
/// </code></example>
public sealed class SegmentationDataset : Dataset
{
    private readonly ImageDataset images;
    private readonly ReadOnlyMemory<ushort> masks;
    private readonly int ignored;

    /// <summary>A dataset over the caller's images and masks, which are not copied.</summary>
    /// <param name="images">The bytes of shape [N, C, H, W] in row-major order; 0 is black and 255 white.</param>
    /// <param name="shape">The four sizes N, C, H, W, each at least 1.</param>
    /// <param name="masks">The class of each pixel, [N, H, W]: 0 .. <paramref name="classNames"/>.Count - 1, or
    /// <paramref name="ignored"/>.</param>
    /// <param name="classNames">The name of each class, at least one and none blank.</param>
    /// <param name="ignored">The value of pixels that count nowhere; default 255.</param>
    /// <exception cref="ArgumentException">The shape is not of four positive sizes, a length does not match it, or a name is
    /// blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is no class.</exception>
    public SegmentationDataset(ReadOnlyMemory<byte> images, TensorShape shape, ReadOnlyMemory<ushort> masks,
        IReadOnlyList<string> classNames, int ignored = 255)
        : this(new ImageDataset(images, shape, new long[shape.Rank == 4 ? shape[0] : 0], classNames), masks, ignored)
    {
    }

    internal SegmentationDataset(ImageDataset images, ReadOnlyMemory<ushort> masks, int ignored)
    {
        (this.images, this.masks, this.ignored) = (images, masks, ignored);
        TargetShape = images.SampleShape[1..];
        var pixels = (long)images.Count * TargetShape.ElementCount;
        if (masks.Length != pixels)
            throw new ArgumentException($"masks holds {masks.Length} numbers, but there are {images.Count} images of {TargetShape}; " +
                $"{pixels} are needed.", nameof(masks));
        for (var i = 0; i < masks.Length; i++)
            if (masks.Span[i] >= images.ClassNames.Count && masks.Span[i] != ignored)
                throw new ArgumentOutOfRangeException(nameof(masks), $"masks[{i}] = {masks.Span[i]} is out of bounds: " +
                    $"there are {images.ClassNames.Count} class names, " +
                    $"so classes are 0..{images.ClassNames.Count - 1}, and {ignored} is ignored.");
    }

    /// <inheritdoc/>
    public override int Count => images.Count;

    /// <inheritdoc/>
    public override TensorShape SampleShape => images.SampleShape;

    /// <inheritdoc/>
    public override TensorShape TargetShape { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames => images.ClassNames;

    /// <inheritdoc/>
    public override string Preparation => $"{images.Preparation}, mask {ignored} ignored";

    /// <inheritdoc/>
    public override IReadOnlyList<DataSource> Sources() => images.SampleNames is null
        ? [.. images.Sources(), DataSource.FromBytes("masks", MemoryMarshal.AsBytes(masks.Span))]
        : [.. Enumerable.Range(0, Count).Select(index => Source(index)!)];

    /// <summary>The class of most of the image's pixels, the lowest of several; -100 where all are ignored.</summary>
    /// <param name="index">0 .. Count - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in 0 .. Count - 1.</exception>
    public override long Target(int index)
    {
        var (counts, most) = (new int[ClassNames.Count], -1);
        foreach (var value in Mask(index))
            if (value != ignored) counts[value]++;
        for (var c = 0; c < counts.Length; c++)
            if (counts[c] > 0 && (most < 0 || counts[c] > counts[most])) most = c;
        return most < 0 ? -100 : most;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in 0 .. Count - 1.</exception>
    public override void ReadTarget(int index, Span<long> target)
    {
        var mask = Mask(index);
        for (var i = 0; i < mask.Length; i++) target[i] = mask[i] == ignored ? -100 : mask[i];
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in 0 .. Count - 1.</exception>
    /// <exception cref="ArgumentException">The sample has not channels * height * width elements.</exception>
    public override void Read(int index, Span<float> sample) => images.Read(index, sample);

    internal override void ReadRaw(int index, Span<float> sample) => images.ReadRaw(index, sample);

    internal override void Finish(Span<float> sample) => images.Finish(sample);

    internal override double Raw(int channel, double number) => images.Raw(channel, number);

    internal override string Name(int index) => images.Name(index);

    internal override void AddContent(int index, IncrementalHash hash) => images.AddContent(index, hash);

    /// <summary>An image's file and its mask are one source.</summary>
    /// <inheritdoc/>
    public override DataSource? Source(int index)
    {
        if (images.Source(index) is not { } image) return null;
        var mask = MemoryMarshal.AsBytes(Mask(index));
        var both = DataSource.FromBytes(image.Name, [.. Convert.FromHexString(image.Hash), .. mask]);
        return both with { Length = image.Length + mask.Length };
    }

    private ReadOnlySpan<ushort> Mask(int index) => masks.Span.Slice(Checked(index) * TargetShape.ElementCount, TargetShape.ElementCount);
}
