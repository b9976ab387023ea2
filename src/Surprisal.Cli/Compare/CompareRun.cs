using Surprisal.Cli.Evaluate;
using Surprisal.Cli.Rows;
using Surprisal.Metrics;

namespace Surprisal.Cli.Compare;

/// <summary>A comparison from its files to its answers.</summary>
internal static class CompareRun
{
    /// <summary>What the library calls options, and the command.</summary>
    private static readonly (string Library, string Command)[] words =
    [
        ("Seed", "--seed"), ("Bins", "--bins"), ("LabelSmoothing", "--label-smoothing"), ("Clip", "--clip"), ("Weight", "--weight"),
    ];

    public static int Start(string first, string second, IReadOnlyList<string> rows, OutputFiles output)
    {
        output.Check();
        var comparison = Compare(first, second, rows);
        if (output.Report is { } report) OutputFiles.Write(report, ComparePage.Of(comparison).ToString());
        if (output.Json is "-")
        {
            Console.WriteLine(CompareJson.Format(comparison));
            return Commands.Done;
        }
        if (output.Json is { } json) OutputFiles.Write(json, CompareJson.Format(comparison) + "\n");
        foreach (var line in CompareTable.Lines(comparison, Screen.Here)) Console.WriteLine(line);
        return Commands.Done;
    }

    public static Comparison Compare(string first, string second, IReadOnlyList<string> rows)
    {
        var (a, b) = (ComparedModel.Read("A", first), ComparedModel.Read("B", second));
        var given = rows.Select(RowsFile.Read).ToList();
        var taken = new HashSet<RowsFile>();
        var (rowsOfA, rowsOfB) = (a.FindRows(given, taken), b.FindRows(given, taken));
        if (given.Find(file => !taken.Contains(file)) is { } stray)
            throw new InvalidDataException($"{stray.Path} has the rows of neither {first} nor {second}.");
        var hasRows = rowsOfA is not null && rowsOfB is not null;
        MetricComparison difference;
        try
        {
            difference = MetricComparison.Of(a.Metrics, b.Metrics);
        }
        catch (ArgumentException refusal)
        {
            // Where only rows that are invalid differ, the first of them says more than how many there are.
            if (hasRows && (a.Metrics.Rows, a.Metrics.TargetDigest) == (b.Metrics.Rows, b.Metrics.TargetDigest)
                && a.Evaluation.FirstRow == b.Evaluation.FirstRow && refusal.Message.Contains("invalid", StringComparison.Ordinal))
                RowComparison.Of(a, rowsOfA!, b, rowsOfB!);
            throw new InvalidDataException(InFiles(refusal.Message, first, second), refusal);
        }
        return new Comparison(a, b, hasRows ? RowComparison.Of(a, rowsOfA!, b, rowsOfB!) : null, difference)
        {
            WithoutRows = hasRows ? "" : WithoutRows(rowsOfA is null ? first : null, rowsOfB is null ? second : null),
        };
    }

    private static string WithoutRows(string? first, string? second) =>
        (first is not null && second is not null ? $"{first} and {second} name" : $"{first ?? second} names") +
        " no rows, so there is no McNemar's test; 'surprisal evaluate --rows' writes them.";

    /// <summary>What the library refuses, with files and options by their names here.</summary>
    private static string InFiles(string message, string first, string second)
    {
        message = Commands.Plain(message);
        foreach (var (library, command) in words) message = message.Replace(library, command, StringComparison.Ordinal);
        return message.Replace("than first", $"than {first}", StringComparison.Ordinal)
            .Replace("but first", $"but {first}", StringComparison.Ordinal)
            .Replace("second has", $"{second} has", StringComparison.Ordinal);
    }
}
