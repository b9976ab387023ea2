using Surprisal.Cli.Inputs;
using Surprisal.Cli.Models;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>
/// What a run learns from, what chooses its best epoch, and what it is tested with, once: each as batches. Where nobody wants a part to
/// validate with, the test part chooses too.
/// </summary>
internal sealed record TrainData(DataLoader Train, DataLoader? Validation, DataLoader Test, ImageCard? Images)
{
    private const int EvaluationBatch = 256, EvaluationBatchOfPixels = 32;

    /// <summary>What the columns of a table become; null for images.</summary>
    public IReadOnlyList<TableInput>? Columns { get; init; }

    /// <summary>What to know about the parts, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What is looked at after each epoch.</summary>
    public DataLoader Choosing => Validation ?? Test;

    /// <summary>What data.json keeps.</summary>
    public RunData Kept => new(DataPart.From(Train.Dataset), DataPart.From(Test.Dataset),
        Validation is null ? null : DataPart.From(Validation.Dataset));

    /// <summary>Reads and splits; the seed's next numbers decide the split and the order.</summary>
    public static TrainData Load(TrainOptions options, Seed random)
    {
        var split = Split(options, random, out var columns);
        if (options is { Folds: { } folds, Fold: { } fold }) split = OfFold(split, folds, fold, random);
        string[] notes = [.. split.Notes, .. Advice(options, split)];
        TrainDisplay.Notes(notes);
        var normalization = options.Normalize ? Normalization.Of(split.Train) : null;
        if (normalization is not null) split = split.Normalized(normalization);
        var batch = options.Masks is null ? EvaluationBatch : EvaluationBatchOfPixels;
        return new TrainData(
            SampleChanges.Loader(split.Train, options, random),
            split.Validation is { Count: > 0 } validation ? new DataLoader(validation, batch) : null,
            new DataLoader(split.Test, batch),
            Card(split.Train, normalization)) { Columns = columns, Notes = notes };
    }

    private static IEnumerable<string> Advice(TrainOptions options, DatasetSplit split)
    {
        if (split.Validation is null && options.Fold is null)
            yield return "nothing to validate with, so the part to test with chooses the best epoch, and is no test of it";
        if (options is { Sampler: TrainOptions.Weighted, ClassWeights: not null })
            yield return "--sampler weighted and --class-weights both favour rare classes; one of them is usual";
    }

    /// <summary>The parts as they are, before anything is normalized.</summary>
    /// <param name="options">Where they come from, and how they are cut.</param>
    /// <param name="random">Its next number decides the split.</param>
    /// <param name="columns">Receives how a table's columns become inputs; null where there is no table.</param>
    /// <param name="adjust">Changes how images are read; null for as the options say.</param>
    public static DatasetSplit Split(TrainOptions options, Seed random, out IReadOnlyList<TableInput>? columns,
        Func<ImageLoading, ImageLoading>? adjust = null)
    {
        columns = null;
        if (options.Csv is { } table)
        {
            var parts = TableDataset.LoadSplit(table,
                new TableOptions
                {
                    Target = options.Target!, Ignore = options.IgnoreColumns, Categories = options.CategoryColumns,
                    TestShare = options.TestShare, ValidationShare = options.ValidationShare,
                },
                random, out var whole);
            columns = whole.Columns;
            return parts;
        }
        if (options.Images is { } folder)
        {
            var bad = new List<UnreadableFile>();
            var loading = new ImageLoading
            {
                Size = options.Size, Grey = options.Grey, MaxPixels = options.MaxPixels, TestShare = options.TestShare,
                ValidationShare = options.ValidationShare, Unreadable = options.SkipBad ? BadImages.Told(skips: true) : bad.Add,
            };
            if (adjust is not null) loading = adjust(loading);
            try
            {
                var images = options.Masks is { } masks
                    ? Classes(MaskFolder.LoadSplit(folder, masks, loading, random, options.ClassNames), masks, options.ClassNames)
                    : options.Labels is { } labels
                        ? LabelFolder.LoadSplit(folder, labels, loading, random) : ImageFolder.LoadSplit(folder, loading, random);
                return bad.Count == 0 ? images : throw new BadImagesException(bad);
            }
            catch (InvalidDataException) when (bad.Count > 0)
            {
                throw new BadImagesException(bad); // what is wrong without them may follow from that
            }
        }
        if (options.Data is not { } files)
            return options.ValidationShare > 0
                ? Digits.Load().Split(options.TestShare, options.ValidationShare, random) : Digits.Load().Split(options.TestShare, random);
        var split = IdxFolder.Load(files);
        if (options.ValidationShare == 0) return split;
        var cut = split.Train.Split(options.ValidationShare, random); // its test part is the one to validate with
        return split with { Train = cut.Train, Validation = cut.Test, Notes = [.. split.Notes, .. cut.Notes] };
    }

    /// <summary>
    /// Refuses masks of one class, and names behind the last class that a pixel has; those without a class are refused where masks are
    /// read.
    /// </summary>
    private static DatasetSplit Classes(DatasetSplit split, string masks, IReadOnlyList<string>? names)
    {
        Dataset[] parts = [split.Train, .. split.Validation is { } validation ? [validation] : Array.Empty<Dataset>(), split.Test];
        var last = parts.Max(static part => Array.FindLastIndex(part.CountTargets(), static count => count > 0));
        if (last < 1)
            throw new InvalidDataException($"{masks}: no pixel has another class than 0; two classes at least were expected. " +
                "255 is no class: masks of 0 and 255 have to be written as 0 and 1.");
        return names is null || last == names.Count - 1 ? split
            : throw new InvalidDataException($"{masks}: the masks have the classes 0..{last}, but there are {names.Count} names; " +
                $"{last + 1} were expected, and '{names[last + 1]}' is the first that no pixel has.");
    }

    /// <summary>One fold to test with, chosen by too, and the others to train on; the part to test with has no part in it.</summary>
    private static DatasetSplit OfFold(DatasetSplit split, int folds, int fold, Seed random)
    {
        try
        {
            var (train, test) = split.Train.Folds(folds, random)[fold - 1];
            return split with { Train = train, Test = test, Validation = null };
        }
        catch (ArgumentOutOfRangeException error)
        {
            var message = error.Message.Replace("count is", "--folds is", StringComparison.Ordinal);
            throw new InvalidDataException(Commands.Plain(message), error);
        }
    }

    /// <summary>How an image file becomes such a sample; null where samples are no squares.</summary>
    private static ImageCard? Card(Dataset data, Normalization? normalization)
    {
        if (data.SampleShape is not { Rank: 3 } shape || shape[1] != shape[2] || shape[0] is not (1 or 3)) return null;
        double[] Numbers(double value) => [.. Enumerable.Repeat(value, shape[0])];
        return new ImageCard(shape[1], shape[0] == 1, normalization?.Mean ?? Numbers(0), normalization?.Deviation ?? Numbers(1));
    }
}
