using Surprisal.Training;

namespace Surprisal.Cli;

/// <summary>
/// Saves now and then between steps, and after the last one of a run that was stopped: a launcher may end its ranks half a second after it
/// was asked to.
/// </summary>
/// <param name="shown">Told first.</param>
/// <param name="save">Called on all ranks after the same step.</param>
/// <param name="period">How old a checkpoint may become.</param>
/// <param name="clock">The same on all ranks.</param>
/// <param name="isStopping">Whether this step was the last.</param>
internal sealed class TimedSave(
    IProgress<TrainingPosition>? shown, Action save, TimeSpan period, Func<TimeSpan> clock, Func<bool> isStopping)
    : IProgress<TrainingPosition>
{
    private TimeSpan last;

    public void Report(TrainingPosition value)
    {
        shown?.Report(value);
        if (clock() - last < period && !isStopping()) return;
        save();
        last = clock();
    }
}
