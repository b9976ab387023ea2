using Surprisal.Cli.Models;
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

    /// <summary>What is asked of a sample.</summary>
    public required ModelTask Task { get; init; }

    /// <summary>Of each part, how many samples each class has, or each label; of masks how many pixels.</summary>
    public required IReadOnlyList<long[]> Counts { get; init; }

    /// <summary>How the columns of a table become inputs; null where there is no table.</summary>
    public IReadOnlyList<TableInput>? Columns { get; init; }

    /// <summary>The images with the fewest and the most pixels, of as many by their widths; null where nothing is known of files.</summary>
    public (LoadedImage Smallest, LoadedImage Largest)? Sizes { get; init; }

    public required IReadOnlyList<UnreadableFile> Unreadable { get; init; }

    public required DataCopies Copies { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    public long Total => Parts.Sum(static part => (long)part.Count);

    /// <summary>Reads and splits as train does, and reads every sample once; images are not kept.</summary>
    public static DataDescription Of(TrainOptions options)
    {
        var unreadable = new List<UnreadableFile>();
        LoadedImage? smallest = null, largest = null;
        var split = TrainData.Split(options, new Seed(options.Seed), out var columns, loading => loading with
        {
            // masks are held with their images
            Memory = options.Task == ModelTask.Pixels ? loading.Memory : 0, Unreadable = unreadable.Add, Loaded = image =>
            {
                if (smallest is null || Order(image).CompareTo(Order(smallest)) < 0) smallest = image;
                if (largest is null || Order(image).CompareTo(Order(largest)) > 0) largest = image;
            },
        });
        Dataset[] parts = [split.Train, split.Validation ?? split.Train.Subset([]), split.Test];
        var copies = new DataCopies { HasTargetsInSources = options.Task == ModelTask.Pixels };
        foreach (var (part, data) in parts.Index()) copies.Add(part, data);
        return new DataDescription(parts)
        {
            Source = options.Source, Task = options.Task, Columns = columns,
            Counts = Array.ConvertAll(parts, part => options.Task == ModelTask.Labels ? CountLabels(part) : part.CountTargets()),
            Sizes = smallest is null ? null : (smallest, largest!), Unreadable = unreadable,
            Copies = copies, Notes = split.Notes,
        };
    }

    /// <summary>What people call a sample: its file, or its number, and the part that it is in.</summary>
    public string NameOf(SamplePlace place) =>
        $"{Parts[place.Part].Source(place.Index)?.Name ?? $"sample {place.Index}"} ({PartNames[place.Part]})";

    /// <summary>The class of a sample, its labels, or the class of most of its pixels.</summary>
    public string ClassOf(SamplePlace place)
    {
        if (Task == ModelTask.Labels)
        {
            var labels = TargetOf(place);
            var names = Classes.Where((_, label) => labels[label] != 0).ToList();
            return names.Count == 0 ? "no label" : string.Join(" + ", names);
        }
        var target = Parts[place.Part].Target(place.Index);
        return target < 0 ? "nothing" : Classes[(int)target];
    }

    /// <summary>Whether samples with the same content have several targets.</summary>
    public bool IsContradiction(IReadOnlyList<SamplePlace> group)
    {
        var first = TargetOf(group[0]);
        return group.Skip(1).Any(place => !TargetOf(place).SequenceEqual(first));
    }

    private static long[] CountLabels(Dataset part)
    {
        var (counts, target) = (new long[part.ClassNames.Count], new long[part.ClassNames.Count]);
        for (var index = 0; index < part.Count; index++)
        {
            part.ReadTarget(index, target);
            for (var label = 0; label < counts.Length; label++) counts[label] += target[label];
        }
        return counts;
    }

    private long[] TargetOf(SamplePlace place)
    {
        var target = new long[Parts[place.Part].TargetShape.ElementCount];
        Parts[place.Part].ReadTarget(place.Index, target);
        return target;
    }

    /// <summary>By pixels; of as many by the width.</summary>
    private static (long, int) Order(LoadedImage image) => ((long)image.Width * image.Height, image.Width);
}
