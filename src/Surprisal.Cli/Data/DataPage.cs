using Surprisal.Cli.Models;
using Surprisal.Cli.Report;
using Surprisal.Training;

namespace Surprisal.Cli.Data;

/// <summary>The page of a data set: a contact sheet of its classes, the counts, what is there twice and what is left out.</summary>
internal static class DataPage
{
    private const int Pictures = 10, MostClasses = 60, MostGroups = 30, MostFiles = 200;

    public static HtmlPage Of(DataDescription data)
    {
        var page = new HtmlPage($"{data.Source}: data", $"{DataTable.Lead(data)}.");
        var across = data.Copies.Across.ToList();
        page.Numbers(
        [
            ("Samples", Markup.Count(data.Total),
                $"{Markup.Count(data.Classes.Count)} {(data.Task == ModelTask.Labels ? "labels" : "classes")}"),
            ("Copies", Markup.Count(data.Copies.Count), "of other samples"),
            ("In two parts", Markup.Count(across.Count), "contents that the parts share"),
            ("Cannot be read", Markup.Count(data.Unreadable.Count), "files"),
        ]);
        if (data.Sizes is var (smallest, largest))
            page.Facts(
            [
                ("Smallest image", $"{DataTable.Side(smallest)}, {smallest.Path}"),
                ("Largest image", $"{DataTable.Side(largest)}, {largest.Path}"),
            ]);
        foreach (var note in data.Notes) page.Paragraph(note);
        if (data.Columns is { } columns)
        {
            page.Heading("Inputs");
            page.Facts(columns.Select(static column => (column.Name, DataTable.Column(column)[(column.Name.Length + 2)..])));
        }
        page.Heading(data.Task == ModelTask.Labels ? "Labels" : "Classes");
        page.Figures(new Bars(data.Task == ModelTask.Pixels ? "Pixels to train on" : "Samples to train on", "The rarest first.",
            [.. data.Classes.Zip(data.Counts[0], static (name, count) => (name, (double)count))]).Draw());
        page.Tables($"{Table(data)}");
        if (across.Count > 0)
        {
            page.Heading("In two parts");
            page.Paragraph("What a model learned says nothing about how good it is. Each of these contents is in several parts" +
                $"{(across.Count > MostGroups ? $"; the first {MostGroups}" : "")}:");
            page.Pictures(across.Take(MostGroups)
                .Select(group => (Picture(data, group[0]), data.ClassOf(group[0]), DataTable.Group(data, group))));
        }
        var contradictions = data.Copies.Groups.Where(data.IsContradiction).ToList();
        if (contradictions.Count > 0)
        {
            page.Heading("Several labels");
            page.Pictures(contradictions.Take(MostGroups)
                .Select(group => (Picture(data, group[0]), data.ClassOf(group[0]), DataTable.Group(data, group))));
        }
        Sheet(page, data);
        if (data.Unreadable.Count == 0) return page;
        page.Heading("Cannot be read");
        page.Facts(data.Unreadable.Take(MostFiles).Select(static file => (file.Path, file.Reason)));
        return page;
    }

    /// <summary>Some samples of each class of the part to train on, at equal distances.</summary>
    private static void Sheet(HtmlPage page, DataDescription data)
    {
        var (train, classes) = (data.Parts[0], data.Classes);
        if (train.SampleShape is not { Rank: 3 } shape || shape[0] is not (1 or 3)) return;
        page.Heading("What they look like");
        if (data.Task == ModelTask.Pixels)
        {
            if (classes.Count <= MaskImage.MostClasses)
                page.Pairs(Spread([.. Enumerable.Range(0, train.Count)]).Select(index =>
                    (Picture(data, new(0, index))!, Mask(train, index), train.Source(index)?.Name ?? $"sample {index}", "and its mask")));
            return;
        }
        if (classes.Count > MostClasses) page.Paragraph($"The first {MostClasses} of {Markup.Count(classes.Count)} classes.");
        var members = Enumerable.Range(0, train.Count).ToLookup(index => train.Target(index));
        foreach (var (target, name) in classes.Take(MostClasses).Index())
        {
            page.Subheading($"{name}: {Markup.Count(data.Counts[0][target])} to train");
            page.Pictures(Spread([.. members[target]])
                .Select(index => (Picture(data, new(0, index)), train.Source(index)?.Name ?? $"sample {index}", "")));
        }
    }

    /// <summary>A few of them, at equal distances.</summary>
    private static IEnumerable<int> Spread(IReadOnlyList<int> all) => all.Count <= Pictures ? all
        : Enumerable.Range(0, Pictures).Select(k => all[(int)((long)k * all.Count / Pictures)]);

    private static string Mask(Dataset part, int index)
    {
        var target = new long[part.TargetShape.ElementCount];
        part.ReadTarget(index, target);
        return MaskImage.DataUri(Array.ConvertAll(target, static c => c < 0 ? byte.MaxValue : (byte)c), part.TargetShape[^1]);
    }

    private static string? Picture(DataDescription data, SamplePlace place)
    {
        var part = data.Parts[place.Part];
        if (part.SampleShape is not { Rank: 3 } shape || shape[0] is not (1 or 3)) return null;
        var sample = new float[shape.ElementCount];
        part.Read(place.Index, sample);
        return PngPicture.DataUri(sample, shape);
    }

    private static HtmlTable Table(DataDescription data)
    {
        var table = new HtmlTable("Every class, and how much of it each part has", "class", "train", "validation", "test");
        foreach (var (index, name) in data.Classes.Index())
            table.Add(name, [.. data.Counts.Select(part => ((double)part[index],
                data.Task == ModelTask.Pixels ? DataTable.Count(data, part, index) : Markup.Count(part[index])))]);
        return table;
    }
}
