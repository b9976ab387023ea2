namespace Surprisal.Cli.Report;

/// <summary>Points that a line joins, from left to right; where one is not finite the line has a gap.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Points">From left to right.</param>
/// <param name="IsQuiet">Whether it is only there to compare with: grey, and dotted.</param>
internal sealed record Curve(string Name, IReadOnlyList<(double X, double Y)> Points, bool IsQuiet = false)
{
    /// <summary>How many points cannot be drawn.</summary>
    public int Missing => Points.Count(static at => !IsFinite(at));

    /// <summary>The stretches without a gap.</summary>
    public IEnumerable<IReadOnlyList<(double X, double Y)>> Stretches()
    {
        var stretch = new List<(double, double)>();
        foreach (var at in Points)
            if (IsFinite(at)) stretch.Add(at);
            else if (stretch.Count > 0)
            {
                yield return stretch;
                stretch = [];
            }
        if (stretch.Count > 0) yield return stretch;
    }

    private static bool IsFinite((double X, double Y) at) => double.IsFinite(at.X) && double.IsFinite(at.Y);
}
