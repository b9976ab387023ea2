using System.Globalization;
using Surprisal.Cli.Models;
using Surprisal.Training;

namespace Surprisal.Cli.Data;

/// <summary>A description as lines that fit the terminal.</summary>
internal static class DataTable
{
    private const int MostClasses = 100, MostListed = 10;

    public static IEnumerable<string> Lines(DataDescription data, Screen screen)
    {
        foreach (var line in screen.Wrap($"{data.Source}: {Lead(data)}")) yield return line;
        yield return "";
        foreach (var line in Classes(data, screen)) yield return line;
        List<string> sentences = [];
        if (data.Sizes is var (smallest, largest))
            sentences.Add(Side(smallest) == Side(largest) ? $"images: {Side(largest)}"
                : $"images: from {Side(smallest)} ({smallest.Path}) to {Side(largest)} ({largest.Path})");
        if (data.Columns is { } columns)
        {
            sentences.Add($"inputs: {data.Parts[0].SampleShape.ElementCount:N0} numbers a row");
            sentences.AddRange(columns.Take(MostListed).Select(static column => $"  {Column(column)}"));
            if (columns.Count > MostListed) sentences.Add($"  and {columns.Count - MostListed:N0} more columns");
        }
        sentences.AddRange(data.Notes);
        var across = data.Copies.Across.ToList();
        if (data.Copies.Count > 0)
            sentences.Add($"copies: {data.Copies.Count:N0} of {data.Total:N0} samples; " +
                (across.Count == 0 ? "none of them is in two parts" : $"{across.Count:N0} contents are in two parts or more"));
        // What is in several parts comes first.
        var groups = across.Concat(data.Copies.Groups.Except(across)).ToList();
        sentences.AddRange(groups.Take(MostListed).Select(group => $"  {Group(data, group)}"));
        if (groups.Count > MostListed) sentences.Add($"  and {groups.Count - MostListed:N0} more contents");
        if (data.Unreadable.Count > 0) sentences.Add($"cannot be read: {data.Unreadable.Count:N0}");
        sentences.AddRange(data.Unreadable.Take(MostListed).Select(static file => $"  {file}"));
        if (data.Unreadable.Count > MostListed) sentences.Add($"  and {data.Unreadable.Count - MostListed:N0} more");
        if (sentences.Count > 0) yield return "";
        foreach (var line in sentences.SelectMany(screen.Wrap)) yield return line;
    }

    /// <summary>2 classes of 3 x 28 x 28; 80 to train, 10 to validate, 20 to test.</summary>
    public static string Lead(DataDescription data) =>
        $"{data.Classes.Count:N0} {(data.Task == ModelTask.Labels ? "labels" : "classes")} of " +
        $"{TrainLines.Sample(data.Parts[0].SampleShape)}; {data.Parts[0].Count:N0} to train, " +
        $"{data.Parts[1].Count:N0} to validate, {data.Parts[2].Count:N0} to test";

    /// <summary>640 x 480.</summary>
    public static string Side(LoadedImage image) => $"{image.Width} x {image.Height}";

    /// <summary>The samples of one content.</summary>
    public static string Group(DataDescription data, IReadOnlyList<SamplePlace> group)
    {
        var names = string.Join(" = ", group.Take(4).Select(data.NameOf)) + (group.Count > 4 ? $" and {group.Count - 4} more" : "");
        return data.IsContradiction(group)
            ? $"{names}, with several labels: {string.Join(", ", group.Select(data.ClassOf).Distinct(StringComparer.Ordinal))}" : names;
    }

    /// <summary>What a column becomes, as people say it.</summary>
    public static string Column(TableInput column) => column.Texts is { } texts
        ? $"{column.Name}: {texts.Count:N0} texts ({string.Join(", ", texts.Take(4))}{(texts.Count > 4 ? " ..." : "")})"
        : string.Create(CultureInfo.InvariantCulture, $"{column.Name}: numbers of mean {column.Mean:G6}, deviation {column.Deviation:G6}");

    /// <summary>How many of a part are of a class: samples, or the share of its pixels.</summary>
    public static string Count(DataDescription data, long[] part, int index) => data.Task != ModelTask.Pixels ? $"{part[index]:N0}"
        : part.Sum() is > 0 and var all ? string.Create(CultureInfo.InvariantCulture, $"{100.0 * part[index] / all:F2} %") : "-";

    private static IEnumerable<string> Classes(DataDescription data, Screen screen)
    {
        var shown = data.Classes.Take(MostClasses).ToList();
        var total = data.Task == ModelTask.Pixels ? "images" : "total";
        var title = data.Task == ModelTask.Labels ? "label" : "class";
        var table = new TextTable(screen, title, shown.Append(total), minNameWidth: 8, ("train", 9), ("validation", 10), ("test", 9));
        yield return table.Header;
        foreach (var (index, name) in shown.Index())
            yield return table.Line(name, [.. data.Counts.Select(part => Count(data, part, index))]);
        if (data.Classes.Count > shown.Count) yield return $"and {data.Classes.Count - shown.Count:N0} more classes; --json has all";
        yield return table.Line(total, [.. data.Parts.Select(static part => $"{part.Count:N0}")]);
    }
}
