namespace Surprisal.Training;

/// <summary>
/// Changes an optimizer's learning rate from epoch to epoch: minimum + (initial - minimum) f(finished epochs), f being the schedule's own.
/// </summary>
/// <remarks>
/// A rate that somebody set by hand is kept: the rest of the plan is scaled to it, as PyTorch's chained schedulers do; where f is 0 it
/// stays as it is. After a schedule's end the last rate stays. <see cref="Checkpoint"/> keeps the plan; a training that goes on with
/// another length, such as more epochs, plans the rest from the present rate, without a jump.
/// </remarks>
public abstract class Schedule
{
    private readonly Optimizer optimizer;
    private double initial, minimum, lastSet;

    private protected Schedule(Optimizer optimizer, double minimum = 0)
    {
        if (!(minimum >= 0 && double.IsFinite(minimum)))
            throw new ArgumentOutOfRangeException(nameof(minimum), $"minimum is {minimum}; a learning rate is at least 0 and finite.");
        (this.optimizer, this.minimum) = (optimizer, minimum);
        initial = lastSet = optimizer.LearningRate;
    }

    /// <summary>The number of finished epochs.</summary>
    public int Epoch { get; private set; }

    /// <summary>The schedule and the numbers that it was made with, for comparing; without its length.</summary>
    internal abstract string Settings { get; }

    /// <summary>The number of epochs that shapes the plan; another one in a checkpoint means that the rest is planned anew.</summary>
    private protected abstract int Length { get; }

    /// <summary>The finished epochs where the plan begins.</summary>
    private protected int Start { get; private set; }

    /// <summary>Goes on to the next epoch's rate; call it after each epoch.</summary>
    public void Step() => MoveTo(checked(Epoch + 1));

    /// <summary>Sets the rate for the time after <paramref name="epoch"/> finished epochs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public void MoveTo(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        RescaleToPresentRate();
        Epoch = epoch;
        optimizer.LearningRate = lastSet = minimum + (initial - minimum) * Factor(epoch);
    }

    /// <summary>The plan as it is now: what another schedule with the same settings needs to go on alike.</summary>
    internal double[] State => [Epoch, initial, minimum, lastSet, Start, Length];

    /// <summary>Whether these numbers can be such a plan.</summary>
    internal bool Fits(ReadOnlySpan<double> state) =>
        state.Length == State.Length && !state.ContainsAnyExceptInRange(0, double.MaxValue) && IsCount(state[0]) && IsCount(state[4])
        && IsCount(state[5]) && state[4] <= state[0];

    /// <summary>Takes over a plan at the optimizer's present rate.</summary>
    internal void Restore(ReadOnlySpan<double> state)
    {
        (Epoch, initial, minimum, lastSet, Start) = ((int)state[0], state[1], state[2], state[3], (int)state[4]);
        if (state[5] != Length) (initial, lastSet, Start) = (optimizer.LearningRate, optimizer.LearningRate, Epoch);
    }

    /// <summary>What the initial rate above the minimum is multiplied by after that many epochs.</summary>
    private protected abstract double Factor(int epoch);

    /// <summary>Scales the plan to a rate that was set by hand.</summary>
    private void RescaleToPresentRate()
    {
        var rate = optimizer.LearningRate;
        if (rate.Equals(lastSet)) return;
        var factor = Factor(Epoch);
        if (factor == 0) minimum = rate;
        else initial = minimum + (rate - minimum) / factor;
    }

    private static bool IsCount(double number) => number <= int.MaxValue && double.IsInteger(number);
}
