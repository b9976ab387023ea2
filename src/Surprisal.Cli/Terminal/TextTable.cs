namespace Surprisal.Cli;

/// <summary>
/// A table of a name and numbers, line by line. On a narrow screen names are cut and columns left out, so that each line fits.
/// </summary>
internal sealed class TextTable
{
    private readonly Screen screen;
    private readonly (string Title, int Width)[] columns;
    private readonly bool[] shown;
    private readonly int nameWidth;
    private readonly string title;

    /// <param name="screen">Where it goes.</param>
    /// <param name="title">Above the names.</param>
    /// <param name="names">All of them.</param>
    /// <param name="minNameWidth">The columns that a name keeps while others are left out.</param>
    /// <param name="columns">The most important first: the last are left out first.</param>
    public TextTable(Screen screen, string title, IEnumerable<string> names, int minNameWidth, params (string Title, int Width)[] columns)
    {
        (this.screen, this.title, this.columns, shown) = (screen, title, columns, [.. columns.Select(static _ => true)]);
        nameWidth = names.Append(title).Max(static name => TerminalText.Width(TerminalText.Escape(name)));
        if (screen.Columns is not { } width) return;
        for (var last = columns.Length - 1; last > 0 && Math.Min(nameWidth, minNameWidth) > width - Numbers; last--) shown[last] = false;
        nameWidth = Math.Clamp(width - Numbers, 1, nameWidth);
    }

    public string Header => Line(title, [.. columns.Select(static column => column.Title)]);

    private int Numbers => columns.Where((_, i) => shown[i]).Sum(static column => 2 + column.Width);

    /// <summary>A row; the cells in the order of the columns.</summary>
    public string Line(string name, params string[] cells) =>
        TerminalText.Pad(TerminalText.Cut(TerminalText.Escape(name), nameWidth, screen.IsAscii), nameWidth)
        + string.Concat(columns.Select((column, i) => shown[i] ? $"  {TerminalText.PadLeft(cells[i], column.Width)}" : ""));
}
