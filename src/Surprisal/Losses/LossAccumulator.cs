using System.Globalization;

namespace Surprisal;

/// <summary>
/// Adds up the losses of micro-batches or machines: the mean is the sum of the sums over the sum of the divisors, never a mean of means.
/// </summary>
/// <remarks>Not for several threads at once; give each its own and add them up.</remarks>
/// <example><code>
/// var losses = new LossAccumulator();
/// var loss = new CrossEntropyLoss();
/// float[] first = [1, 2, 1, 3], second = [1, 3];
/// int[] ofFirst = [0, 1], ofSecond = [1];
/// losses.Add(loss.Evaluate(first, ofFirst, classes: 2));
/// losses.Add(loss.Evaluate(second, ofSecond, classes: 2));
/// Console.WriteLine(losses);                  // 0.5224 = 1.5671 / 3
/// </code></example>
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
    /// <param name="result">What an evaluation returned, whatever its reduction: its sum and its divisor count, its value does not.</param>
    public void Add(LossResult result) => Add(result.Sum, result.Divisor);

    /// <summary>Adds what another thread or machine has accumulated.</summary>
    /// <param name="other">What to add; it stays as it is.</param>
    /// <exception cref="ArgumentNullException">None is given.</exception>
    public void Add(LossAccumulator other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Add(other.Sum, other.Divisor);
    }

    /// <summary>Adds a sum and its divisor, as they arrive from another machine.</summary>
    /// <param name="sum">The weighted sum of the losses, in nats.</param>
    /// <param name="divisor">What the mean over them divides by; 0 where all samples are ignored.</param>
    public void Add(double sum, double divisor) => (Sum, Divisor) = (Sum + sum, Divisor + divisor);

    /// <summary>The mean and what it is made of: 0.5224 = 1.5671 / 3.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value:F4} = {Sum:F4} / {Divisor}");

    /// <summary>Starts again from nothing.</summary>
    public void Clear() => (Sum, Divisor) = (0, 0);
}
