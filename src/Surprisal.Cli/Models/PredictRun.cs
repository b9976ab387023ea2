using System.Text;
using Surprisal.Training;

namespace Surprisal.Cli.Models;

/// <summary>Images, read in parallel a batch at a time, or the rows of a table to predictions.</summary>
internal static class PredictRun
{
    private const int BatchSize = 64;

    private static readonly string[] endings = [".png", ".jpg", ".jpeg", ".bmp", ".pgm", ".ppm", ".pnm"];

    public static int Start(string run, string[] names, PredictOptions options)
    {
        foreach (var (option, path) in new[] { ("--csv", options.Csv), ("--json", options.Json) })
            if (path is not "-") OutputPath.Check(option, path, options.Force);
        var file = ModelFile.Read(run);
        if (options.TopK is not null && file.Card.Task == ModelTask.Labels)
            throw new InvalidDataException($"--top-k is for models of classes; {run} tells every label that is more probable than not.");
        var topK = options.TopK ?? (file.Card.Task == ModelTask.Binary ? 2 : 1);
        if (topK > file.Card.ClassNames.Count)
            throw new InvalidDataException($"--top-k is {topK}, but the model knows {file.Card.ClassNames.Count} classes.");
        var (what, predictions) = file.Card switch
        {
            { Columns: { } columns } => ("row", TablePrediction.Predict(file, columns, names, topK)),
            { Images: { } images } => ("file", Predict(file, images, Files(names), topK, options)),
            _ => throw new InvalidDataException(
                $"{run}: this model did not learn from square images, so none can be brought to its form."),
        };
        var answer = new PredictionAnswer(what, file.Card, topK);
        Write(options.Csv, () => answer.Csv(predictions));
        Write(options.Json, () => predictions.Select(answer.Json));
        if (options.PrintsTable && predictions.Count > 0)
            foreach (var line in answer.Table(predictions, Screen.Here)) Console.WriteLine(line);
        return Commands.Done;
    }

    /// <summary>The files, those of folders in the order of their names.</summary>
    private static List<string> Files(string[] names)
    {
        var files = new List<string>();
        foreach (var name in names)
            if (name == "-") files.AddRange(Lines(Console.In));
            else if (!Directory.Exists(name)) files.Add(name);
            else
                files.AddRange(Directory.EnumerateFiles(name, "*", SearchOption.AllDirectories)
                    .Where(static path => endings.Contains(Path.GetExtension(path).ToLowerInvariant())).Order(StringComparer.Ordinal));
        return files.Count > 0 ? files : throw new InvalidDataException(
            $"{string.Join(", ", names)}: no images there; {string.Join(", ", endings)} were expected.");
    }

    private static IEnumerable<string> Lines(TextReader reader)
    {
        while (reader.ReadLine() is { } line)
            if (line.Length > 0) yield return line;
    }

    private static List<Prediction> Predict(ModelFile file, ImageCard images, List<string> files, int topK, PredictOptions options)
    {
        var loading = new ImageLoading { Size = images.Size, Grey = images.Grey, MaxPixels = options.MaxPixels };
        var predictions = new List<Prediction>(files.Count);
        using var scope = Tensor.NoGrad();
        for (var first = 0; first < files.Count; first += BatchSize)
        {
            var names = files.Skip(first).Take(BatchSize).ToArray();
            var (samples, failures) = (new float[names.Length][], new Exception?[names.Length]);
            Parallel.For(0, names.Length, i =>
            {
                try
                {
                    samples[i] = Prepared(ImageFolder.LoadImage(names[i], loading).ToArray(), images);
                }
                catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
                {
                    failures[i] = error;
                }
            });
            foreach (var failure in failures.OfType<Exception>())
            {
                if (!options.SkipBad) throw new InvalidDataException(failure.Message, failure);
                Console.Error.WriteLine($"surprisal: left out: {TerminalText.Escape(Commands.Plain(failure.Message))}");
            }
            int[] good = [.. Enumerable.Range(0, names.Length).Where(i => failures[i] is null)];
            if (good.Length == 0) continue;
            var inputs = Tensor.Create<float>(good.SelectMany(i => samples[i]).ToArray(), [good.Length, .. file.Card.Architecture.Input]);
            var logits = file.Model.Forward(inputs).ToArray();
            var outputs = file.Card.Architecture.Classes;
            for (var i = 0; i < good.Length; i++)
                predictions.Add(Prediction.Of(names[good[i]], logits.AsSpan(i * outputs, outputs), file.Card, topK));
        }
        return predictions;
    }

    /// <summary>Each channel by its mean and deviation, as in training.</summary>
    private static float[] Prepared(float[] sample, ImageCard images)
    {
        var area = images.Size * images.Size;
        for (var i = 0; i < sample.Length; i++)
            sample[i] = (float)((sample[i] - images.Mean[i / area]) / images.Deviation[i / area]);
        return sample;
    }

    private static void Write(string? path, Func<IEnumerable<string>> lines)
    {
        if (path is null) return;
        var text = string.Concat(lines().Select(static line => line + "\n"));
        if (path == "-") Console.Write(text);
        else AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }
}
