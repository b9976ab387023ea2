using Surprisal.Training;

namespace Surprisal.Mpi;

/// <summary>Names a rank whose computing has taken more than one and a half times the median for 20 steps in a row.</summary>
internal sealed class SlowRanks(Communicator communicator)
{
    private const int Steps = 20;
    private const double Factor = 1.5;

    private readonly int[] inRow = new int[communicator.Size];

    public void Add(IReadOnlyList<StepRecord> step)
    {
        var median = step.Select(static rank => rank.Computing).Order().ElementAt(step.Count / 2);
        for (var rank = 0; rank < step.Count; rank++)
        {
            inRow[rank] = step[rank].Computing > median * Factor ? inRow[rank] + 1 : 0;
            if (inRow[rank] == Steps && communicator.Rank == 0)
                communicator.Log($"{communicator.Describe(rank)} is slow: {step[rank].Computing.TotalMilliseconds:F1} ms a step, " +
                    $"the median is {median.TotalMilliseconds:F1} ms");
        }
    }
}
