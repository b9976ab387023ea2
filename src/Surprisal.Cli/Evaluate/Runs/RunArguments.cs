using System.CommandLine;
using System.CommandLine.Parsing;
using Surprisal.Cli.Inputs;
using static Surprisal.Cli.CheckedOption;

namespace Surprisal.Cli.Evaluate;

/// <summary>The options of <c>surprisal evaluate</c> for a run's model, and for the samples that it is scored on.</summary>
internal sealed class RunArguments
{
    private readonly Option<string?> run = Checked("--run", "RUN", "Score the model in the folder of a run, on the run's part to test with",
        static text => ((string?)text, ""));

    private readonly Option<string?> images = Folder("--images", "With --run: score it on these images, one sub-folder a class"),
        labels = FileName("--labels", "With --images: the labels of each, a table as of 'surprisal train --labels'"),
        masks = Folder("--masks", "With --images: the class of each pixel, masks as of 'surprisal train --masks'"),
        table = FileName("--table", "With --run: score it on the rows of this table, as of 'surprisal train --csv'"),
        target = Text("--target", "COLUMN", "With --table: the column of the classes [default: that of the training]"),
        data = Folder("--data", "With --run: score it on the part to test with of these IDX files");

    private readonly Option<bool> skipBad = Flag("--skip-bad", "Leave out --images that cannot be read, instead of stopping");

    private readonly Option<long?> maxPixels = Whole("--max-pixels", "Refuse --images of more pixels [default: 100000000]", minimum: 1);

    public IReadOnlyList<Option> All => [run, images, labels, masks, skipBad, maxPixels, table, target, data];

    public bool IsGiven(CommandResult result) => result.Has(run);

    /// <summary>What cannot be, a line each.</summary>
    public IEnumerable<string> Complaints(CommandResult result)
    {
        List<Option> sources = [images, table, data];
        if (!IsGiven(result))
        {
            foreach (var option in All.Where(result.Has)) yield return $"{option.Name} goes with --run.";
            yield break;
        }
        if (sources.Count(result.Has) > 1)
            yield return $"{Given.List([.. sources.FindAll(result.Has).Select(static option => option.Name)])} exclude each other; " +
                "give one source.";
        foreach (var option in (Option[])[labels, masks, skipBad, maxPixels])
            if (result.Has(option) && !result.Has(images)) yield return $"{option.Name} goes with --images.";
        if (result.Has(labels) && result.Has(masks)) yield return "--masks and --labels exclude each other.";
        if (result.Has(target) && !result.Has(table)) yield return "--target goes with --table.";
    }

    /// <summary>Null where scores come from files.</summary>
    public RunRequest? Of(ParseResult parsed) => parsed.GetValue(run) is not { } path ? null : new RunRequest
    {
        Run = path, Images = parsed.GetValue(images), Labels = parsed.GetValue(labels), Masks = parsed.GetValue(masks),
        Table = parsed.GetValue(table), Target = parsed.GetValue(target), Data = parsed.GetValue(data),
        SkipBad = parsed.GetValue(skipBad), MaxPixels = parsed.GetValue(maxPixels),
    };
}
