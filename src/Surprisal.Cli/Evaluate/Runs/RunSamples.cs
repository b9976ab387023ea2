using Surprisal.Cli.Models;
using Surprisal.Training;

namespace Surprisal.Cli.Evaluate;

/// <summary>The samples that a run's model is scored on: its own part to test with, or those of another folder.</summary>
/// <param name="Data">Prepared as those that the model learned from.</param>
/// <param name="Description">What they are, in words.</param>
internal sealed record RunSamples(Dataset Data, string Description)
{
    /// <exception cref="InvalidDataException">Other data than the run began with, other classes than the model's, or samples that the model
    /// cannot take; the message names the folder.</exception>
    public static RunSamples Load(RunRequest request, ModelCard card)
    {
        if ((request.Images ?? request.Data) is not { } folder)
            return new(OfRun(request.Run), $"the test part of {request.Run}");
        if (card.Task is ModelTask.Labels or ModelTask.Pixels)
            throw new InvalidDataException(
                $"{request.Run}: a folder says one class an image, and this model more; " +
                "without --images and --data its own test part is scored.");
        if (card.Images is not { } images)
            throw new InvalidDataException(
                $"{request.Run}: this model did not learn from square images, so none can be brought to its form.");
        var data = request.Images is not null
            ? ImageFolder.Load(folder, new ImageLoading { Size = images.Size, Grey = images.Grey }) : IdxFolder.Load(folder).Test;
        CheckClasses(folder, data, card);
        if (!data.SampleShape.ToArray().AsSpan().SequenceEqual([.. card.Architecture.Input]))
            throw new InvalidDataException($"{folder}: samples are [{string.Join(", ", data.SampleShape)}]; " +
                $"[{string.Join(", ", card.Architecture.Input)}] was expected, which the model learned from.");
        return new(new Normalization([.. images.Mean], [.. images.Deviation]).Apply(data),
            request.Images is not null ? $"the images in {folder}" : $"the test part of {folder}");
    }

    private static Dataset OfRun(string run)
    {
        if (!Directory.Exists(run))
            throw new InvalidDataException(
                $"{run}: the folder of a run was expected, whose test part is scored; --images or --data names other samples.");
        var options = RunFolder.OptionsOf(run);
        var data = TrainData.Load(options, new Seed(options.Seed));
        RunFolder.CheckData(run, data.Kept);
        return data.Test.Dataset;
    }

    private static void CheckClasses(string folder, Dataset data, ModelCard card)
    {
        if (data.ClassNames.ToHashSet(StringComparer.Ordinal).SetEquals(card.ClassNames)) return;
        throw new InvalidDataException(
            $"{folder}: the classes are {FewNames.Of(data.ClassNames)}; the model's were expected: {FewNames.Of(card.ClassNames)}.");
    }
}
