namespace Surprisal;

/// <summary>
/// What a loss returns: the value, and the two numbers it was made of, so that means over several batches or machines come out right.
/// </summary>
/// <param name="Value">The loss after the reduction, in nats; with <see cref="Reduction.None"/> the sum.</param>
/// <param name="Sum">The weighted sum of the samples' losses.</param>
/// <param name="Divisor">What the loss's own mean divides by: also where the reduction does not divide, or a <see cref="Loss.Normalizer"/>
/// is given.</param>
public readonly record struct LossResult(double Value, double Sum, double Divisor)
{
    /// <inheritdoc cref="LossResult" path="/param[@name='Value']"/>
    public double Value { get; init; } = double.IsNaN(Value) ? double.NaN : Value; // one NaN on every machine

    /// <inheritdoc cref="LossResult" path="/param[@name='Sum']"/>
    public double Sum { get; init; } = double.IsNaN(Sum) ? double.NaN : Sum;

    /// <summary>The value, so that <c>double value = loss.Evaluate(...)</c> reads as it should.</summary>
    public static implicit operator double(LossResult result) => result.Value;

    /// <summary>The value.</summary>
    public double ToDouble() => Value;
}
