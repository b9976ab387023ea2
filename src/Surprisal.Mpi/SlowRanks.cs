using Surprisal.Training;

namespace Surprisal.Mpi;

/// <summary>Names a rank whose computing has taken more than one and a half times the median for 20 steps in a row, and adds up what
/// steps take.</summary>
internal sealed class SlowRanks(Communicator communicator)
{
    private const int Steps = 20;
    private const double Factor = 1.5;

    private readonly int[] inRow = new int[communicator.Size];
    private StepRecord[] totals = Nothing(communicator.Size);

    public IReadOnlyList<StepRecord> TakeTotals()
    {
        var taken = totals;
        totals = Nothing(taken.Length);
        return taken;
    }

    public void Add(IReadOnlyList<StepRecord> step)
    {
        var median = step.Select(static rank => rank.Computing).Order().ElementAt(step.Count / 2);
        for (var rank = 0; rank < step.Count; rank++)
        {
            var (before, now) = (totals[rank], step[rank]);
            totals[rank] = now with
            {
                Computing = before.Computing + now.Computing, Waiting = before.Waiting + now.Waiting, Sent = before.Sent + now.Sent,
            };
            inRow[rank] = step[rank].Computing > median * Factor ? inRow[rank] + 1 : 0;
            if (inRow[rank] == Steps && communicator.Rank == 0)
                communicator.Log($"{communicator.Describe(rank)} is slow: {step[rank].Computing.TotalMilliseconds:F1} ms a step, " +
                    $"the median is {median.TotalMilliseconds:F1} ms");
        }
    }

    private static StepRecord[] Nothing(int ranks) =>
        [.. Enumerable.Repeat(new StepRecord(0, false, TimeSpan.Zero, TimeSpan.Zero, 0, TimeSpan.Zero), ranks)];
}
