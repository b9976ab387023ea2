using System.Text;

namespace Surprisal.Cli.Report;

/// <summary>Writes one picture: elements in the order of the calls, the same bytes for the same calls.</summary>
/// <param name="height">In units of the picture; it is as wide and high as the page lets it be.</param>
/// <param name="title">What it shows, in a few words.</param>
/// <param name="description">The same for those who do not see it, in sentences.</param>
internal sealed class Svg(double height, string title, string description)
{
    /// <summary>The units across every picture, one a pixel where a phone shows it: letters are as large in all of them.</summary>
    public const double Width = 400;

    /// <summary>The size of letters.</summary>
    public const double Size = 12;

    private const double Column = 7.7; // of a digit in wide letters such as DejaVu's; a wide character takes two

    private readonly StringBuilder body = new();

    public string Title { get; } = title;

    public string Description { get; } = description;

    /// <summary>About how wide a text is: letters differ from machine to machine, so it is meant to be too much.</summary>
    public static double WidthOf(string text) => TerminalText.Width(TerminalText.Escape(text)) * Column;

    /// <summary>A text cut to fit.</summary>
    public static string Cut(string text, double width) => TerminalText.Cut(TerminalText.Escape(text), (int)(width / Column), ascii: false);

    public void Line(double x1, double y1, double x2, double y2, string stroke, string dash = "") =>
        Add("line", "", ("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2), ("stroke", stroke), ("stroke-dasharray", dash));

    public void Polyline(IEnumerable<(double X, double Y)> points, string stroke, double width, string dash = "") =>
        Add("polyline", "",
            ("points", string.Join(' ', points.Select(static at => $"{Markup.Coordinate(at.X)},{Markup.Coordinate(at.Y)}"))),
            ("fill", "none"), ("stroke", stroke), ("stroke-width", width), ("stroke-linejoin", "round"), ("stroke-dasharray", dash));

    /// <param name="x">Of the left edge.</param>
    /// <param name="y">Of the upper edge.</param>
    /// <param name="width">0 or more.</param>
    /// <param name="high">0 or more.</param>
    /// <param name="fill">The colour.</param>
    /// <param name="opacity">From 0 to 1.</param>
    /// <param name="tip">What a pointer on it shows.</param>
    public void Rectangle(double x, double y, double width, double high, string fill, double opacity = 1, string tip = "") =>
        Add("rect", tip, ("x", x), ("y", y), ("width", width), ("height", high), ("fill", fill),
            ("fill-opacity", opacity < 1 ? opacity : ""));

    public void Circle(double x, double y, double radius, string fill, string tip = "") =>
        Add("circle", tip, ("cx", x), ("cy", y), ("r", radius), ("fill", fill));

    /// <param name="x">Of the anchor.</param>
    /// <param name="y">Of the line that letters stand on.</param>
    /// <param name="text">As it is; it is escaped here.</param>
    /// <param name="anchor">Which part of it is at x: start, middle or end.</param>
    /// <param name="fill">The colour.</param>
    /// <param name="tip">What a pointer on it shows, where the text had to be cut.</param>
    public void Text(double x, double y, string text, string anchor = "start", string fill = Ink.Text, string tip = "")
    {
        Open("text", ("x", x), ("y", y), ("text-anchor", anchor == "start" ? "" : anchor), ("fill", fill == Ink.Text ? "" : fill));
        body.Append(Markup.Escape(text));
        if (tip.Length > 0 && tip != text) body.Append($"<title>{Markup.Escape(tip)}</title>");
        body.Append("</text>\n");
    }

    /// <summary>The element, for a page that sets its colours.</summary>
    public override string ToString() => Element(style: "");

    /// <summary>The same as a file of its own, which has them itself: for a light screen and a dark one.</summary>
    public string Alone() => Element($"""
        <style>{PageStyle.Colours}
        svg {"{"} background: var(--paper); color: var(--ink); font-family: system-ui, sans-serif; {"}"}
        </style>

        """);

    private string Element(string style) =>
        $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Markup.Coordinate(Width)} {Markup.Coordinate(height)}" role="img"
          font-size="{Size}" fill="currentColor">
        <title>{Markup.Escape(Title)}</title>
        <desc>{Markup.Escape(Description)}</desc>
        {style}{body}</svg>

        """.ReplaceLineEndings("\n");

    private void Add(string name, string tip, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        Open(name, attributes);
        if (tip.Length > 0) body.Append($"<title>{Markup.Escape(tip)}</title>");
        body.Append($"</{name}>\n");
    }

    /// <summary>Attributes with an empty text are left out.</summary>
    private void Open(string name, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        body.Append($"<{name}");
        foreach (var (attribute, value) in attributes)
            if (value is double number) body.Append($" {attribute}=\"{Markup.Coordinate(number)}\"");
            else if (value is string { Length: > 0 } text) body.Append($" {attribute}=\"{Markup.Escape(text)}\"");
        body.Append('>');
    }
}
