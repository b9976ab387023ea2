using System.Globalization;
using Surprisal.Cli.Evaluate;
using Surprisal.Metrics;

namespace Surprisal.Cli.Compare;

/// <summary>A comparison as lines that fit the terminal.</summary>
internal static class CompareTable
{
    public static IEnumerable<string> Lines(Comparison comparison, Screen screen)
    {
        var (a, b) = (comparison.A, comparison.B);
        yield return screen.FirstThatFits($"A: {TerminalText.Escape(a.Path)}");
        yield return screen.FirstThatFits($"B: {TerminalText.Escape(b.Path)}");
        var leftOut = new[] { (a.Report.Ignored, "ignored"), (a.Report.ZeroWeight, "of weight 0"), (a.Report.Invalid, "invalid") };
        var counts = leftOut.Where(static row => row.Item1 > 0).Prepend((a.Report.Counted, "counted"));
        foreach (var line in screen.Wrap($"rows: {string.Join(", ", counts.Select(static row => $"{Count(row.Item1)} {row.Item2}"))}"))
            yield return line;
        yield return "";
        var numbers = new TextTable(screen, "", comparison.Numbers.Select(static number => number.Name), 9,
            ("A", 9), ("B", 9), ("B - A", 9), ("95 % interval", 20));
        yield return numbers.Header.TrimEnd();
        foreach (var number in comparison.Numbers)
            yield return numbers.Line(number.Name, Figured.Digits(number.First), Figured.Digits(number.Second), Signed(number.Difference),
                Range(number.Interval, ", ") is { Length: > 0 } range ? $"[{range}]" : "-").TrimEnd();
        yield return "";
        if (comparison.Rows is { } rows)
            foreach (var line in Rows(rows, screen)) yield return line;
        else
        {
            foreach (var line in screen.Wrap(comparison.WithoutRows)) yield return line;
            yield return "";
        }
        foreach (var line in screen.Wrap(comparison.Calibration)) yield return line;
        foreach (var line in screen.Wrap(comparison.Conclusion)) yield return line;
    }

    private static IEnumerable<string> Rows(RowComparison rows, Screen screen)
    {
        var table = new TextTable(screen, "rows", ["A right", "A wrong"], 7, ("B right", 14), ("B wrong", 14));
        yield return table.Header;
        yield return table.Line("A right", Count(rows.BothRight), Count(rows.OnlyFirst));
        yield return table.Line("A wrong", Count(rows.OnlySecond), Count(rows.Neither));
        foreach (var line in screen.Wrap($"McNemar's test: {Comparison.P(rows.Test.PValue)}, exact: {Count(rows.OnlyFirst)} " +
            $"{Counted.Word(rows.OnlyFirst, "row")} only A gets right, {Count(rows.OnlySecond)} only B."))
            yield return line;
        foreach (var line in screen.Wrap($"lower loss: A in {Count(rows.LowerLoss.First)} " +
            $"{Counted.Word(rows.LowerLoss.First, "row")}, B in {Count(rows.LowerLoss.Second)}, the " +
            $"same in {Count(rows.Counted - rows.LowerLoss.First - rows.LowerLoss.Second)}."))
            yield return line;
        yield return "";
        foreach (var (letter, largest) in new[] { ("A", rows.Largest.First), ("B", rows.Largest.Second) })
            foreach (var row in largest.Take(3))
                yield return screen.FirstThatFits(
                    $"most in favour of {letter}: row {row.Row}, loss {Figured.Digits(row.First)} of A, {Figured.Digits(row.Second)} of B",
                    $"for {letter}: row {row.Row}, {Figured.Digits(row.First)}, {Figured.Digits(row.Second)}");
        if (rows.LowerLoss is not (0, 0)) yield return "";
    }

    /// <summary>With its sign; a dash where it is not defined.</summary>
    public static string Signed(double value) => value > 0 ? $"+{Figured.Digits(value)}" : Figured.Digits(value);

    /// <summary>Both ends with their signs; empty where there is no interval.</summary>
    public static string Range(Interval interval, string between) =>
        double.IsNaN(interval.Lower) ? "" : $"{Signed(interval.Lower)}{between}{Signed(interval.Upper)}";

    private static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
