using System.Diagnostics;
using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>
/// Saves every ten minutes, between steps: a launcher may end its ranks two seconds after it was asked to, before a step has ended.
/// </summary>
internal sealed class TimedSave(IProgress<TrainingPosition>? shown, Action save, TimeSpan period) : IProgress<TrainingPosition>
{
    private readonly Stopwatch sinceLast = Stopwatch.StartNew();

    public void Report(TrainingPosition value)
    {
        shown?.Report(value);
        if (sinceLast.Elapsed < period) return;
        save();
        sinceLast.Restart();
    }
}
