using System.Text;
using Surprisal.Training;

namespace Surprisal.Cli.Models;

/// <summary>Images, read in parallel a batch at a time, or the rows of a table to predictions.</summary>
internal static class PredictRun
{
    private const int BatchSize = 64;

    public static int Start(string run, string[] names, PredictOptions options)
    {
        foreach (var (option, path) in new[] { ("--csv", options.Csv), ("--json", options.Json) })
            if (path is not "-") OutputPath.Check(option, path, options.Force);
        var file = ModelFile.Read(run);
        if ((options.Out is not null) != (file.Card.Task == ModelTask.Pixels))
            throw new InvalidDataException(options.Out is null ? $"{run} says what each pixel is; --out FOLDER was expected, for the masks."
                : $"--out is for masks; {run} does not say what each pixel is.");
        if (file.Card.Task == ModelTask.Pixels)
        {
            if (options.TopK is not null || options.Csv is not null || options.Json is not null)
                throw new InvalidDataException($"--top-k, --csv and --json are for models of classes and labels; {run} makes masks.");
            MaskPrediction.Write(file, Files(names), options);
            return Commands.Done;
        }
        if (file.Card.Columns is not null && options.SkipBad)
            throw new InvalidDataException($"--skip-bad is for images; {run} learned from a table.");
        if (options.TopK is not null && file.Card.Task == ModelTask.Labels)
            throw new InvalidDataException($"--top-k is for models of classes; {run} tells every label that is more probable than not.");
        var topK = options.TopK ?? (file.Card.Task == ModelTask.Binary ? 2 : 1);
        if (topK > file.Card.ClassNames.Count)
            throw new InvalidDataException($"--top-k is {topK}, but the model knows {file.Card.ClassNames.Count} classes.");
        var (what, predictions) = file.Card switch
        {
            { Columns: { } columns } => ("row", TablePrediction.Predict(file, columns, names, topK)),
            { Images: not null } => ("file", Predict(file, Files(names), topK, options)),
            _ => throw new InvalidDataException(
                $"{run}: this model did not learn from square images, so none can be brought to its form."),
        };
        if (predictions.Count == 0) throw new InvalidDataException("none of the images can be read, so nothing was predicted.");
        var answer = new PredictionAnswer(what, file.Card, topK);
        Write(options.Csv, () => answer.Csv(predictions));
        Write(options.Json, () => predictions.Select(answer.Json));
        if (options.PrintsTable)
            foreach (var line in answer.Table(predictions, Screen.Here)) Console.WriteLine(line);
        return Commands.Done;
    }

    /// <summary>The files, those of folders as training finds them.</summary>
    private static List<string> Files(string[] names)
    {
        var files = new List<string>();
        foreach (var name in names)
            if (name == "-") files.AddRange(Lines(Console.In));
            else if (!Directory.Exists(name)) files.Add(name);
            else
            {
                files.AddRange(ImageFolder.Files(name, out var notes));
                TrainDisplay.Notes(notes);
            }
        return files.Count > 0 ? files : throw new InvalidDataException("the standard input names no image; one a line was expected.");
    }

    private static IEnumerable<string> Lines(TextReader reader)
    {
        while (reader.ReadLine() is { } line)
            if (line.Length > 0) yield return line;
    }

    private static List<Prediction> Predict(ModelFile file, List<string> files, int topK, PredictOptions options)
    {
        var (predictions, outputs) = (new List<Prediction>(files.Count), file.Card.Architecture.Classes);
        using var scope = Tensor.NoGrad();
        foreach (var batch in ImageBatch.Read(files, file.Card, BatchSize, options))
        {
            var logits = file.Model.Forward(batch.Inputs).ToArray();
            for (var i = 0; i < batch.Files.Length; i++)
                predictions.Add(Prediction.Of(batch.Files[i], logits.AsSpan(i * outputs, outputs), file.Card, topK));
        }
        return predictions;
    }

    private static void Write(string? path, Func<IEnumerable<string>> lines)
    {
        if (path is null) return;
        var text = string.Concat(lines().Select(static line => line + "\n"));
        if (path == "-") Console.Write(text);
        else AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }
}
