namespace Surprisal.Cli;

/// <summary>A line that is drawn over again: with a return and blanks, which every terminal understands.</summary>
internal sealed class LiveLine(TextWriter output)
{
    private int drawn;

    public void Draw(string text)
    {
        var width = TerminalText.Width(text);
        var blanks = Math.Max(0, Math.Min(drawn, (Screen.Here.Columns ?? 80) - 1) - width);
        output.Write($"\r{text}{new string(' ', blanks)}");
        drawn = width;
    }

    /// <summary>Leaves the line empty, and the cursor at its front.</summary>
    public void Clear()
    {
        if (drawn > 0) Draw("");
        output.Write('\r');
    }
}
