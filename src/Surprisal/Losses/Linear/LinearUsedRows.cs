using System.Numerics;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>Which rows count, and what a mean over them divides by; refuses a target that is no class before anything is written.</summary>
internal static class LinearUsedRows
{
    /// <summary>The sum of the weights of the targets that are not ignored.</summary>
    public static Divisor Divisor<T, TTarget>(
        in LinearOperands<T> operands,
        ReadOnlySpan<TTarget> targets,
        ReadOnlySpan<nint> targetShape,
        ClassWeights? weight,
        long ignoreIndex,
        string name)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var (sum, empty) = (0.0, true);
        for (var i = 0; i < targets.Length; i++)
        {
            if (ClassTargets.IsIgnoredValue(targets[i], ignoreIndex)) continue;
            var target = long.CreateSaturating(targets[i]);
            if (target < 0 || target >= operands.Classes)
                throw new ArgumentOutOfRangeException(name,
                    $"{name}[{TensorLengths.Position(i, targetShape)}] = {targets[i]} is out of bounds: " +
                    $"classes are 0..{operands.Classes - 1} and ignore_index is {ignoreIndex}.");
            var w = (weight is null ? 1 : WeightOf<T>(weight, (int)target)) * SampleWeight(operands, i);
            if (!operands.SampleWeights.IsEmpty && T.IsZero(operands.SampleWeights[i])) continue;
            sum += w;
            empty &= w == 0;
        }
        return new(sum, empty);
    }

    /// <summary>
    /// Writes the numbers of the rows that count, their targets and their scales, which are the factor of every gradient; returns how many.
    /// </summary>
    public static int Collect<T, TTarget>(
        in LinearOperands<T> operands,
        ReadOnlySpan<TTarget> targets,
        long ignoreIndex,
        double scale,
        Span<int> used,
        Span<int> pivots,
        Span<double> scales)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var count = 0;
        for (var i = 0; i < operands.Rows; i++)
        {
            if (!targets.IsEmpty && ClassTargets.IsIgnoredValue(targets[i], ignoreIndex)) continue;
            if (!operands.SampleWeights.IsEmpty && T.IsZero(operands.SampleWeights[i])) continue;
            used[count] = i;
            pivots[count] = targets.IsEmpty ? 0 : int.CreateTruncating(targets[i]);
            scales[count++] = scale * SampleWeight(operands, i)
                * (operands.Upstream.IsEmpty ? 1 : double.CreateTruncating(operands.Upstream[i]));
        }
        return count;
    }

    /// <summary>How often a row counts.</summary>
    public static double SampleWeight<T>(in LinearOperands<T> operands, int row) where T : unmanaged, IFloatingPointIeee754<T> =>
        operands.SampleWeights.IsEmpty ? 1 : double.CreateTruncating(operands.SampleWeights[row]);

    /// <summary>The weight of a class, rounded as it is for logits of this type.</summary>
    private static double WeightOf<T>(ClassWeights weight, int c) where T : unmanaged =>
        typeof(T) == typeof(double) ? weight[c] : (float)weight[c];
}
