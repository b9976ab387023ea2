using Surprisal.Cli.Models;
using Surprisal.Cli.Tables;
using Surprisal.Training;

namespace Surprisal.Cli.Evaluate;

/// <summary>The samples that a run's model is scored on: its own part to test with, or others.</summary>
/// <param name="Data">Prepared as those that the model learned from.</param>
/// <param name="Description">What they are, in words.</param>
internal sealed record RunSamples(Dataset Data, string Description)
{
    /// <summary>Of a table, the line of its file where each row begins, from 1; empty elsewhere.</summary>
    public IReadOnlyList<long> Lines { get; init; } = [];

    /// <exception cref="InvalidDataException">Other data than the run began with, other classes than the model's, or samples that the model
    /// cannot take; the message names the folder.</exception>
    public static RunSamples Load(RunRequest request, ModelCard card)
    {
        if ((request.Images ?? request.Table ?? request.Data) is not { } source)
            return new(OfRun(request.Run), $"the test part of {request.Run}");
        if (Expected(request, card) is { } expected) throw new InvalidDataException($"{request.Run}: {expected}");
        if (request.Table is not null)
            return new(OfTable(request, source, card), $"the rows of {source}") { Lines = LinesOf(source) };
        var data = request.Images is not null ? OfImages(request, source, card.Images!, card) : IdxFolder.Load(source).Test;
        CheckClasses(request.Labels ?? source, data, card);
        if (!data.SampleShape.ToArray().AsSpan().SequenceEqual([.. card.Architecture.Input]))
            throw new InvalidDataException($"{source}: samples are [{string.Join(", ", data.SampleShape)}]; " +
                $"[{string.Join(", ", card.Architecture.Input)}] was expected, which the model learned from.");
        return new(new Normalization([.. card.Images!.Mean], [.. card.Images.Deviation]).Apply(data),
            request.Images is not null ? $"the images in {source}" : $"the test part of {source}");
    }

    /// <summary>What the model is scored on, where that was not given; else null.</summary>
    private static string? Expected(RunRequest request, ModelCard card) => card switch
    {
        { Columns: not null } => request.Table is null ? "this model learned from a table; --table FILE was expected." : null,
        { Images: null } => "this model did not learn from square images, so none can be brought to its form.",
        _ when request.Table is not null => "this model learned from images; --images FOLDER was expected.",
        { Task: ModelTask.Pixels } => request.Images is null || request.Masks is null
            ? "this model says what each pixel is; --images FOLDER and --masks FOLDER were expected." : null,
        { Task: ModelTask.Labels } => request.Images is null || request.Labels is null
            ? "this model tells several labels an image; --images FOLDER and --labels FILE were expected." : null,
        _ when request.Labels is not null || request.Masks is not null =>
            $"this model says one class an image; {(request.Masks is null ? "--labels" : "--masks")} says more.",
        _ => null,
    };

    private static Dataset OfImages(RunRequest request, string folder, ImageCard images, ModelCard card)
    {
        var loading = new ImageLoading { Size = images.Size, Grey = images.Grey, Unreadable = BadImages.Told(request.SkipBad) };
        if (request.MaxPixels is { } most) loading = loading with { MaxPixels = most };
        return request.Masks is { } masks ? MaskFolder.Load(folder, masks, loading, card.ClassNames)
            : request.Labels is { } labels ? LabelFolder.Load(folder, labels, loading) : ImageFolder.Load(folder, loading);
    }

    private static TableDataset OfTable(RunRequest request, string path, ModelCard card)
    {
        if (request.Target is null && !Directory.Exists(request.Run))
            throw new InvalidDataException($"{request.Run}: a model does not know which column has the classes; " +
                "--target COLUMN was expected, or the folder of a run.");
        var data = TableDataset.Load(path, request.Target ?? RunFolder.OptionsOf(request.Run).Target!, card.Columns!, card.ClassNames);
        var sample = new float[data.Inputs.Count];
        UnknownTexts.Tell(card.Columns!, data.Count, row =>
        {
            data.Read(row, sample);
            return sample;
        });
        return data;
    }

    private static List<long> LinesOf(string path)
    {
        using var file = Utf8File.Open(path);
        var separator = CsvSeparator.Of(path, file.Text());
        using var rows = new CsvRows(path, file.Text(), separator);
        var lines = new List<long>();
        while (rows.MoveNext())
            if (!rows.IsBlank) lines.Add(rows.Line);
        return lines[1..];
    }

    private static Dataset OfRun(string run)
    {
        if (!Directory.Exists(run))
            throw new InvalidDataException(
                $"{run}: the folder of a run was expected, whose test part is scored; --images, --table or --data names other samples.");
        var options = RunFolder.OptionsOf(run);
        var data = TrainData.Load(options, new Seed(options.Seed));
        RunFolder.CheckData(run, data.Kept);
        return data.Test.Dataset;
    }

    private static void CheckClasses(string place, Dataset data, ModelCard card)
    {
        if (data.ClassNames.ToHashSet(StringComparer.Ordinal).SetEquals(card.ClassNames)) return;
        var what = card.Task == ModelTask.Labels ? "labels" : "classes";
        throw new InvalidDataException(
            $"{place}: the {what} are {FewNames.Of(data.ClassNames)}; the model's were expected: {FewNames.Of(card.ClassNames)}.");
    }
}
