namespace Surprisal.Cli;

/// <summary>Train and validation loss over the epochs as two lines, on a logarithmic scale.</summary>
internal static class LossCurve
{
    private const int MaxWidth = 60, MinWidth = 4, Height = 10, Margin = 10;

    public static IEnumerable<string> Draw(IReadOnlyList<(double Train, double Validation)> losses, Screen screen)
    {
        var shown = losses.Where(static loss => double.IsFinite(loss.Train) && double.IsFinite(loss.Validation)).ToList();
        if (shown.Count == 0) yield break;
        var width = Math.Clamp((screen.Columns ?? int.MaxValue) - Margin, MinWidth, MaxWidth);
        var (lines, scale) = (new LineChart(width, Height, screen.IsAscii), LogScale.Of(shown.SelectMany(Both)));
        lines.Add([.. shown.Select(loss => scale.Place(loss.Validation))], dashed: true);
        lines.Add([.. shown.Select(loss => scale.Place(loss.Train))], dashed: false);

        yield return screen.IsAscii ? screen.FirstThatFits("loss (* train, o validation)", "* train, o validation")
            : screen.FirstThatFits("loss (⠒⠒ train, ⠂⠂ validation)", "⠒⠒ train, ⠂⠂ validation");
        for (var row = 0; row < Height; row++)
            yield return $"{Label(scale.At(1 - (row + 0.5) / Height)),8} {(screen.IsAscii ? '|' : '│')}{lines.Row(row)}";
        yield return $"{"",8} {(screen.IsAscii ? '+' : '└')}{new string(screen.IsAscii ? '-' : '─', width)}";
        var last = $"epoch {losses.Count}".Length < width ? $"epoch {losses.Count}" : $"{losses.Count}";
        yield return screen.FirstThatFits($"{"",Margin}1{last.PadLeft(width - 1)}");
    }

    private static IEnumerable<double> Both((double Train, double Validation) loss) => [loss.Train, loss.Validation];

    private static string Label(double loss) => loss is >= 0.001 and < 1e4 ? loss.ToString("F3") : loss.ToString("0.#E+0");

    /// <summary>Equal distances for equal ratios, from the smallest positive loss at 0 to the largest at 1; all below are at 0.</summary>
    private readonly record struct LogScale(double Low, double High)
    {
        public static LogScale Of(IEnumerable<double> losses)
        {
            double[] logarithms = [.. losses.Where(static loss => loss > 0).Select(static loss => Math.Log(loss))];
            return logarithms.Length == 0 ? new(0, 0) : new(logarithms.Min(), logarithms.Max());
        }

        public double Place(double loss) => loss > 0 && High > Low ? (Math.Log(loss) - Low) / (High - Low) : 0;

        public double At(double place) => Math.Exp(Low + place * (High - Low));
    }
}
