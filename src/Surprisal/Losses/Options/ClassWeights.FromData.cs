namespace Surprisal;

/// <remarks>
/// From data: <see cref="InverseFrequency{TTarget}"/>, <see cref="Balanced{TTarget}"/> and <see cref="EffectiveNumber{TTarget}"/> read the
/// targets, or the counts of data sets in pieces. A class that never occurs gets weight 0, never infinity, which would make label smoothing
/// NaN: no sample has it, so no loss over the same data changes; but over other data that has it, it would not count, so look at the counts
/// first.
/// </remarks>
public sealed partial class ClassWeights
{
    /// <summary>How often each class occurs in the targets; add up the counts of a data set's pieces.</summary>
    /// <param name="targets">Class indices in any order and shape: 0 .. classes - 1, or <paramref name="ignoreIndex"/>.</param>
    /// <param name="classes">The number of classes, 1 or more.</param>
    /// <param name="ignoreIndex">The target that is not counted; compared before the range check. Default -100.</param>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class; the message gives its position. Or no classes.</exception>
    public static long[] CountTargets<TTarget>(ReadOnlySpan<TTarget> targets, int classes, long ignoreIndex = -100)
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        if (classes < 1) throw new ArgumentOutOfRangeException(nameof(classes), $"classes is {classes}; it must be 1 or more.");
        var counts = new long[classes];
        for (var i = 0; i < targets.Length; i++)
        {
            var target = long.CreateSaturating(targets[i]);
            if (Kernels.ClassTargets.IsIgnoredValue(targets[i], ignoreIndex)) continue;
            if (target < 0 || target >= classes)
                throw new ArgumentOutOfRangeException(nameof(targets),
                    $"targets[{i}] = {targets[i]} is out of bounds: classes are 0..{classes - 1} and ignore_index is {ignoreIndex}.");
            counts[target]++;
        }
        return counts;
    }

    /// <summary>
    /// total / count: the inverse of each class's share of the targets, so that every class that occurs has the same weight in sum.
    /// </summary>
    /// <param name="targets">Class indices in any order and shape, such as a mask of (N, H, W) or (N, 1, H, W).</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="ignoreIndex">The target that is not counted. Default -100.</param>
    /// <returns>One weight a class; 0 for a class that never occurs.</returns>
    /// <inheritdoc cref="CountTargets{TTarget}" path="/exception"/>
    public static ClassWeights InverseFrequency<TTarget>(ReadOnlySpan<TTarget> targets, int classes, long ignoreIndex = -100)
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        InverseFrequency(CountTargets(targets, classes, ignoreIndex));

    /// <summary>total / count, from the number of samples of each class.</summary>
    /// <param name="counts">One count a class, 0 or more.</param>
    /// <returns>One weight a class; 0 for a class that never occurs.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative count.</exception>
    public static ClassWeights InverseFrequency(ReadOnlySpan<long> counts)
    {
        var (total, _) = CountTotals(counts);
        return FromCounts(counts, count => total / count);
    }

    /// <summary>
    /// total / (classes count), counting the classes that occur: the mean weight of a sample is 1, so the loss keeps its size.
    /// </summary>
    /// <param name="targets">Class indices in any order and shape.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="ignoreIndex">The target that is not counted. Default -100.</param>
    /// <returns>One weight a class; 0 for a class that never occurs.</returns>
    /// <remarks>Formula: scikit-learn's <c>class_weight="balanced"</c>, after King, Zeng 2001.</remarks>
    /// <inheritdoc cref="CountTargets{TTarget}" path="/exception"/>
    /// <example><code>
    /// int[] targets = [0, 0, 0, 0, 0, 0, 1, 1, 2, 2];
    /// var weights = ClassWeights.Balanced&lt;int>(targets, classes: 3);
    /// Console.WriteLine(string.Join(" ", weights.Select(w => $"{w:F4}")));    // 0.5556 1.6667 1.6667
    /// Console.WriteLine(new CrossEntropyLoss { Weight = weights }.Weight == weights); // True
    /// </code></example>
    public static ClassWeights Balanced<TTarget>(ReadOnlySpan<TTarget> targets, int classes, long ignoreIndex = -100)
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        Balanced(CountTargets(targets, classes, ignoreIndex));

    /// <summary>total / (classes count), from the number of samples of each class.</summary>
    /// <inheritdoc cref="InverseFrequency(ReadOnlySpan{long})" path="/param"/>
    /// <inheritdoc cref="InverseFrequency(ReadOnlySpan{long})" path="/returns"/>
    /// <inheritdoc cref="InverseFrequency(ReadOnlySpan{long})" path="/exception"/>
    public static ClassWeights Balanced(ReadOnlySpan<long> counts)
    {
        var (total, occurring) = CountTotals(counts);
        return FromCounts(counts, count => total / (occurring * count));
    }

    /// <summary>
    /// (1 - beta) / (1 - beta^count), the inverse of the effective number of samples, times what makes the mean over the classes that occur
    /// 1: between no weights at beta = 0 and the inverse frequency as beta goes to 1.
    /// </summary>
    /// <param name="targets">Class indices in any order and shape.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="beta">How little a sample overlaps with those before it, at least 0 and below 1; usual are 0.9, 0.99, 0.999 and
    /// 0.9999.</param>
    /// <param name="ignoreIndex">The target that is not counted. Default -100.</param>
    /// <returns>One weight a class; 0 for a class that never occurs.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class, no classes, or a beta outside [0, 1).</exception>
    /// <remarks>Formula: Cui, Jia, Lin, Song, Belongie 2019, Class-Balanced Loss Based on Effective Number of Samples.</remarks>
    public static ClassWeights EffectiveNumber<TTarget>(ReadOnlySpan<TTarget> targets, int classes, double beta, long ignoreIndex = -100)
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        CheckBeta(beta);
        return EffectiveNumber(CountTargets(targets, classes, ignoreIndex), beta);
    }

    /// <summary>(1 - beta) / (1 - beta^count), with mean 1, from the number of samples of each class.</summary>
    /// <param name="counts">One count a class, 0 or more.</param>
    /// <param name="beta">At least 0 and below 1.</param>
    /// <returns>One weight a class; 0 for a class that never occurs.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative count, or a beta outside [0, 1).</exception>
    public static ClassWeights EffectiveNumber(ReadOnlySpan<long> counts, double beta)
    {
        CheckBeta(beta);
        var (_, occurring) = CountTotals(counts);
        var sum = 0.0;
        foreach (var count in counts)
            if (count > 0)
                sum += 1 / Kernels.EffectiveNumber.Of(count, beta);
        return FromCounts(counts, count => occurring / (sum * Kernels.EffectiveNumber.Of(count, beta)));
    }

    private static void CheckBeta(double beta)
    {
        if (!(beta is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(beta), $"beta is {beta}; it must be at least 0 and below 1.");
    }

    /// <summary>The number of samples, and of classes that have any.</summary>
    private static (double Samples, int Occurring) CountTotals(ReadOnlySpan<long> counts)
    {
        var (total, occurring) = (0.0, 0);
        for (var c = 0; c < counts.Length; c++)
        {
            if (counts[c] < 0)
                throw new ArgumentOutOfRangeException(nameof(counts), $"counts[{c}] = {counts[c]} is negative; a count is 0 or more.");
            if (counts[c] > 0) occurring++;
            total += counts[c];
        }
        return (total, occurring);
    }

    private static ClassWeights FromCounts(ReadOnlySpan<long> counts, Func<long, double> weight)
    {
        var weights = new double[counts.Length];
        for (var c = 0; c < weights.Length; c++) weights[c] = counts[c] == 0 ? 0 : weight(counts[c]);
        return Create(weights);
    }
}
