namespace Surprisal.Cli.Models;

/// <summary>Images to masks: one PNG file an image, of its size.</summary>
internal static class MaskPrediction
{
    private const int BatchSize = 16;

    /// <param name="file">The model.</param>
    /// <param name="files">The images.</param>
    /// <param name="options">Where the masks go.</param>
    public static void Write(ModelFile file, List<string> files, PredictOptions options)
    {
        var classes = file.Card.Architecture.Classes;
        if (classes > MaskImage.MostClasses)
            throw new InvalidDataException($"the model knows {classes} classes; a mask tells at most {MaskImage.MostClasses} apart.");
        files = [.. files.Distinct(StringComparer.Ordinal)];
        var places = Places(files, options);
        Directory.CreateDirectory(options.Out!);
        var (written, size) = (0, file.Card.Images!.Size);
        using var scope = Tensor.NoGrad();
        foreach (var batch in ImageBatch.Read(files, file.Card, BatchSize, options))
        {
            var predicted = file.Model.Forward(batch.Inputs).ArgMax(1).ToArray();
            for (var i = 0; i < batch.Files.Length; i++, written++)
                MaskImage.Write(places[batch.Files[i]], Resized(predicted.AsSpan(i * size * size, size * size), size, batch.Sizes[i]),
                    batch.Sizes[i].Width);
        }
        var names = file.Card.HasNumbersForNames ? "" : ": " +
            FewNames.OfTexts([.. file.Card.ClassNames.Index().Select(static named => $"{named.Index} {CsvText.Quote(named.Item)}")]);
        Console.WriteLine(TerminalText.Escape($"{options.Out}: {Counted.Of(written, "mask")} of {classes} classes{names}"));
    }

    /// <summary>The mask of each image: its name with the ending of PNG files.</summary>
    private static Dictionary<string, string> Places(List<string> files, PredictOptions options)
    {
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var place = Path.Combine(options.Out!, Path.GetFileNameWithoutExtension(file) + ".png");
            if (!taken.TryAdd(place, file))
                throw new InvalidDataException(
                    $"{taken[place]} and {file} would both have the mask {place}; an --out for each was expected.");
            if (Path.GetFullPath(place) == Path.GetFullPath(file))
                throw new InvalidDataException($"--out {options.Out}: {file} is there itself; another folder was expected.");
            if (File.Exists(place) && !options.Force)
                throw new InvalidDataException($"--out {options.Out}: {place} is there already; --force replaces it.");
            places.Add(file, place);
        }
        return places;
    }

    /// <summary>Each pixel of the image has the class of the nearest of the mask.</summary>
    private static byte[] Resized(ReadOnlySpan<long> mask, int size, (int Width, int Height) to)
    {
        var pixels = new byte[to.Width * to.Height];
        for (var y = 0; y < to.Height; y++)
            for (var x = 0; x < to.Width; x++)
                pixels[y * to.Width + x] = (byte)mask[Nearest(y, to.Height) * size + Nearest(x, to.Width)];
        return pixels;

        int Nearest(int place, int length) => (int)((2L * place + 1) * size / (2L * length));
    }
}
