using System.Diagnostics;
using Surprisal.Bench.Works;

namespace Surprisal.Bench;

/// <summary>Times one work on all sides in turns, so that a slow spell of the machine meets everybody.</summary>
internal sealed class Comparison(IReadOnlyList<Rival> rivals, int rounds, double secondsPerRound)
{
    /// <summary>Median milliseconds of ours and of each rival, and the median over the rounds of (fastest rival / ours).</summary>
    public sealed record Result(Work Work, double Ours, double[] Rivals, double? Ratio);

    public Result Run(Work work)
    {
        var clock = Stopwatch.StartNew();
        var warm = new List<double>();
        while (warm.Count < 3 || clock.Elapsed.TotalSeconds < Math.Max(1, secondsPerRound)) warm.Add(Time(work));
        var runs = rivals.Select(rival => Runs(rival.Times(work, 3)[^1])).ToArray();
        var ours = new double[rounds];
        var theirs = rivals.Select(_ => new double[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            ours[round] = Median(Enumerable.Range(0, Runs(warm[^1])).Select(_ => Time(work)));
            for (var i = 0; i < rivals.Count; i++)
            {
                theirs[i][round] = Median(rivals[i].Times(work, runs[i]));
                Thread.Sleep(20); // the rival's threads spin a while after the last run
            }
        }
        var medians = theirs.Select(Median).ToArray();
        var fastest = medians.Length == 0 ? null : theirs[Array.IndexOf(medians, medians.Min())];
        return new Result(work, Median(ours), medians, fastest is null ? null : Median(fastest.Zip(ours, static (rival, own) => rival / own)));
    }

    private int Runs(double milliseconds) => (int)Math.Clamp(secondsPerRound * 1000 / milliseconds, 1, 1000);

    private static double Time(Work work)
    {
        var start = Stopwatch.GetTimestamp();
        work.Run();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
