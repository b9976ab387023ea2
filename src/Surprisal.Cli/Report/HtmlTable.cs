using System.Text;

namespace Surprisal.Cli.Report;

/// <summary>A table that a reader can sort by any column.</summary>
/// <param name="Caption">What is in it.</param>
/// <param name="Columns">Their titles; the first one's cells name the rows.</param>
internal sealed record HtmlTable(string Caption, params IReadOnlyList<string> Columns)
{
    private readonly StringBuilder rows = new();

    /// <summary>A row: a name, and numbers with how they are written.</summary>
    public void Add(string name, params ReadOnlySpan<(double Value, string Text)> cells)
    {
        rows.Append($"<tr><th scope=\"row\"><bdi>{Markup.Escape(name)}</bdi></th>");
        foreach (var (value, text) in cells) rows.Append($"<td data-order=\"{value:R}\">{Markup.Escape(text)}</td>");
        rows.Append("</tr>\n");
    }

    public override string ToString() =>
        $"""
        <div class="scroll" tabindex="0" role="region" aria-label="{Markup.Escape(Caption)}"><table class="sortable">
        <caption><span>{Markup.Escape(Caption)}</span></caption>
        <thead><tr>{string.Concat(Columns.Select(static title => $"<th scope=\"col\">{Markup.Escape(title)}</th>"))}</tr></thead>
        <tbody>
        {rows}</tbody></table></div>

        """.ReplaceLineEndings("\n");
}
