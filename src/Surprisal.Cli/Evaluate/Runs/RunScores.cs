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

    /// <summary>What the logits say: of <see cref="ModelTask.Binary"/> they are one column, of class 1.</summary>
    public required ModelTask Task { get; init; }

    /// <summary>[N, C], of pixels [N, C, H, W].</summary>
    public required StoredArray Logits { get; init; }

    /// <summary>[N], of pixels [N, H, W]: indices of <see cref="ClassNames"/>; of labels 0 and 1, [N, L].</summary>
    public required StoredArray Targets { get; init; }

    /// <summary>Of a table, the line of each row in its file; empty elsewhere.</summary>
    public required IReadOnlyList<long> Lines { get; init; }

    /// <summary>Which part of the samples is scored: the first of one is all of them.</summary>
    public (int Part, int Parts) Shard { get; init; } = (1, 1);

    public static RunScores Of(RunRequest request)
    {
        var (card, model) = ModelFile.Read(request.Run);
        var loaded = RunSamples.Load(request, card);
        var (samples, description) = loaded;
        var (logits, targets, shape) = Forward(model, samples);
        if (card.Task == ModelTask.Labels) Reorder(targets, samples.ClassNames, card.ClassNames);
        else Renumber(targets, samples.ClassNames, [.. card.ClassNames]);
        long[] rows = card.Task == ModelTask.Labels ? shape : [shape[0], .. shape.Skip(2)];
        return new RunScores(samples, card.Images)
        {
            Description = $"scores: {card.Architecture}, of {request.Run}, on {description}.",
            ClassNames = card.ClassNames, Task = card.Task, Lines = loaded.Lines,
            Logits = new MemoryArray<float>($"{request.Run}: logits", logits, shape),
            Targets = new MemoryArray<long>($"{request.Run}: targets", targets, rows),
        };
    }

    /// <summary>The same classes may be in another order there.</summary>
    private static void Renumber(Span<long> targets, IReadOnlyList<string> from, List<string> to)
    {
        int[] places = [.. from.Select(name => to.IndexOf(name))];
        foreach (ref var target in targets)
            if (target >= 0 && target < places.Length) target = places[target];
    }

    /// <summary>The same labels may be in another order there: a column each.</summary>
    private static void Reorder(long[] targets, IReadOnlyList<string> from, IReadOnlyList<string> to)
    {
        int[] places = [.. to.Select(name => from.ToList().IndexOf(name))];
        foreach (var (row, labels) in targets.Chunk(places.Length).Index())
            for (var label = 0; label < places.Length; label++) targets[row * places.Length + label] = labels[places[label]];
    }

    /// <summary>The file of a row; null where samples are in no files of their own.</summary>
    public string? NameOf(long row) => samples.Source(SampleOf(row))?.Name;

    /// <summary>The line of a row in its table; null where rows are of none.</summary>
    public long? LineOf(long row) => Lines.Count > 0 ? Lines[(int)row] : null;

    /// <summary>Where in its picture a row is, as the model sees that; null where rows are no pixels.</summary>
    public (long X, long Y)? PlaceOf(long row)
    {
        if (Task != ModelTask.Pixels) return null;
        var pixel = row % samples.TargetShape.ElementCount;
        return (pixel % samples.TargetShape[^1], pixel / samples.TargetShape[^1]);
    }

    /// <summary>The file of a row, or its line, and where in a picture; empty where neither is known.</summary>
    public string Describe(long row) => string.Join(", ", new[]
    {
        NameOf(row), LineOf(row) is { } line ? $"line {line}" : null, PlaceOf(row) is var (x, y) ? $"x {x}, y {y}" : null,
    }.OfType<string>());

    /// <summary>Of pixels: the pictures that are hardest as wholes, so many of them.</summary>
    public IReadOnlyList<HardPicture> HardestPictures(long ignored, int most) =>
        HardPicture.Of(this, ScorePass.RangeOf(samples.Count, Shard), ignored, most);

    /// <summary>The first row of a sample.</summary>
    public long RowOf(HardPicture picture) => picture.Sample * samples.TargetShape.ElementCount;

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
    private int SampleOf(long row) => (int)(Task == ModelTask.Pixels ? row / samples.TargetShape.ElementCount : row);

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
