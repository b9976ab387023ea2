using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Progress that is told at once, on the thread that trains.</summary>
internal sealed class Told(Action<TrainingPosition> action) : IProgress<TrainingPosition>
{
    public void Report(TrainingPosition value) => action(value);
}
