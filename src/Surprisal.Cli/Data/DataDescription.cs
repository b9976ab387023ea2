using Surprisal.Training;

namespace Surprisal.Cli.Data;

/// <summary>What a training would learn from: its parts, classes and images, what is left out, and what is there twice.</summary>
internal sealed record DataDescription
{
    /// <summary>Names of the parts, in this order.</summary>
    public static readonly string[] PartNames = ["train", "validation", "test"];

    private DataDescription(IReadOnlyList<Dataset> parts) => Parts = parts;

    /// <summary>What people call the data.</summary>
    public required string Source { get; init; }

    /// <summary>The parts to train on, to validate with (empty without one), and to test with.</summary>
    public IReadOnlyList<Dataset> Parts { get; }

    public IReadOnlyList<string> Classes => Parts[0].ClassNames;

    /// <summary>Of each part, how many samples each class has.</summary>
    public required IReadOnlyList<long[]> Counts { get; init; }

    /// <summary>The images with the fewest and the most pixels; null where nothing is known of files.</summary>
    public (LoadedImage Smallest, LoadedImage Largest)? Sizes { get; init; }

    public required IReadOnlyList<UnreadableFile> Unreadable { get; init; }

    public required DataCopies Copies { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    public long Total => Counts.Sum(static part => part.Sum());

    /// <summary>Reads and splits as train does, and reads every sample once; images are not kept.</summary>
    public static DataDescription Of(TrainOptions options)
    {
        var unreadable = new List<UnreadableFile>();
        LoadedImage? smallest = null, largest = null;
        var split = TrainData.Split(options, new Seed(options.Seed), out _, loading => loading with
        {
            Memory = 0, Unreadable = unreadable.Add, Loaded = image =>
            {
                if (smallest is null || Pixels(image) < Pixels(smallest)) smallest = image;
                if (largest is null || Pixels(image) > Pixels(largest)) largest = image;
            },
        });
        Dataset[] parts = [split.Train, split.Validation ?? split.Train.Subset([]), split.Test];
        var copies = new DataCopies();
        foreach (var (part, data) in parts.Index()) copies.Add(part, data);
        return new DataDescription(parts)
        {
            Source = options.Source, Counts = Array.ConvertAll(parts, static part => part.CountTargets()),
            Sizes = smallest is null ? null : (smallest, largest!), Unreadable = unreadable, Copies = copies, Notes = split.Notes,
        };
    }

    /// <summary>What people call a sample: its file, or its number, and the part that it is in.</summary>
    public string NameOf(SamplePlace place) =>
        $"{Parts[place.Part].Source(place.Index)?.Name ?? $"sample {place.Index}"} ({PartNames[place.Part]})";

    public string ClassOf(SamplePlace place) => Classes[(int)Parts[place.Part].Target(place.Index)];

    /// <summary>Whether samples with the same content have several labels.</summary>
    public bool IsContradiction(IReadOnlyList<SamplePlace> group) => group.Select(ClassOf).Distinct(StringComparer.Ordinal).Count() > 1;

    private static long Pixels(LoadedImage image) => (long)image.Width * image.Height;
}
