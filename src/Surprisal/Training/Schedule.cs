namespace Surprisal.Training;

/// <summary>Changes an optimizer's learning rate from epoch to epoch. The rate follows from the epoch alone, so a resumed run needs no more.</summary>
public abstract class Schedule
{
    private readonly Optimizer optimizer;
    private readonly double initial;

    private protected Schedule(Optimizer optimizer) => (this.optimizer, initial) = (optimizer, optimizer.LearningRate);

    /// <summary>The number of finished epochs.</summary>
    public int Epoch { get; private set; }

    /// <summary>Goes on to the next epoch's rate; call it after each epoch.</summary>
    public void Step() => MoveTo(Epoch + 1);

    /// <summary>Sets the rate for the time after <paramref name="epoch"/> finished epochs.</summary>
    public void MoveTo(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        Epoch = epoch;
        optimizer.LearningRate = Rate(initial, epoch);
    }

    private protected abstract double Rate(double initial, int epoch);
}
