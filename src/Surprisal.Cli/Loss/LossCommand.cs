using System.CommandLine;
using System.CommandLine.Parsing;
using Surprisal.Cli.Inputs;
using Surprisal.Cli.Tables;
using static Surprisal.Cli.CheckedOption;

namespace Surprisal.Cli.Loss;

/// <summary><c>surprisal loss</c>: one command below it for each loss, with the loss's options.</summary>
internal static class LossCommand
{
    /// <summary>What --help says below the losses.</summary>
    public const string Examples = """
        Each evaluates the library's loss of that name on arrays in files: .npy, .npz and safetensors, FILE:NAME for one array of several.
        Whole arrays are read into memory. They are computed in the type of the scores: float16, bfloat16, float32 or float64.

        Examples:
          surprisal loss cross-entropy --logits logits.npy --targets labels.npy
          surprisal loss nll --input e.npz:logp --targets e.npz:y --weight 1,2,5
          surprisal loss bce-with-logits --logits x.npy --targets y.npy --gradient g.npy
          surprisal loss focal --logits x.npy --targets y.npy --out losses.npy
          surprisal loss cross-entropy --help
        """;

    private const string Outputs =
        "The gradient is written in the type of the scores, and so are the losses of --reduction none; the one value of the others as " +
        "float64. A .npy file lacks bfloat16: those are written as the same numbers in float32.";

    /// <param name="formats">Formats of tables that another package brings.</param>
    public static Command Create(params IReadOnlyList<TableFormat> formats)
    {
        var command = new Command("loss", "Evaluate a loss of the library on arrays in files.");
        foreach (var entry in LossTable.All) command.Add(Create(entry, formats));
        command.SetAction(static _ => Commands.Run(["loss", "--help"]));
        return command;
    }

    /// <summary>What --help says below the options of a loss.</summary>
    public static string Notes(Command command)
    {
        var entry = LossTable.All.Single(entry => entry.Name == command.Name);
        return $"{entry.Arrays}\n{Outputs}\nThe same as {entry.Type} of the library: values, gradients and options are its.";
    }

    private static Command Create(LossEntry entry, IReadOnlyList<TableFormat> formats)
    {
        var (name, alias) = entry.TakesLogits ? ("logits", "input") : ("input", "logits");
        var logits = FileName($"--{name}", $"The {name}, an array in a file");
        logits.Aliases.Add($"--{alias}");
        var targets = FileName("--targets", "The targets, an array in a file");
        var weights = FileName("--sample-weights", "How often each sample counts [default: once]");
        var gradient = FileName("--gradient", "Where to write the gradient (.npy)");
        var output = FileName("--out", "Where to write the losses or their value (.npy)");
        var force = Flag("--force", "Replace files that are there");
        var json = Flag("--json", "Print one JSON object");

        var command = new Command(entry.Name, entry.Description);
        var settings = entry.Settings.Select(static setting => setting.Option);
        foreach (var option in (Option[])[logits, targets, weights, .. settings, gradient, output, force, json]) command.Add(option);
        command.Validators.Add(result =>
        {
            foreach (var option in (Option[])[logits, targets])
                if (result.GetResult(option) is null) result.AddError($"{option.Name} FILE is missing.");
            foreach (var complaint in LossSetting.Complaints(entry.Settings, result.Has)) result.AddError(complaint);
        });
        command.SetAction(parsed => LossRun.Run(new(
            entry,
            entry.Settings.Aggregate(entry.Plain, (loss, setting) => setting.Apply(loss, parsed)),
            parsed.GetValue(logits)!,
            parsed.GetValue(targets)!)
        {
            SampleWeights = parsed.GetValue(weights), Gradient = parsed.GetValue(gradient), Output = parsed.GetValue(output),
            Formats = formats, Force = parsed.GetValue(force), Json = parsed.GetValue(json),
        }, parsed.InvocationConfiguration.Output));
        return command;
    }
}
