using System.Globalization;
using Surprisal.Cli.Models;

namespace Surprisal.Cli.Runs;

/// <summary>The figures of a run as tables show them; a dash for what is not known.</summary>
internal static class RunFigures
{
    public static string Accuracy(double? share) => share is { } known && !double.IsNaN(known) ? $"{known:P2}" : "-";

    public static string Loss(double? loss) => loss is { } known && !double.IsNaN(known) ? TrainLines.Number(known) : "-";

    /// <summary>See <see cref="Evaluated.Score"/>.</summary>
    public static string Score(RunSummary run, double? score) => run.Options.Task.HasShare() ? Accuracy(score) : Loss(score);

    /// <summary>The names of the scores that runs have, in the order of the runs.</summary>
    public static IReadOnlyList<string> ScoreNames(IEnumerable<RunSummary> runs) =>
        [.. runs.Select(static run => run.Options.Task.ScoreName()).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>3 of 20; of a group, whose runs may have ended after different ones, how many there are to be.</summary>
    public static string Epochs(RunSummary run) =>
        run.Options.IsGroup ? $"{run.Options.Epochs}" : $"{run.EpochsDone}/{run.Options.Epochs}";

    /// <summary>12.3 s, 1:02:03.</summary>
    public static string Time(double seconds) => seconds < 60 ? seconds.ToString("F1", CultureInfo.InvariantCulture) + " s"
        : $"{(long)seconds / 3600}:{(long)seconds / 60 % 60:00}:{(long)seconds % 60:00}";
}
