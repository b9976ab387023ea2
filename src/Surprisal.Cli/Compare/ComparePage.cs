using Surprisal.Cli.Evaluate;
using Surprisal.Cli.Report;
using Surprisal.Metrics;

namespace Surprisal.Cli.Compare;

/// <summary>The page of a comparison: the differences, both reliability diagrams, the rows, the classes.</summary>
internal static class ComparePage
{
    private const int MostClasses = 1000;

    public static HtmlPage Of(Comparison comparison)
    {
        var (a, b) = (comparison.A, comparison.B);
        var page = new HtmlPage("Comparison", comparison.Conclusion);
        page.Facts([("A", a.Path), ("B", b.Path), ("Rows that count", Markup.Count(a.Report.Counted))]);
        page.Numbers(comparison.Numbers.Select(static number =>
            ($"{number.Name}, B - A", CompareTable.Signed(number.Difference), CompareTable.Range(number.Interval, " to "))));
        page.Paragraph(comparison.Calibration);
        if (comparison.Rows is null) page.Paragraph(comparison.WithoutRows);
        page.Heading("Numbers");
        page.Figures(new ReliabilityDiagram("Reliability", [("A", ScorePage.Bins(a.Report)), ("B", ScorePage.Bins(b.Report))]).Draw());
        page.Tables($"{Numbers(comparison)}");
        if (comparison.Rows is { } rows)
        {
            page.Heading("Rows");
            page.Paragraph($"McNemar's test, exact: {Comparison.P(rows.Test.PValue)}. A has the lower loss in " +
                $"{Markup.Count(rows.LowerLoss.First)} {Counted.Word(rows.LowerLoss.First, "row")}, " +
                $"B in {Markup.Count(rows.LowerLoss.Second)}.");
            page.Tables($"{Right(rows)}", $"{Largest("Most in favour of A", rows.Largest.First)}",
                $"{Largest("Most in favour of B", rows.Largest.Second)}");
        }
        page.Heading("Classes");
        page.Tables($"{Classes(a, b)}");
        return page;
    }

    private static HtmlTable Numbers(Comparison comparison)
    {
        var table = new HtmlTable("Both models, and by how much they differ", "metric", "A", "B", "B - A", "from", "to");
        foreach (var number in comparison.Numbers)
            table.Add(number.Name, Cell(number.First), Cell(number.Second), Difference(number.Difference),
                Difference(number.Interval.Lower), Difference(number.Interval.Upper));
        return table;
    }

    private static HtmlTable Right(RowComparison rows)
    {
        var table = new HtmlTable("How many rows each gets right", "", "B right", "B wrong");
        table.Add("A right", (rows.BothRight, Markup.Count(rows.BothRight)), (rows.OnlyFirst, Markup.Count(rows.OnlyFirst)));
        table.Add("A wrong", (rows.OnlySecond, Markup.Count(rows.OnlySecond)), (rows.Neither, Markup.Count(rows.Neither)));
        return table;
    }

    private static HtmlTable Largest(string caption, IReadOnlyList<DifferingRow> rows)
    {
        var table = new HtmlTable(caption, "row", "loss of A", "loss of B");
        foreach (var row in rows) table.Add($"{row.Row}", (row.First, Figure.Loss(row.First)), (row.Second, Figure.Loss(row.Second)));
        return table;
    }

    private static HtmlTable Classes(ComparedModel a, ComparedModel b)
    {
        var pairs = a.Report.Classes.Zip(b.Report.Classes).Where(static pair => pair.First.Occurs || pair.Second.Occurs).ToList();
        var shown = pairs.OrderByDescending(static pair => pair.First.Support).Take(MostClasses).OrderBy(static pair => pair.First.Class);
        var table = new HtmlTable(
            pairs.Count > MostClasses ? $"The {MostClasses} largest of {pairs.Count} classes" : "Every class that occurs",
            "class", "support", "F1 of A", "F1 of B", "B - A", "loss of A", "loss of B");
        var names = a.Evaluation.ClassNames is null ? b.Evaluation : a.Evaluation;
        foreach (var (x, y) in shown)
            table.Add(names.NameOf(x.Class), (x.Support, Figure.Of(x.Support)), Share(x.F1), Share(y.F1), Difference(y.F1 - x.F1),
                Cell(x.Loss), Cell(y.Loss));
        return table;
    }

    private static (double, string) Share(double value) => (value, Figure.Share(value));

    private static (double, string) Cell(double value) => (value, double.IsNaN(value) ? "–" : Figured.Digits(value));

    private static (double, string) Difference(double value) => (value, double.IsNaN(value) ? "–" : CompareTable.Signed(value));
}
