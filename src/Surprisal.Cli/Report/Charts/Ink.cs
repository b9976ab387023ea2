namespace Surprisal.Cli.Report;

/// <summary>
/// The colours of pictures: variables that the page sets for light and dark, with a colour for where there is no page around them.
/// </summary>
internal static class Ink
{
    public const string Text = "currentColor", Quiet = "var(--quiet, #57606a)", Line = "var(--line, #d5dae1)",
        Good = "var(--series-1, #1d5fb4)", Bad = "var(--series-2, #b3480a)";

    private static readonly string[] colours = ["#1d5fb4", "#b3480a", "#1b7a43", "#7a3fc2", "#a8266b", "#5d6570"],
        dashes = ["", "5 3", "1.5 3"];

    /// <summary>The colour of the curve at <paramref name="index"/>, from 0; after the last the first again.</summary>
    public static string Series(int index) =>
        $"var(--series-{index % colours.Length + 1}, {colours[index % colours.Length]})";

    /// <summary>Curves differ by their dashes too: neighbours, and again those of one colour. Empty for a whole line.</summary>
    public static string Dash(int index) => dashes[(index + index / colours.Length) % dashes.Length];
}
