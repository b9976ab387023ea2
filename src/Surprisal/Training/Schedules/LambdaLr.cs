namespace Surprisal.Training;

/// <summary>
/// The initial learning rate times a function of the finished epochs, from the first epoch on: PyTorch's <c>LambdaLR</c>.
/// </summary>
/// <remarks>
/// A checkpoint keeps the plan, but functions cannot be compared: whoever goes on must give the same one. Numbers that should be compared
/// need a <see cref="Schedule"/> of their own.
/// </remarks>
/// <example><c>new LambdaLr(optimizer, epoch => Math.Pow(0.95, epoch))</c></example>
public sealed class LambdaLr : Schedule
{
    private readonly Func<int, double> factor;

    /// <summary>A schedule for the given optimizer; its rate is the initial one, and is factor(0) times that from now on.</summary>
    /// <param name="optimizer">Whose rate to change.</param>
    /// <param name="factor">Finished epochs to what the initial rate is multiplied by, at least 0 and finite.</param>
    /// <exception cref="ArgumentNullException">No optimizer or no function is given.</exception>
    /// <exception cref="InvalidOperationException">The rate at the start would be negative, infinite or NaN.</exception>
    public LambdaLr(Optimizer optimizer, Func<int, double> factor) : base(optimizer)
    {
        ArgumentNullException.ThrowIfNull(factor);
        this.factor = factor;
        MoveTo(0);
    }

    /// <inheritdoc/>
    protected override string Details => "a function";

    /// <inheritdoc/>
    protected override double Factor(int epoch) => factor(epoch);
}
