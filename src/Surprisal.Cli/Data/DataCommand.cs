using System.CommandLine;
using System.Text;
using Surprisal.Cli.Inputs;
using static Surprisal.Cli.CheckedOption;

namespace Surprisal.Cli.Data;

/// <summary><c>surprisal data</c>: what a training would learn from.</summary>
internal static class DataCommand
{
    public const string Examples = """
        FOLDER holds images or IDX files, as of 'surprisal train --images' and '--data'; it is read, split and counted as there, with
        --labels or --masks too. --csv stands for itself, and without either it is the digits that come with the program. Copies are
        samples with the same pixels at this --size; those in two parts are listed first, for a model that learned them is tested with
        what it knows. Images are decoded one by one and not kept.
        Where files cannot be read, which train would stop at, the exit code is 1; --skip-bad leaves them out, here and there.

        Examples:
          surprisal data flowers --size 64 --report flowers.html
          surprisal data fashion-mnist --json
          surprisal data photos --masks masks --report photos.html
          surprisal data --csv notes.csv --target genuine
        """;

    public static Command Create()
    {
        var folder = new Argument<string?>("FOLDER") { Description = "Images or IDX files", Arity = ArgumentArity.ZeroOrOne };
        var size = Positive("--size", "Side in pixels that images are resized to [default: 28]");
        var grey = Flag("--grey", "Turn images grey");
        var maxPixels = Whole("--max-pixels", "Refuse images of more pixels [default: 100000000]", minimum: 1);
        var skipBad = Flag("--skip-bad", "Leave out images that cannot be read");
        var testShare = Part("--test-share", "How much of each class is for the test, where the data do not say [default: 0.2]");
        var validationShare = Number("--validation-share", "How much of each class chooses the best epoch [default: 0.1]", 0, below: 1);
        var seed = Whole("--seed", "Decides the split [default: 0]");
        var json = Flag("--json", "Print one JSON object");
        var report = FileName("--report", "Write a page with pictures (HTML)");
        var force = Flag("--force", "Replace this file where it is there already");
        var tables = new SourceArguments();
        var command = new Command("data", "Describe data to train on: classes, parts, images, copies.")
        {
            folder, size, grey, maxPixels, skipBad, testShare, validationShare, seed, json, report, force,
        };
        foreach (var option in tables.All) command.Add(option);
        command.Validators.Add(result =>
        {
            foreach (var complaint in (string[])
                [.. tables.Complaints(result, folder), .. IsOfParts() ? [] : Shares.Complaints(result, testShare, validationShare)])
                result.AddError(complaint);

            bool IsOfParts() => result.GetResult(folder) is { Tokens: [var source] } && IsIdx(source.Value);
        });
        command.SetAction(parsed =>
        {
            var (source, defaults) = (parsed.GetValue(folder), new TrainOptions());
            var hasTargets = parsed.CommandResult.Has("--labels") || parsed.CommandResult.Has("--masks");
            var isImages = source is not null && (hasTargets || !IsIdx(source));
            foreach (var option in (Option[])[size, grey, maxPixels, skipBad])
                if (!isImages && parsed.CommandResult.Has(option))
                    throw new InvalidDataException($"{option.Name} goes with a folder of images; " +
                        $"{source ?? parsed.GetValue<string?>("--csv") ?? "the digits"} is none.");
            if (source is not null && !isImages && parsed.CommandResult.Has(testShare))
                throw new InvalidDataException($"--test-share goes with data that are not in parts yet; {source} has files to test with.");
            var options = defaults with
            {
                Images = isImages ? Path.GetFullPath(source!) : null,
                Data = source is not null && !isImages ? Path.GetFullPath(source) : null,
                Size = parsed.GetValue(size) ?? defaults.Size,
                Grey = parsed.GetValue(grey),
                MaxPixels = parsed.GetValue(maxPixels) ?? defaults.MaxPixels,
                SkipBad = parsed.GetValue(skipBad),
                TestShare = parsed.GetValue(testShare) ?? defaults.TestShare,
                ValidationShare = parsed.GetValue(validationShare) ?? defaults.ValidationShare,
                Seed = parsed.GetValue(seed) ?? defaults.Seed,
            };
            return Run(tables.Apply(parsed, options), parsed.GetValue(json), parsed.GetValue(report), parsed.GetValue(force));
        });
        return command;
    }

    private static int Run(TrainOptions options, bool asJson, string? report, bool replaces)
    {
        OutputPath.Check("--report", report, replaces);
        var data = DataDescription.Of(options);
        if (report is not null) AtomicFile.Write(report, stream => stream.Write(Encoding.UTF8.GetBytes($"{DataPage.Of(data)}")));
        if (asJson) Console.WriteLine(DataJson.Format(data));
        else
            foreach (var line in DataTable.Lines(data, Screen.Here)) Console.WriteLine(line);
        if (data.Unreadable.Count == 0 || options.SkipBad) return Commands.Done;
        Console.Error.WriteLine("surprisal: train would stop at files that cannot be read; --skip-bad leaves them out");
        return Commands.Failed;
    }

    /// <summary>Whether files are there that are called as MNIST's.</summary>
    private static bool IsIdx(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*train-images*idx*").Any();
}
