namespace Surprisal.Cli;

/// <summary>Train and test loss over the epochs, drawn with characters of ASCII.</summary>
internal static class LossCurve
{
    private const int MaxWidth = 60, MinWidth = 4, Height = 10, Margin = 10;

    public static IEnumerable<string> Draw(IReadOnlyList<(double Train, double Test)> losses, Screen screen)
    {
        var shown = losses.Where(static loss => double.IsFinite(loss.Train) && double.IsFinite(loss.Test)).ToList();
        if (shown.Count == 0) yield break;
        var width = Math.Clamp((screen.Columns ?? int.MaxValue) - Margin, MinWidth, MaxWidth);
        var top = shown.Max(static loss => Math.Max(loss.Train, loss.Test));
        var grid = new char[Height][];
        for (var row = 0; row < Height; row++) grid[row] = new string(' ', width).ToCharArray();
        for (var column = 0; column < width; column++)
        {
            var (train, test) = shown[(int)((long)column * shown.Count / width)];
            grid[Row(test, top)][column] = 'o';
            grid[Row(train, top)][column] = '*';
        }
        yield return screen.FirstThatFits("loss (* train, o test)", "* train, o test");
        for (var row = 0; row < Height; row++) yield return $"{Label(top * (Height - row) / Height),8} |{new string(grid[row]).TrimEnd()}";
        yield return $"{Label(0),8} +{new string('-', width)}";
        var last = $"epoch {losses.Count}".Length < width ? $"epoch {losses.Count}" : $"{losses.Count}";
        yield return screen.FirstThatFits($"{"",Margin}1{last.PadLeft(width - 1)}");
    }

    private static string Label(double loss) => Math.Abs(loss) < 1e4 ? loss.ToString("F3") : loss.ToString("0.#E+0");

    private static int Row(double loss, double top) => top <= 0 ? Height - 1 : Math.Clamp((int)((1 - loss / top) * Height), 0, Height - 1);
}
