using System.Globalization;

namespace Surprisal;

/// <summary>
/// What a loss returns: the value, and the two numbers it was made of, so that means over several batches or machines come out right.
/// </summary>
/// <remarks>Prints its value and compares by it, so <c>$"{loss.Evaluate(logits, targets):F4}"</c> reads as it should.</remarks>
public readonly record struct LossResult : ISpanFormattable, IComparable<LossResult>, IComparable
{
    /// <summary>The loss after the reduction, in nats; with <see cref="Reduction.None"/> the sum.</summary>
    public double Value { get; init => field = Canonical(value); }

    /// <summary>The weighted sum of the samples' losses.</summary>
    public double Sum { get; init => field = Canonical(value); }

    /// <summary>
    /// What the loss's own mean divides by: also where the reduction does not divide, or a <see cref="Loss.Normalizer"/> is given.
    /// </summary>
    public double Divisor { get; init; }

    /// <summary>The value, so that <c>double value = loss.Evaluate(...)</c> reads as it should.</summary>
    public static implicit operator double(LossResult result) => result.Value;

    /// <summary>The value.</summary>
    public double ToDouble() => Value;

    /// <summary>The value in the present culture.</summary>
    public override string ToString() => Value.ToString(CultureInfo.CurrentCulture);

    /// <summary>The value, as <see cref="double.ToString(string, IFormatProvider)"/> writes it.</summary>
    /// <param name="format">A format of <see cref="double"/>, such as F4; null or empty for the shortest text that reads back.</param>
    /// <param name="formatProvider">The culture to write in; null for the present one.</param>
    public string ToString(string? format, IFormatProvider? formatProvider) => Value.ToString(format, formatProvider);

    /// <summary>Writes the value, as <see cref="double"/> does.</summary>
    /// <param name="destination">Receives the text.</param>
    /// <param name="charsWritten">How many characters were written; 0 where they do not fit.</param>
    /// <param name="format">A format of <see cref="double"/>, such as F4; empty for the shortest text that reads back.</param>
    /// <param name="provider">The culture to write in; null for the present one.</param>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        Value.TryFormat(destination, out charsWritten, format, provider);

    /// <summary>Compares the values: NaN before all numbers, as <see cref="double.CompareTo(double)"/> has it.</summary>
    /// <param name="other">The result to compare with.</param>
    public int CompareTo(LossResult other) => Value.CompareTo(other.Value);

    /// <summary>Compares the values.</summary>
    /// <param name="obj">A result, or null, which is before all results.</param>
    /// <exception cref="ArgumentException">The other is no result of a loss.</exception>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        LossResult other => CompareTo(other),
        _ => throw new ArgumentException($"obj is a {obj.GetType().Name}; a LossResult compares with another one.", nameof(obj)),
    };

    /// <summary>Whether the value is smaller.</summary>
    public static bool operator <(LossResult left, LossResult right) => left.Value < right.Value;

    /// <summary>Whether the value is smaller or equal.</summary>
    public static bool operator <=(LossResult left, LossResult right) => left.Value <= right.Value;

    /// <summary>Whether the value is larger.</summary>
    public static bool operator >(LossResult left, LossResult right) => left.Value > right.Value;

    /// <summary>Whether the value is larger or equal.</summary>
    public static bool operator >=(LossResult left, LossResult right) => left.Value >= right.Value;

    /// <summary>One NaN on every machine.</summary>
    private static double Canonical(double value) => double.IsNaN(value) ? double.NaN : value;
}
