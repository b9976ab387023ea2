namespace Surprisal.Training;

/// <summary>Ends training when the <see cref="Criterion"/> has not become better for some epochs, or is NaN.</summary>
/// <remarks>
/// Better is by more than the minimum difference, strictly, than the last value that was. The count of epochs that were not is kept in
/// checkpoints; a training that has stopped goes on with a larger patience.
/// </remarks>
/// <example><c>new Trainer(model, loss, optimizer) { EarlyStopping = new() { Patience = 5, MinimumDifference = 0.001 } }</c></example>
public sealed record EarlyStopping
{
    /// <summary>How many epochs in a row that are not better end training; at least 1. Default 3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Patience
    {
        get;
        init => field = value >= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(Patience), $"Patience is {value}; at least one epoch must not be better.");
    } = 3;

    /// <summary>By how much a value must be better; at least 0 and finite. Default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite or NaN.</exception>
    public double MinimumDifference
    {
        get;
        init => field = Optimizer.CheckNumber(value, "minimum difference", nameof(MinimumDifference));
    }
}
