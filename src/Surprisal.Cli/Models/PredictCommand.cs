using System.CommandLine;

namespace Surprisal.Cli.Models;

/// <summary><c>surprisal predict</c>: what a trained model says of images, or of the rows of a table.</summary>
internal static class PredictCommand
{
    public const string Examples = """
        RUN is the folder of a run, or a model.safetensors. FILES are images, folders of images, or -: names on the standard input, one a
        line. Where the model learned from a table (--csv), FILES is one table with the same columns, with or without that of the classes,
        or - for one on the standard input; a text that was in no row to learn from is 0 in all inputs of its column, as in training, and
        told. Samples are prepared as those that the model learned from. Probabilities are calibrated: logits
        are divided by the temperature that made those of the validation part true. Of a model of labels (--labels) every label above 0.5
        is told, one of masks (--masks) writes a mask an image.

        Examples:
          surprisal predict runs/flowers-lenet-1 rose.jpg
          surprisal predict runs/flowers-lenet-1 photos --top-k 3 --csv answers.csv
          surprisal predict runs/bank-notes-mlp-1 more.csv
          surprisal predict runs/photos-unet-1 photos --out masks
          find photos -name '*.jpg' | surprisal predict runs/flowers-lenet-1 - --json -
        """;

    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "The folder of a run, or a model.safetensors" };
        var files = new Argument<string[]>("FILES")
        {
            Description = "Images, folders, or - for names on the standard input; or a table, or - for one there",
            Arity = ArgumentArity.OneOrMore,
        };
        var topK = CheckedOption.Positive("--top-k", "How many classes are named of each sample [default: 1, or both after --loss bce]");
        var csv = CheckedOption.FileName("--csv", "Write file or row, class and probabilities as CSV; - is the standard output");
        var json = CheckedOption.FileName("--json", "Write a line of JSON a sample; - is the standard output");
        var output = CheckedOption.Folder("--out",
            "Where the masks go, of a model of --masks: a PNG file an image, of its size, whose index is the class");
        var force = CheckedOption.Flag("--force", "Replace these files where they are there already");
        var skipBad = CheckedOption.Flag("--skip-bad", "Leave out images that cannot be read, instead of stopping");
        var maxPixels = CheckedOption.Whole("--max-pixels", "Refuse images of more pixels [default: 100000000]", minimum: 1);
        var command = new Command("predict", "Say what a trained model makes of images, or of the rows of a table.")
        {
            run, files, topK, csv, json, output, force, skipBad, maxPixels,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(csv) is { Tokens: [{ Value: "-" }] } && result.GetResult(json) is { Tokens: [{ Value: "-" }] })
                result.AddError("--csv and --json cannot both go to the standard output.");
        });
        command.SetAction(parsed => PredictRun.Start(parsed.GetValue(run)!, parsed.GetValue(files)!, new PredictOptions
        {
            TopK = parsed.GetValue(topK),
            Csv = parsed.GetValue(csv),
            Json = parsed.GetValue(json),
            Out = parsed.GetValue(output),
            Force = parsed.GetValue(force),
            SkipBad = parsed.GetValue(skipBad),
            MaxPixels = parsed.GetValue(maxPixels) ?? 100_000_000,
        }));
        return command;
    }
}
