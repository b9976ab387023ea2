namespace Surprisal.Training;

/// <summary>How samples are changed while a model learns from them, another way each epoch: set on the loader of the part to train
/// on.</summary>
/// <remarks>
/// <para>What happens to a sample follows from the seed, the epoch and the sample's index, never from threads or the size of batches. All
/// changes but the last two are for images [C, H, W], in the order of the properties here, before they are normalized; where pixels have
/// classes, these move with them, and what comes in from outside the image has the class -100, which losses ignore.</para>
/// <para>Everything is off by default: a probability, a range or a strength of 0.</para>
/// </remarks>
/// <example><code>
/// var (train, test) = Digits.Load().Split(0.2, new Seed(0)).Normalized();
/// var change = new Augmentation(new Seed(1)) { Shift = 1, Rotation = 10 };
/// var loader = new DataLoader(train, batchSize: 32, shuffle: new Seed(2)) { Augmentation = change };
/// Console.WriteLine(change);      // augmented by shift 1, rotation 10 with seed 1, draw 1
/// Console.WriteLine(loader.First().Inputs.Shape);     // [32, 1, 8, 8]
/// </code></example>
public sealed record Augmentation
{
    private readonly string drawn;

    /// <summary>Nothing is changed until a property says so.</summary>
    /// <param name="seed">Decides every change, with its next number.</param>
    public Augmentation(Seed seed) => (Key, drawn) = (Seed.Draw(seed), $"{seed}");

    /// <summary>The probability that left and right are exchanged; 0.5 is usual.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in 0 .. 1.</exception>
    public double Flip { get; init => field = InRange(value, 1, nameof(Flip)); }

    /// <summary>
    /// By how many pixels an image is moved at most, in either direction of both axes: the same as a random crop after so much padding.
    /// What comes in has the mean colour of the part to train on where it is normalized, else of the image.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in 0 .. 4096.</exception>
    public int Shift { get; init => field = (int)InRange(value, 4096, nameof(Shift)); }

    /// <summary>By how many degrees an image is turned at most, in either direction, between pixels bilinearly; classes of pixels come from
    /// the nearest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in 0 .. 180.</exception>
    public double Rotation { get; init => field = InRange(value, 180, nameof(Rotation)); }

    /// <summary>How far brightness goes: all numbers times a factor in [max(0, 1 - x), 1 + x], kept in 0 .. 1.</summary>
    /// <remarks>This, contrast, saturation and hue come in an order that is drawn too, as in torchvision's ColorJitter.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Not in 0 .. 10.</exception>
    public double Brightness { get; init => field = InRange(value, 10, nameof(Brightness)); }

    /// <summary>How far contrast goes: numbers away from the image's mean grey by such a factor.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in 0 .. 10.</exception>
    public double Contrast { get; init => field = InRange(value, 10, nameof(Contrast)); }

    /// <summary>How far saturation goes: colours away from their own grey by such a factor. For three channels; others stay.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in 0 .. 10.</exception>
    public double Saturation { get; init => field = InRange(value, 10, nameof(Saturation)); }

    /// <summary>How far hues go around the circle, in turns. For three channels; others stay.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not in 0 .. 0.5.</exception>
    public double Hue { get; init => field = InRange(value, 0.5, nameof(Hue)); }

    /// <summary>
    /// Mixes each sample with the next in the epoch's order, numbers and classes alike: lambda of it and 1 - lambda of the next, lambda
    /// from Beta(alpha, alpha). Alpha is 0.2 usually. <see cref="Batch.Probabilities"/> has the classes.
    /// </summary>
    /// <remarks>
    /// Zhang, Cisse, Dauphin, Lopez-Paz 2018. Where both this and <see cref="CutMix"/> are set, each sample takes one of them, with equal
    /// probability.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">Not in 0 .. 100.</exception>
    public double Mixup { get; init => field = InRange(value, 100, nameof(Mixup)); }

    /// <summary>
    /// Puts a box of the next sample in the epoch's order over each image: its sides are sqrt(1 - lambda) of the image's, lambda from
    /// Beta(alpha, alpha), its centre is anywhere, and its share of the pixels after it was clipped is the next one's share of the classes.
    /// Alpha is 1 usually.
    /// </summary>
    /// <remarks>Yun, Han, Oh, Chun, Choe, Yoo 2019. Classes of pixels are put over with the box, and no probabilities are made.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Not in 0 .. 100.</exception>
    public double CutMix { get; init => field = InRange(value, 100, nameof(CutMix)); }

    /// <summary>What all changes follow from.</summary>
    internal long Key { get; }

    internal bool Mixes => Mixup > 0 || CutMix > 0;

    internal bool ChangesColour => Brightness > 0 || Contrast > 0 || Saturation > 0 || Hue > 0;

    private bool NeedsImages => Flip > 0 || Shift > 0 || Rotation > 0 || ChangesColour || CutMix > 0;

    /// <summary>For checkpoints: augmented by flip 0.5, shift 4 with seed 0, draw 3.</summary>
    public override string ToString()
    {
        (string Name, double Value)[] all =
        [
            ("flip", Flip), ("shift", Shift), ("rotation", Rotation), ("brightness", Brightness), ("contrast", Contrast),
            ("saturation", Saturation), ("hue", Hue), ("mixup", Mixup), ("cutmix", CutMix),
        ];
        var set = all.Where(static one => one.Value > 0)
            .Select(static one => FormattableString.Invariant($"{one.Name} {one.Value}")).ToList();
        return $"augmented by {(set.Count == 0 ? "nothing" : string.Join(", ", set))} with {drawn}";
    }

    /// <summary>Refuses samples that cannot be changed so.</summary>
    internal void Require(Dataset dataset)
    {
        if (NeedsImages && dataset.SampleShape.Rank != 3)
            throw new ArgumentException(
                $"Augmentation changes images, but the samples have shape {dataset.SampleShape}; [channels, height, width] is needed.");
        if (CutMix > 0 && dataset.TargetShape.Rank == 1)
            throw new ArgumentException($"Augmentation.CutMix mixes classes, but each sample has {dataset.TargetShape[0]} labels; " +
                "one class a sample, or a pixel, is needed.");
        if (Mixup > 0 && dataset.TargetShape.Rank > 0)
            throw new ArgumentException(
                $"Augmentation.Mixup mixes classes, but each sample has targets of shape {dataset.TargetShape}; " +
                "one class a sample is needed: CutMix moves the classes of pixels.");
    }

    private static double InRange(double value, double most, string name) => value >= 0 && value <= most ? value
        : throw new ArgumentOutOfRangeException(name, FormattableString.Invariant($"{name} is {value}; 0 to {most} was expected."));
}
