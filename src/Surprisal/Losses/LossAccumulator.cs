using System.Globalization;

namespace Surprisal;

/// <summary>
/// Adds up the losses of micro-batches or machines: the mean is the sum of the sums over the sum of the divisors, never a mean of means.
/// </summary>
/// <remarks>Not for several threads at once; give each its own and add them up.</remarks>
public sealed class LossAccumulator
{
    /// <summary>The sum of all losses so far.</summary>
    public double Sum { get; private set; }

    /// <summary>The sum of all divisors so far: samples, elements or weights, as the loss counts.</summary>
    public double Divisor { get; private set; }

    /// <summary>The mean over everything added, in nats; NaN before anything is.</summary>
    public double Value => Sum / Divisor;

    internal bool IsFinite => double.IsFinite(Sum);

    /// <summary>Adds the loss of one batch.</summary>
    public void Add(LossResult result) => Add(result.Sum, result.Divisor);

    /// <summary>Adds what another thread or machine has accumulated.</summary>
    /// <exception cref="ArgumentNullException">None is given.</exception>
    public void Add(LossAccumulator other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Add(other.Sum, other.Divisor);
    }

    /// <summary>Adds a sum and its divisor, as they arrive from another machine.</summary>
    public void Add(double sum, double divisor) => (Sum, Divisor) = (Sum + sum, Divisor + divisor);

    /// <summary>The mean and what it is made of: 0.5224 = 1.5671 / 3.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value:F4} = {Sum:F4} / {Divisor}");

    /// <summary>Starts again from nothing.</summary>
    public void Clear() => (Sum, Divisor) = (0, 0);
}
