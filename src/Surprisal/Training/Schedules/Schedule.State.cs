namespace Surprisal.Training;

/// <content>The plan as numbers: what a checkpoint keeps of it.</content>
public abstract partial class Schedule
{
    private const int Common = 6;

    /// <summary>The plan as it is now: what another schedule with the same settings needs to go on alike.</summary>
    internal double[] State => [Epoch, Initial, Minimum, lastSet, Start, Length, .. Own];

    /// <summary>What a schedule remembers that is no function of the finished epochs.</summary>
    private protected virtual double[] Own
    {
        get => [];
        set { }
    }

    /// <summary>Whether these numbers can be such a plan.</summary>
    internal bool Fits(ReadOnlySpan<double> state) =>
        state.Length == State.Length && !state[..Common].ContainsAnyExceptInRange(0, double.MaxValue) && IsCount(state[0])
        && IsCount(state[4]) && IsCount(state[5]) && state[4] <= state[0] && OwnFits(state[Common..]);

    private protected virtual bool OwnFits(ReadOnlySpan<double> own) => true;

    /// <summary>Takes over a plan at the optimizer's present rate.</summary>
    internal void Restore(ReadOnlySpan<double> state)
    {
        (Epoch, Initial, Minimum, lastSet, Start) = ((int)state[0], state[1], state[2], state[3], (int)state[4]);
        if (state[5] != Length && HasBegun) (Initial, lastSet, Start) = (Optimizer.LearningRate, Optimizer.LearningRate, Epoch);
        Own = state[Common..].ToArray();
        Follow();
    }

    /// <summary>Whether the part of the plan has begun that its length shapes.</summary>
    private protected virtual bool HasBegun => true;

    /// <summary>Length and beginning of the plan, for a schedule that wraps this one.</summary>
    internal int PlannedLength => Length;

    internal int PlannedStart { set => Start = value; }

    private protected static bool IsCount(double number) => number is >= 0 and <= int.MaxValue && double.IsInteger(number);
}
