using Surprisal.Cli.Models;
using Surprisal.Cli.Report;
using Surprisal.Modules;
using Surprisal.Training;

namespace Surprisal.Cli.Evaluate;

/// <summary>The logits of a run's best weights, as a file of them would be, and what is known of their rows beside.</summary>
internal sealed record RunScores
{
    private const int BatchSize = 256;

    private readonly Dataset samples;
    private readonly ImageCard? images;

    private RunScores(Dataset samples, ImageCard? images) => (this.samples, this.images) = (samples, images);

    /// <summary>What the model is and what it was scored on, in a sentence.</summary>
    public required string Description { get; init; }

    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Whether the logits are one column, of class 1.</summary>
    public required bool IsBinary { get; init; }

    /// <summary>[N, C], of pixels [N, C, H, W].</summary>
    public required StoredArray Logits { get; init; }

    /// <summary>[N], of pixels [N, H, W]: indices of <see cref="ClassNames"/>.</summary>
    public required StoredArray Targets { get; init; }

    public static RunScores Of(RunRequest request)
    {
        var (card, model) = ModelFile.Read(request.Run);
        if (card.Task == ModelTask.Labels)
            throw new InvalidDataException($"{request.Run}: a model of several labels; --multi-label scores files of its outputs.");
        var (samples, description) = RunSamples.Load(request, card);
        var (logits, targets, shape) = Forward(model, samples);
        // The same classes may be in another order there.
        List<string> names = [.. card.ClassNames];
        int[] places = [.. samples.ClassNames.Select(name => names.IndexOf(name))];
        for (var i = 0; i < targets.Length; i++)
            if (targets[i] >= 0 && targets[i] < places.Length) targets[i] = places[targets[i]];
        return new RunScores(samples, card.Images)
        {
            Description = $"scores: {card.Architecture}, of {request.Run}, on {description}.",
            ClassNames = card.ClassNames, IsBinary = card.Task == ModelTask.Binary,
            Logits = new MemoryArray<float>($"{request.Run}: logits", logits, shape),
            Targets = new MemoryArray<long>($"{request.Run}: targets", targets, [shape[0], .. shape.Skip(2)]),
        };
    }

    /// <summary>The file of a row; null where samples are in no files of their own.</summary>
    public string? NameOf(long row) => samples.Source(SampleOf(row))?.Name;

    /// <summary>What a row looks like, as an image for a page; null where it is none.</summary>
    public string? PictureOf(long row)
    {
        if (images is null) return null;
        var sample = new float[samples.SampleShape.ElementCount];
        samples.Read(SampleOf(row), sample);
        var area = sample.Length / images.Mean.Count;
        for (var i = 0; i < sample.Length; i++) sample[i] = (float)(sample[i] * images.Deviation[i / area] + images.Mean[i / area]);
        return PngPicture.DataUri(sample, samples.SampleShape);
    }

    /// <summary>The sample of a row: of pixels, many rows are of one.</summary>
    private int SampleOf(long row) => (int)(row / samples.TargetShape.ElementCount);

    private static (float[] Logits, long[] Targets, long[] Shape) Forward(Module model, Dataset samples)
    {
        using var scope = Tensor.NoGrad();
        var (logits, targets, done) = (Array.Empty<float>(), new long[samples.Count * samples.TargetShape.ElementCount], 0);
        long[] shape = [];
        foreach (var (inputs, classes) in new DataLoader(samples, BatchSize).Epoch(0))
        {
            var output = model.Forward(inputs);
            if (done == 0)
            {
                shape = [samples.Count, .. output.Shape.ToArray().Skip(1).Select(static size => (long)size)];
                logits = new float[checked(samples.Count * (output.Length / output.Shape[0]))];
            }
            output.ToArray().CopyTo(logits, (long)done * (output.Length / output.Shape[0]));
            classes.ToArray().CopyTo(targets, (long)done * samples.TargetShape.ElementCount);
            done += output.Shape[0];
        }
        return (logits, targets, shape);
    }
}
