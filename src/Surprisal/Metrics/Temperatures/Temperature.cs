using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>Temperature scaling: the one number that logits are divided by so that their cross-entropy is least.</summary>
/// <remarks>
/// Guo, Pleiss, Sun, Weinberger, On Calibration of Modern Neural Networks (2017), 4.2. Fit on rows that are neither trained on nor scored
/// afterwards: on its own rows the calibration looks better than it is. <see cref="TemperatureSums"/> fits data that come in batches or lie
/// in shards.
/// </remarks>
public static class Temperature
{
    /// <summary>The temperature, to 1e-9 of it, by some passes over the logits; the logarithm of 1 / T is kept in [-10, 10].</summary>
    /// <param name="logits">[N, C], one row after the other. Rows with NaN, +infinity or nothing but -infinity are left out, and those
    /// whose
    /// target is at -infinity.</param>
    /// <param name="targets">[N]: classes from 0, or <paramref name="ignoreIndex"/>.</param>
    /// <param name="classes">The number of classes; 1 for the one column of a binary task, whose logit z means [0, z].</param>
    /// <param name="sampleWeights">How often each row counts, 0 and from 2^-40 to 2^30. Default: all 1.</param>
    /// <param name="ignoreIndex">The target of rows that are left out. Default -100.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class, or a weight that is none.</exception>
    /// <example><code>
    /// using Surprisal.Metrics;
    ///
    /// float[] logits = [4, 0, 4, 0, 4, 0, 0, 4];
    /// int[] targets = [0, 0, 1, 1];
    /// Console.WriteLine(Temperature.Fit&lt;float, int>(logits, targets, classes: 2));   // T = 3.6410 (finite), loss 1.0181 -> 0.5623
    /// </code></example>
    public static TemperatureFit Fit<T, TTarget>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TTarget> targets,
        int classes,
        ReadOnlySpan<float> sampleWeights = default,
        long ignoreIndex = -100)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var of = Read(logits, targets, classes, sampleWeights, ignoreIndex);
        var (rows, weights) = (TemperatureData.Rows(logits, targets.Length, classes, 1).ToArray(), sampleWeights.ToArray());
        classes = Math.Max(classes, 2);
        var look = TemperatureData.Look<T>(rows, of, classes, sampleWeights);
        if (!look.Any) return new(double.NaN, TemperatureState.Undefined, double.NaN, double.NaN);
        (double Loss, double Slope, double Curvature) Pass(double beta)
        {
            var sums = new ExactSums(4);
            TemperatureData.Add<T>(rows, of, classes, weights, [beta], sums);
            return (sums[0] / sums[3], sums[1] / sums[3], sums[2] / sums[3]);
        }
        if (look.IsFlat) return Pass(1).Loss is var loss ? new(1, TemperatureState.Flat, loss, loss) : default;
        return look.AreLargest
            ? TemperatureMinimum.AtBound(TemperatureState.Zero, TemperatureMinimum.Bound, Pass(1).Loss, Pass)
            : TemperatureMinimum.Find(Pass);
    }

    /// <summary>The targets as classes, when everything has been checked.</summary>
    internal static int[] Read<T, TTarget>(
        ReadOnlySpan<T> logits, ReadOnlySpan<TTarget> targets, int classes, ReadOnlySpan<float> sampleWeights, long ignoreIndex,
        int positions = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        typeof(T).CheckFloatingPoint(nameof(logits), "metrics");
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ScoreChecks.Lengths(logits.Length, targets.Length, sampleWeights.Length, classes, positions);
        ScoreChecks.Weights(sampleWeights);
        new ClassIndexShape([targets.Length, Math.Max(classes, 2)], [targets.Length], null, ArgumentNames.OfLogits)
            .Divisor<double, double, TTarget>(targets, default, default, ignoreIndex);
        var of = new int[targets.Length];
        ClassTargets.Read(targets, ignoreIndex, of);
        return of;
    }
}
