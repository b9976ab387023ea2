using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>
/// Temperature scaling of data that come in batches or lie in shards: the loss and its two derivatives at 21 temperatures, as exact sums,
/// and the minimum of the curve through them. Any cut and order of the rows gives the same bits; T is within 1e-5 of that of
/// <see cref="Temperature.Fit"/>.
/// </summary>
/// <param name="classes">The number of classes; 1 for the one column of a binary task, whose logit z means [0, z].</param>
/// <param name="ignoreIndex">The target of rows that are left out. Default -100.</param>
public sealed partial class TemperatureSums(int classes, long ignoreIndex = -100)
{
    private const string Kind = "temperature sums";
    private const int Nodes = 21, AtOne = 10;

    private static readonly double[] logOfBeta = [.. Enumerable.Range(0, Nodes).Select(static k => 0.6931471805599453 * (0.5 * k - 5))];
    private static readonly double[] betas = [.. logOfBeta.Select(Scalar.Exp), 0];

    private readonly ExactSums sums = new(3 * (Nodes + 1) + 1);
    private bool isFlat = true, areLargest = true, any;

    /// <summary>Adds a batch; the parameters are those of <see cref="Temperature.Fit"/>.</summary>
    /// <param name="logits">[N, C], one row after the other; with positions [N, C, positions]; C is 1 for one column.</param>
    /// <param name="targets">[N] or [N, positions]: classes from 0, or the ignored index.</param>
    /// <param name="sampleWeights">How often each row counts. Default: all 1.</param>
    /// <param name="positions">How many rows a sample has, such as its pixels. Default 1.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class, or a weight that is none.</exception>
    public void Add<T, TTarget>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TTarget> targets, ReadOnlySpan<float> sampleWeights = default, int positions = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var of = Temperature.Read(logits, targets, classes, sampleWeights, ignoreIndex, positions);
        var columns = Math.Max(classes, 2);
        var rows = TemperatureData.Rows(logits, targets.Length, classes, positions);
        var look = TemperatureData.Look(rows, of, columns, sampleWeights);
        (isFlat, areLargest, any) = (isFlat && look.IsFlat, areLargest && look.AreLargest, any || look.Any);
        TemperatureData.Add(rows, of, columns, sampleWeights, betas, sums);
    }

    /// <summary>Adds what another has seen of other rows.</summary>
    /// <param name="other">Sums for as many classes.</param>
    /// <exception cref="ArgumentException">Sums for other classes.</exception>
    public void Merge(TemperatureSums other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Classes != classes)
            throw new ArgumentException($"other has {other.Classes} classes, but these sums {classes}; only the same merge.",
                nameof(other));
        (isFlat, areLargest, any) = (isFlat && other.isFlat, areLargest && other.areLargest, any || other.any);
        sums.Add(other.sums);
    }

    /// <summary>The number of classes; 1 for one column.</summary>
    public int Classes => classes;

    /// <summary>The temperature of the rows so far; at 2^5 or 2^-5 where the minimum is outside, with the state that says so.</summary>
    public TemperatureFit Fit()
    {
        if (!any) return new(double.NaN, TemperatureState.Undefined, double.NaN, double.NaN);
        var weight = sums[sums.Count - 1];
        var at = new (double F, double Slope, double Curvature)[Nodes];
        for (var k = 0; k < Nodes; k++)
        {
            var (first, second) = (betas[k] * sums[3 * k + 1] / weight, betas[k] * betas[k] * sums[3 * k + 2] / weight);
            at[k] = (sums[3 * k] / weight, first, first + second);
        }
        var before = at[AtOne].F;
        if (isFlat) return new(1, TemperatureState.Flat, before, before);
        if (areLargest) return new(1 / betas[Nodes - 1], TemperatureState.Zero, before, at[^1].F);
        if (sums[3 * Nodes + 1] >= 0) return new(1 / betas[0], TemperatureState.Infinite, before, at[0].F);
        var (x, value) = QuinticHermite.Minimum(logOfBeta, at);
        return double.IsNegativeInfinity(x) ? new(1 / betas[0], TemperatureState.Infinite, before, value)
            : double.IsPositiveInfinity(x) ? new(1 / betas[Nodes - 1], TemperatureState.Zero, before, value)
            : new(Scalar.Exp(-x), TemperatureState.Finite, before, value);
    }
}
