using System.Text;

namespace Surprisal.Cli.Report;

/// <summary>
/// A table of classes and what they were taken for, coloured by the share of the row. Of many classes those with most confusions; what was
/// taken for or is one of the others is in a last column and row.
/// </summary>
internal static class ConfusionMatrix
{
    private const int Levels = 6;

    /// <param name="confusions">The counts.</param>
    /// <param name="most">How many classes have a row of their own.</param>
    public static string Draw(Confusions confusions, int most = 20)
    {
        var all = Enumerable.Range(0, confusions.Classes.Count);
        var shown = all.OrderByDescending(confusions.Wrong).Take(most).Order().ToArray();
        var rest = all.Except(shown).ToArray();
        var html = new StringBuilder();
        html.Append("<div class=\"scroll whole\" tabindex=\"0\" role=\"region\" aria-label=\"Confusions\">\n")
            .Append($"<table class=\"confusions{(shown.Any(IsLong) ? " long" : "")}\">\n<caption><span>")
            .Append("Rows: what it is. Columns: what it was taken for. The stronger the colour, the more of the row.")
            .Append(rest.Length == 0 ? "" : $" The {shown.Length} of {Markup.Count(all.Count())} classes with most confusions.")
            .Append("</span></caption>\n<thead><tr><td></td>");
        foreach (var taken in shown)
            html.Append($"<th scope=\"col\"><span title=\"{Markup.Escape(confusions.Classes[taken])}\">{Name(taken)}</span></th>");
        html.Append(rest.Length > 0 ? "<th scope=\"col\"><span>others</span></th>" : "").Append("</tr></thead>\n<tbody>\n");
        foreach (var target in shown)
        {
            html.Append($"<tr><th scope=\"row\">{Name(target)}</th>");
            foreach (var taken in shown)
                Cell(confusions.Count(target, taken), confusions.Samples(target), target == taken ? 'd' : 'e');
            if (rest.Length > 0) Cell(rest.Sum(taken => confusions.Count(target, taken)), confusions.Samples(target), 'e');
            html.Append("</tr>\n");
        }
        if (rest.Length > 0)
        {
            html.Append("<tr><th scope=\"row\">others</th>");
            foreach (var taken in shown) Cell(rest.Sum(target => confusions.Count(target, taken)), rest.Sum(confusions.Samples), 'e');
            html.Append("<td></td></tr>\n");
        }
        return html.Append("</tbody></table></div>\n").ToString();

        // Names of columns then run downwards, so that the columns stay narrow.
        bool IsLong(int index) => TerminalText.Width(confusions.Classes[index]) > 5;

        string Name(int index) => $"<bdi>{Markup.Escape(confusions.Classes[index])}</bdi>";

        // Levels of the square root: a few confusions are seen beside many.
        void Cell(long count, long samples, char kind) =>
            html.Append(count == 0 ? "<td class=\"none\">·</td>"
                : $"<td class=\"{kind}{(int)Math.Ceiling(Levels * Math.Sqrt((double)count / samples))}\">{Markup.Count(count)}</td>");
    }
}
