using System.Diagnostics;

namespace Surprisal.Cli.Bench;

/// <summary>Times several sides in turns, round by round, so that a slow spell of the machine meets all of them.</summary>
internal sealed class Turns(int rounds, double secondsPerRound)
{
    private const double ShortestBatch = 1;

    /// <summary>The collector's memory comes to rest after about so many calls; then no page of it is fresh any more.</summary>
    private const int WarmCalls = 24;

    /// <summary>For each side, its median in every round.</summary>
    public double[][] Run(params IReadOnlyList<Side> sides)
    {
        var plans = sides.Select(Warm).ToArray();
        var times = sides.Select(_ => new double[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
            for (var i = 0; i < sides.Count; i++)
            {
                times[i][round] = Clock.Median(sides[i].Milliseconds(plans[i].Batches, plans[i].Calls));
                Thread.Sleep(20); // the threads of a side spin a while after its last call
            }
        return times;
    }

    /// <summary>
    /// Runs until the side is warm, and finds how many calls make a batch that the clock can measure and how many batches a round.
    /// </summary>
    private (int Batches, int Calls) Warm(Side side)
    {
        var (clock, runs, time) = (Stopwatch.StartNew(), 0, 0.0);
        for (; runs < 2 || clock.Elapsed.TotalSeconds < (runs < WarmCalls ? 5 : 1) * side.WarmSeconds; runs++)
            time = side.Milliseconds(1, 1)[0];
        var calls = 1;
        while (time * calls < ShortestBatch && calls < 1 << 20)
        {
            calls *= 2;
            time = Clock.Median(side.Milliseconds(3, calls));
        }
        return ((int)Math.Clamp(secondsPerRound * 1000 / (time * calls), 1, 1000), calls);
    }
}
