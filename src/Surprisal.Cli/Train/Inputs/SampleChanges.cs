using Surprisal.Training;

namespace Surprisal.Cli.Inputs;

/// <summary>How the samples of the part to train on are drawn, and changed.</summary>
internal static class SampleChanges
{
    /// <summary>Batches to learn from; the seed's next numbers decide the order, and then the changes, if there are any.</summary>
    public static DataLoader Loader(Dataset train, TrainOptions options, Seed random)
    {
        Sampler order = options.Sampler == TrainOptions.Weighted
            ? WeightedRandomSampler.Balanced(train, random) : new RandomSampler(train.Count, random);
        return Changes(options, random) is { } changes
            ? new DataLoader(train, options.BatchSize, order) { Augmentation = changes }
            : new DataLoader(train, options.BatchSize, order);
    }

    private static Augmentation? Changes(TrainOptions options, Seed random) => !options.ChangesSamples ? null : new Augmentation(random)
    {
        Flip = options.Flip ? 0.5 : 0, Shift = options.Shift, Rotation = options.Rotate, Brightness = options.Colour,
        Contrast = options.Colour, Saturation = options.Colour, Mixup = options.Mixup, CutMix = options.CutMix,
    };
}
