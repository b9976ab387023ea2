using Surprisal.Training;

namespace Surprisal.Cli.Models;

/// <summary>Some images as a model's input.</summary>
/// <param name="Files">Their names.</param>
/// <param name="Sizes">Width and height of each in its file, upright.</param>
/// <param name="Inputs">[N, channels, size, size].</param>
internal sealed record ImageBatch(string[] Files, (int Width, int Height)[] Sizes, Tensor<float> Inputs)
{
    /// <summary>Reads files in parallel, so many at a time; those that cannot be read are told and left out, if the options say
    /// so.</summary>
    public static IEnumerable<ImageBatch> Read(List<string> files, ModelCard card, int batchSize, PredictOptions options)
    {
        var images = card.Images!;
        var loading = new ImageLoading { Size = images.Size, Grey = images.Grey, MaxPixels = options.MaxPixels };
        foreach (var names in files.Chunk(batchSize))
        {
            var (samples, sizes, failures) = (new float[names.Length][], new (int, int)[names.Length], new Exception?[names.Length]);
            Parallel.For(0, names.Length, i =>
            {
                try
                {
                    samples[i] = Prepared(ImageFolder.LoadImage(names[i], loading, out sizes[i]).ToArray(), images);
                }
                catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
                {
                    failures[i] = error;
                }
            });
            foreach (var failure in failures.OfType<Exception>()) BadImages.Tell(failure, options.SkipBad);
            int[] good = [.. Enumerable.Range(0, names.Length).Where(i => failures[i] is null)];
            if (good.Length == 0) continue;
            yield return new ImageBatch([.. good.Select(i => names[i])], [.. good.Select(i => sizes[i])],
                Tensor.Create<float>(good.SelectMany(i => samples[i]).ToArray(), [good.Length, .. card.Architecture.Input]));
        }
    }

    /// <summary>Each channel by its mean and deviation, as in training.</summary>
    private static float[] Prepared(float[] sample, ImageCard images)
    {
        var area = images.Size * images.Size;
        for (var i = 0; i < sample.Length; i++)
            sample[i] = (float)((sample[i] - images.Mean[i / area]) / images.Deviation[i / area]);
        return sample;
    }
}
