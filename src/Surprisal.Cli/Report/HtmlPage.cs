using System.Security.Cryptography;
using System.Text;

namespace Surprisal.Cli.Report;

/// <summary>
/// One page in one file: it loads nothing, and its policy lets it run no script and use no style but its own. It is XML too, and the same
/// bytes for the same contents.
/// </summary>
/// <param name="title">Of the page; its first heading too.</param>
/// <param name="lead">A sentence below.</param>
internal sealed class HtmlPage(string title, string lead)
{
    private readonly StringBuilder body = new();

    public void Heading(string text) => body.Append($"<h2>{Markup.Escape(text)}</h2>\n");

    public void Subheading(string text) => body.Append($"<h3><bdi>{Markup.Escape(text)}</bdi></h3>\n");

    public void Paragraph(string text) => body.Append($"<p>{Markup.Escape(text)}</p>\n");

    /// <summary>The numbers that matter most, large: what it is, the number, and a few words below.</summary>
    public void Numbers(IEnumerable<(string Name, string Number, string Note)> numbers)
    {
        body.Append("<dl class=\"numbers\">\n");
        foreach (var (name, number, note) in numbers)
            body.Append($"<div><dt>{Markup.Escape(name)}</dt><dd>{Markup.Escape(number)}</dd>")
                .Append($"<dd class=\"note\">{Markup.Escape(note)}</dd></div>\n");
        body.Append("</dl>\n");
    }

    /// <summary>Names and what they are, a line each.</summary>
    public void Facts(IEnumerable<(string Name, string Value)> facts)
    {
        body.Append("<dl class=\"facts\">\n");
        foreach (var (name, value) in facts)
            body.Append($"<div><dt>{Markup.Escape(name)}</dt><dd><bdi>{Markup.Escape(value)}</bdi></dd></div>\n");
        body.Append("</dl>\n");
    }

    /// <summary>Pictures beside each other, as many as there is space for.</summary>
    public void Figures(params ReadOnlySpan<Svg> pictures)
    {
        body.Append("<div class=\"figures\">\n");
        foreach (var picture in pictures)
            body.Append("<figure>\n<figcaption>")
                .Append($"<b>{Markup.Escape(picture.Title)}</b> <span>{Markup.Escape(picture.Description)}</span></figcaption>\n")
                .Append($"{picture}</figure>\n");
        body.Append("</div>\n");
    }

    /// <summary>Small images beside each other, each with its name and a few words below; those that have none are left out.</summary>
    /// <param name="pictures">The address of each, its name, and the words.</param>
    public void Pictures(IEnumerable<(string? Source, string Name, string Note)> pictures)
    {
        var shown = pictures.Where(static picture => picture.Source is not null)
            .Select(static picture => (Image(picture.Source!), picture.Name, picture.Note)).ToList();
        if (shown.Count > 0) List("pictures", shown);
    }

    /// <summary>The same of two images each, which stay beside each other.</summary>
    /// <param name="pairs">The addresses, a name, and the words.</param>
    public void Pairs(IEnumerable<(string First, string Second, string Name, string Note)> pairs) => List("pictures pairs",
        pairs.Select(static pair => ($"<div>{Image(pair.First)}{Image(pair.Second)}</div>", pair.Name, pair.Note)));

    private static string Image(string source) => $"<img src=\"{Markup.Escape(source)}\" alt=\"\" />";

    private void List(string kind, IEnumerable<(string Images, string Name, string Note)> items)
    {
        body.Append($"<ul class=\"{kind}\">\n");
        foreach (var (images, name, note) in items)
            body.Append($"<li>{images}<b><bdi>{Markup.Escape(name)}</bdi></b><span>{Markup.Escape(note)}</span></li>\n");
        body.Append("</ul>\n");
    }

    /// <summary>Tables beside each other where there is space; one that is wider than the page scrolls in its own box.</summary>
    /// <param name="tables">As markup, each in its box.</param>
    public void Tables(params ReadOnlySpan<string> tables) => body.Append($"<div class=\"tables\">\n{string.Concat(tables)}</div>\n");

    public override string ToString() =>
        $"""
        <!DOCTYPE html>
        <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
        <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="{Policy()}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="surprisal" />
        <link rel="icon" href="data:," />
        <title>{Markup.Escape(title)}</title>
        <style>{PageStyle.Text}</style>
        </head>
        <body>
        <main>
        <h1><bdi>{Markup.Escape(title)}</bdi></h1>
        <p class="lead">{Markup.Escape(lead)}</p>
        {body}</main>
        <script>{PageScript.Text}</script>
        </body>
        </html>

        """.ReplaceLineEndings("\n");

    /// <summary>Nothing is loaded; style and script only by the hashes of their texts.</summary>
    private static string Policy() =>
        $"default-src 'none'; style-src {Hash(PageStyle.Text)}; script-src {Hash(PageScript.Text)}; img-src data:; " +
        "base-uri 'none'; form-action 'none'";

    private static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";
}
