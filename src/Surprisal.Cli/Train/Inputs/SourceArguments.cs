using System.CommandLine;
using System.CommandLine.Parsing;
using Surprisal.Cli.Evaluate;
using Surprisal.Cli.Models;
using static Surprisal.Cli.CheckedOption;

namespace Surprisal.Cli.Inputs;

/// <summary>The options of <c>surprisal train</c> for tables, labels and masks.</summary>
internal sealed class SourceArguments
{
    private const string Table = "--csv", Labels = "--labels", Masks = "--masks", Names = "--class-names";

    private const string Exclusive = $"{Masks} and {Labels} exclude each other.";

    private const string NamesAlone = $"{Names} goes with {Masks}; other data have names of their own.";

    private static readonly string[] sources = ["--data", "--images", Table];

    private readonly Option<string?> csv = FileName(Table,
        "A table in text with a header, split by the seed: numbers are standardized, a column of texts becomes one input a text");

    private readonly Option<string?> target = Text("--target", "COLUMN",
        "Column of --csv that is the class: its name, or '#3' for the third, '#-1' for the last");

    private readonly Option<string[]> ignore = Columns("--ignore-column", "Column of --csv that is no input; may be given several times"),
        category = Columns("--category-column", "Column of --csv whose numbers are names; may be given several times");

    private readonly Option<string?> labels = FileName(Labels,
        "Several labels an image: a table with the header file,label,... and 0 or 1 for each label of a file in the folder --images");

    private readonly Option<string?> masks = Folder(Masks,
        "A class for each pixel: PNG masks with the names of the --images, a flat folder then; the sample is the class, 255 none");

    private readonly Option<string?> classNames = FileName(Names, "What the classes of --masks are called, one a line from class 0 on");

    public IReadOnlyList<Option> All => [labels, masks, classNames, csv, .. Fixed];

    /// <summary>Those that cannot change when a run goes on.</summary>
    public IReadOnlyList<Option> Fixed => [target, ignore, category];

    /// <summary>What cannot be, a line each.</summary>
    public IEnumerable<string> Complaints(CommandResult result)
    {
        if (sources.Count(result.Has) > 1) yield return $"{Given.List(sources)} exclude each other; give one source.";
        if (result.Has("--resume")) yield break;
        foreach (var complaint in ComplaintsOfLabels(result).Concat(ComplaintsOfMasks(result)).Concat(ComplaintsOfTable(result)))
            yield return complaint;
    }

    /// <summary>Of <c>surprisal data</c>, whose folder is an argument of its own.</summary>
    public IEnumerable<string> Complaints(CommandResult result, Argument<string?> folder)
    {
        var hasFolder = result.GetResult(folder) is { Tokens.Count: > 0 };
        if (hasFolder && result.Has(csv)) yield return $"FOLDER and {Table} exclude each other; give one source.";
        foreach (var option in (Option[])[labels, masks])
            if (!hasFolder && result.Has(option)) yield return $"{option.Name} goes with a FOLDER of images.";
        if (result.Has(labels) && result.Has(masks)) yield return Exclusive;
        if (result.Has(classNames) && !result.Has(masks)) yield return NamesAlone;
        foreach (var complaint in ComplaintsOfTable(result)) yield return complaint;
    }

    private IEnumerable<string> ComplaintsOfTable(CommandResult result)
    {
        if (!result.Has(csv))
        {
            foreach (var option in Fixed.Where(result.Has)) yield return $"{option.Name} goes with --csv.";
            yield break;
        }
        if (!result.Has(target)) yield return "--csv needs --target, the column of the classes: its name, or '#3', or '#-1' for the last.";
        if (result.Word("--model") is { } model && !TrainOptions.ModelsOfTables.Contains(model))
            yield return $"--model {model} is for images; with --csv it is one of {string.Join(", ", TrainOptions.ModelsOfTables)}.";
    }

    private IEnumerable<string> ComplaintsOfLabels(CommandResult result)
    {
        var loss = result.Word("--loss");
        if (result.Has(labels))
        {
            if (!result.Has("--images")) yield return $"{Labels} goes with --images.";
            if (loss is not null and not TrainLoss.Binary && TrainLoss.Names.Contains(loss))
                yield return $"--loss {loss} is for one class a sample; with {Labels} it is {TrainLoss.Binary}.";
        }
        if (!result.Has(labels) && loss != TrainLoss.Binary) yield break;
        if (result.Has("--class-weights"))
            yield return $"--class-weights goes with losses of classes; {TrainLoss.Binary} has --pos-weight.";
        if (result.Has(labels) && result.Word("--sampler") == TrainOptions.Weighted)
            yield return $"--sampler {TrainOptions.Weighted} is for one class a sample; {Labels} says several.";
    }

