using System.CommandLine;

namespace Surprisal.Cli.Models;

/// <summary><c>surprisal predict</c>: what a trained model says of images.</summary>
internal static class PredictCommand
{
    public const string Examples = """
        RUN is the folder of a run, or a model.safetensors. FILES are images, folders of images, or -: names on the standard input, one a
        line. Images are prepared as those that the model learned from. Probabilities are calibrated: logits are divided by the
        temperature that made those of the validation part true.

        Examples:
          surprisal predict runs/flowers-lenet-1 rose.jpg
          surprisal predict runs/flowers-lenet-1 photos --top-k 3 --csv answers.csv
          find photos -name '*.jpg' | surprisal predict runs/flowers-lenet-1 - --json -
        """;

    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "The folder of a run, or a model.safetensors" };
        var files = new Argument<string[]>("FILES")
        {
            Description = "Images, folders, or - for names on the standard input", Arity = ArgumentArity.OneOrMore,
        };
        var topK = CheckedOption.Positive("--top-k", "How many classes are named of each image [default: 1]");
        var csv = CheckedOption.FileName("--csv", "Write file, class and probabilities as CSV; - is the standard output");
        var json = CheckedOption.FileName("--json", "Write a line of JSON an image; - is the standard output");
        var force = CheckedOption.Flag("--force", "Replace these files where they are there already");
        var skipBad = CheckedOption.Flag("--skip-bad", "Leave out images that cannot be read, instead of stopping");
        var maxPixels = CheckedOption.Whole("--max-pixels", "Refuse images of more pixels [default: 100000000]", minimum: 1);
        var command = new Command("predict", "Say what a trained model sees in images.")
        {
            run, files, topK, csv, json, force, skipBad, maxPixels,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(csv) is { Tokens: [{ Value: "-" }] } && result.GetResult(json) is { Tokens: [{ Value: "-" }] })
                result.AddError("--csv and --json cannot both go to the standard output.");
        });
        command.SetAction(parsed => PredictRun.Start(parsed.GetValue(run)!, parsed.GetValue(files)!, new PredictOptions
        {
            TopK = parsed.GetValue(topK) ?? 1,
            Csv = parsed.GetValue(csv),
            Json = parsed.GetValue(json),
            Force = parsed.GetValue(force),
            SkipBad = parsed.GetValue(skipBad),
            MaxPixels = parsed.GetValue(maxPixels) ?? 100_000_000,
        }));
        return command;
    }
}
