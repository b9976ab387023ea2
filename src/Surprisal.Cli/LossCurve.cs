namespace Surprisal.Cli;

/// <summary>Train and test loss over the epochs, drawn with characters.</summary>
internal static class LossCurve
{
    private const int Width = 60, Height = 10;

    public static IEnumerable<string> Draw(IReadOnlyList<(double Train, double Test)> losses)
    {
        var shown = losses.Where(static loss => double.IsFinite(loss.Train) && double.IsFinite(loss.Test)).ToList();
        if (shown.Count == 0) yield break;
        var top = shown.Max(static loss => Math.Max(loss.Train, loss.Test));
        var grid = new char[Height][];
        for (var row = 0; row < Height; row++) grid[row] = new string(' ', Width).ToCharArray();
        for (var column = 0; column < Width; column++)
        {
            var (train, test) = shown[column * shown.Count / Width];
            grid[Row(test, top)][column] = 'o';
            grid[Row(train, top)][column] = '*';
        }
        yield return "loss (* train, o test)";
        for (var row = 0; row < Height; row++) yield return $"{top * (Height - row) / Height,8:F3} |{new string(grid[row]).TrimEnd()}";
        yield return $"{0.0,8:F3} +{new string('-', Width)}";
        yield return $"{"",10}{"1".PadRight(Width / 2)}{$"epoch {losses.Count}".PadLeft(Width / 2)}";
    }

    private static int Row(double loss, double top) => top <= 0 ? Height - 1 : Math.Clamp((int)((1 - loss / top) * Height), 0, Height - 1);
}
