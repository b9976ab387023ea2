using Surprisal.Cli.Report;

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
            ("Samples", Markup.Count(data.Total), $"{Markup.Count(data.Classes.Count)} classes"),
            ("Copies", Markup.Count(data.Copies.Count), "of other samples"),
            ("In two parts", Markup.Count(across.Count), "contents that the parts share"),
            ("Cannot be read", Markup.Count(data.Unreadable.Count), "files"),
        ]);
        if (data.Sizes is var (smallest, largest))
            page.Facts(
            [
                ("Smallest image", $"{smallest.Width} x {smallest.Height}, {smallest.Path}"),
                ("Largest image", $"{largest.Width} x {largest.Height}, {largest.Path}"),
            ]);
        foreach (var note in data.Notes) page.Paragraph(note);
        page.Heading("Classes");
        page.Figures(new Bars("Samples to train on", "The rarest classes first.",
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
        var (train, counts) = (data.Parts[0], data.Counts[0]);
        if (train.SampleShape is not { Rank: 3 } shape || shape[0] is not (1 or 3)) return;
        var chosen = data.Classes.Select(static _ => new List<int>()).ToList();
        var seen = new long[counts.Length];
        for (var index = 0; index < train.Count; index++)
        {
            var target = train.Target(index);
            if (target < 0 || target >= counts.Length) continue;
            var k = seen[target]++;
            if (k == 0 || k * Pictures / counts[target] != (k - 1) * Pictures / counts[target]) chosen[(int)target].Add(index);
        }
        page.Heading("What they look like");
        if (counts.Length > MostClasses) page.Paragraph($"The first {MostClasses} of {Markup.Count(counts.Length)} classes.");
        foreach (var (target, indices) in chosen.Take(MostClasses).Index())
        {
            page.Subheading($"{data.Classes[target]}: {Markup.Count(counts[target])} to train");
            page.Pictures(indices.Select(index => (Picture(data, new(0, index)), train.Source(index)?.Name ?? $"sample {index}", "")));
        }
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
        var table = new HtmlTable("Every class, and how many samples of it each part has", "class", "train", "validation", "test");
        foreach (var (index, name) in data.Classes.Index())
            table.Add(name, [.. data.Counts.Select(part => ((double)part[index], Markup.Count(part[index])))]);
        return table;
    }
}
