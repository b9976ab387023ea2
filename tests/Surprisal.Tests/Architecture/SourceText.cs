using System.Text;

namespace Surprisal.Tests.Architecture;

/// <summary>C# without its comments and the text of its strings, line by line; the code in the holes of interpolated strings stays.</summary>
internal sealed class SourceText
{
    private readonly string text;
    private readonly StringBuilder code = new();
    private int at;

    private SourceText(string text) => this.text = text;

    public static string Code(string text)
    {
        var source = new SourceText(text);
        source.ReadCode(closingBraces: 0);
        return source.code.ToString();
    }

    /// <summary>Reads to the end of the text, or of a hole that ends with that many braces.</summary>
    private void ReadCode(int closingBraces)
    {
        var depth = 0;
        while (at < text.Length)
        {
            if (closingBraces > 0 && depth == 0 && text[at] == '}')
            {
                at += closingBraces;
                return;
            }
            if (Starts("//")) SkipTo(IndexOf("\n", at));
            else if (Starts("/*")) SkipTo(IndexOf("*/", at) + 2);
            else if (text[at] == '\'') ReadCharacter();
            else if (Prefix() is { } length) ReadString(text.Substring(at, length));
            else
            {
                if (text[at] == '{') depth++;
                if (text[at] == '}') depth--;
                code.Append(text[at++]);
            }
        }
    }

    private void ReadCharacter()
    {
        for (at++; at < text.Length && text[at] != '\''; at++)
            if (text[at] == '\\') at++;
        at++;
        code.Append("''");
    }

    private void ReadString(string prefix)
    {
        at += prefix.Length;
        var quotes = Run('"', at);
        var raw = quotes >= 3 && !prefix.Contains('@', StringComparison.Ordinal);
        var closing = raw ? quotes : 1;
        var braces = prefix.Count(static c => c == '$');
        var verbatim = prefix.Contains('@', StringComparison.Ordinal);
        code.Append('"');
        at += closing;
        while (at < text.Length)
        {
            if (text[at] == '"' && Ends(closing, verbatim)) break;
            else if (text[at] == '{' && braces > 0) ReadBraces(braces, raw);
            else if (text[at] == '\\' && !raw && !verbatim) at += 2;
            else SkipTo(at + 1);
        }
        code.Append('"');
    }

    /// <summary>Passes quotes; true when they end the string.</summary>
    private bool Ends(int closing, bool verbatim)
    {
        var run = Run('"', at);
        if (verbatim && run >= 2)
        {
            at += run / 2 * 2;
            return run % 2 == 1 && ++at > 0;
        }
        at += closing == 1 ? 1 : run;
        return run >= closing;
    }

    private void ReadBraces(int braces, bool raw)
    {
        var run = Run('{', at);
        at += run;
        // Doubled braces are text; in a raw string only as many as there are dollars open a hole.
        if (raw ? run < braces : run % 2 == 0) return;
        code.Append(' ');
        ReadCode(raw ? braces : 1);
        code.Append(' ');
    }

    /// <summary>The length of $, @ before a quote, if a string starts here.</summary>
    private int? Prefix()
    {
        var end = at;
        while (end < text.Length && text[end] is '$' or '@') end++;
        return end < text.Length && text[end] == '"' ? end - at : null;
    }

    private bool Starts(string token) => string.CompareOrdinal(text, at, token, 0, token.Length) == 0;

    private int IndexOf(string token, int from) => text.IndexOf(token, from, StringComparison.Ordinal) is >= 0 and var index ? index : text.Length;

    private int Run(char c, int from)
    {
        var end = from;
        while (end < text.Length && text[end] == c) end++;
        return end - from;
    }

    /// <summary>Leaves text out but keeps its line ends, so that line numbers stay true.</summary>
    private void SkipTo(int end)
    {
        for (end = Math.Min(end, text.Length); at < end; at++)
            if (text[at] == '\n')
                code.Append('\n');
    }
}
