using System.Globalization;

namespace Surprisal.Metrics;

/// <summary>
/// McNemar's test of two models on the same rows: whether the rows that only one of them gets right could be divided like that by chance
/// (McNemar 1947; the exact test is the sign test).
/// </summary>
public sealed record McNemar
{
    /// <summary>From the counts.</summary>
    /// <param name="onlyFirst">Rows that only the first model gets right.</param>
    /// <param name="onlySecond">Rows that only the second one gets right.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative count.</exception>
    /// <example><code>
    /// using Surprisal.Metrics;
    ///
    /// Console.WriteLine(new McNemar(5, 1));   // only first 5, only second 1: p = 0.2188
    /// </code></example>
    public McNemar(long onlyFirst, long onlySecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        (OnlyFirst, OnlySecond) = (onlyFirst, onlySecond);
        PValue = Math.Min(1, 2 * LowerTail(Math.Min(onlyFirst, onlySecond), onlyFirst + onlySecond));
    }

    /// <summary>From which rows each model gets right.</summary>
    /// <param name="first">One a row.</param>
    /// <param name="second">The same rows of the second model.</param>
    /// <exception cref="ArgumentException">Different numbers of rows.</exception>
    public static McNemar Of(ReadOnlySpan<bool> first, ReadOnlySpan<bool> second)
    {
        if (first.Length != second.Length)
            throw new ArgumentException($"second has {second.Length} rows, but first {first.Length}; " +
                "the models are compared row by row.", nameof(second));
        var (b, c) = (0L, 0L);
        for (var i = 0; i < first.Length; i++)
            if (first[i] && !second[i]) b++;
            else if (second[i] && !first[i]) c++;
        return new(b, c);
    }

    /// <summary>Rows that only the first model gets right.</summary>
    public long OnlyFirst { get; }

    /// <summary>Rows that only the second model gets right.</summary>
    public long OnlySecond { get; }

    /// <summary>The exact two-sided probability of a division at least as uneven: min(1, 2 P(X at most the smaller count)), 1 without such
    /// rows.</summary>
    public double PValue { get; }

    /// <summary>(b - c)^2 / (b + c), of one degree of freedom; 0 without such rows.</summary>
    public double ChiSquared => OnlyFirst + OnlySecond == 0 ? 0 : Square(Math.Abs((double)OnlyFirst - OnlySecond));

    /// <summary>max(0, |b - c| - 1)^2 / (b + c), with Edwards' correction; 0 without such rows.</summary>
    public double CorrectedChiSquared =>
        OnlyFirst + OnlySecond == 0 ? 0 : Square(Math.Max(0, Math.Abs((double)OnlyFirst - OnlySecond) - 1));

    /// <summary>One line.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"only first {OnlyFirst}, only second {OnlySecond}: p = {PValue:F4}");

    private double Square(double difference) => difference * difference / ((double)OnlyFirst + OnlySecond);

    /// <summary>P(X at most m) of n fair coins: the largest term as a product that is kept in range, the others by their ratios.</summary>
    private static double LowerTail(long m, long n)
    {
        var (term, halvings) = (1.0, n);
        for (var i = 1L; i <= m; i++)
        {
            term *= (double)(n - m + i) / i;
            while (term > 1e200 && halvings >= 512)
            {
                term = Math.ScaleB(term, -512);
                halvings -= 512;
            }
        }
        term = halvings > 2000 ? 0 : Math.ScaleB(term, -(int)halvings);
        var (sum, next) = (0.0, 1.0);
        for (var k = m; k >= 0 && next > 0; k--)
        {
            sum += next;
            next *= (double)k / (n - k + 1);
        }
        return sum * term;
    }
}