    private IEnumerable<string> ComplaintsOfMasks(CommandResult result)
    {
        var (loss, model) = (result.Word("--loss"), result.Word("--model"));
        if (!result.Has(masks))
        {
            if (result.Has(classNames)) yield return NamesAlone;
            if (model == Architecture.PerPixel) yield return $"--model {model} says what each pixel is; it goes with {Masks}.";
            if (TrainLoss.OfRegions.Contains(loss)) yield return $"--loss {loss} compares regions of pixels; it goes with {Masks}.";
            yield break;
        }
        if (!result.Has("--images")) yield return $"{Masks} goes with --images.";
        if (result.Has(labels)) yield return Exclusive;
        if (model is not null and not Architecture.PerPixel && Architecture.Names.Contains(model))
            yield return $"--model {model} is for one class an image; with {Masks} it is {Architecture.PerPixel}.";
        if (loss == TrainLoss.Binary) yield return $"--loss {loss} is for one class an image; with {Masks} it is another one.";
        if (TrainLoss.OfRegions.Contains(loss) && result.Has("--class-weights"))
            yield return $"--class-weights goes with losses of classes; the loss {loss} has none.";
        if (result.Word("--sampler") == TrainOptions.Weighted)
            yield return $"--sampler {TrainOptions.Weighted} is for one class a sample; {Masks} has one a pixel.";
        if (result.Has("--ignore-index"))
            yield return $"--ignore-index does not go with {Masks}: there pixels of the value 255 are of no class.";
        if (result.Has("--mixup")) yield return $"--mixup mixes classes of samples; with {Masks} --cutmix puts pixels over pixels.";
    }

    /// <summary>The options with what was given.</summary>
    public TrainOptions Apply(ParseResult parsed, TrainOptions options)
    {
        if (parsed.GetValue(masks) is { } ofPixels)
            return options with { Masks = Path.GetFullPath(ofPixels), ClassNames = GivenNames(parsed), Model = Architecture.PerPixel };
        if (parsed.GetValue(labels) is { } ofLabels) return options with { Labels = Path.GetFullPath(ofLabels), Loss = TrainLoss.Binary };
        return parsed.GetValue(csv) is { } table ? OfTable(parsed, options, table) : options;
    }

    /// <summary>The options of a run that goes on, with where its tables are now; its names may be given again.</summary>
    public TrainOptions Moved(ParseResult parsed, TrainOptions options)
    {
        if (GivenNames(parsed) is { } names && !names.SequenceEqual(options.ClassNames ?? [], StringComparer.Ordinal))
            throw new InvalidDataException($"{Names} cannot change in a resumed run, whose classes " +
                (options.ClassNames is not { } before ? "have no such names."
                    : $"are {FewNames.Of(before)}; the file has {FewNames.Of(names)}."));
        return options with
        {
            Csv = Moved(options.Csv, parsed.GetValue(csv), Table), Labels = Moved(options.Labels, parsed.GetValue(labels), Labels),
            Masks = Moved(options.Masks, parsed.GetValue(masks), Masks),
        };
    }

    /// <summary>Where the data of a resumed run are now; their contents must be the same, their place need not.</summary>
    public static string? Moved(string? before, string? now, string option) =>
        now is null ? before
        : before is not null ? Path.GetFullPath(now)
        : throw new InvalidDataException($"{option} cannot be given here: the run began with other data.");

    /// <summary>Null where none are given.</summary>
    private IReadOnlyList<string>? GivenNames(ParseResult parsed)
    {
        if (parsed.GetValue(classNames) is not { } path) return null;
        return ClassNameFile.Read(path) is { Count: > 0 } names ? names
            : throw new InvalidDataException($"{path}: it is empty; the names of the classes were expected, one a line.");
    }

    private TrainOptions OfTable(ParseResult parsed, TrainOptions options, string path) => options with
    {
        Csv = Path.GetFullPath(path),
        Target = parsed.GetValue(target),
        IgnoreColumns = parsed.GetValue(ignore) ?? [],
        CategoryColumns = parsed.GetValue(category) ?? [],
        Model = TrainOptions.ModelsOfTables[0],
    };

    private static Option<string[]> Columns(string name, string description) =>
        new(name) { HelpName = "COLUMN", Description = description, Arity = ArgumentArity.OneOrMore };
}
