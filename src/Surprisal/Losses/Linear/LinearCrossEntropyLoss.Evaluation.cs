using System.Numerics;
using Surprisal.Kernels;

namespace Surprisal;

public sealed partial record LinearCrossEntropyLoss
{
    /// <summary>Evaluates over flat memory whose shapes have been checked.</summary>
    /// <param name="operands">Inputs and outputs.</param>
    /// <param name="targets">Class indices, or empty where the operands have probabilities.</param>
    /// <param name="targetShape">The shape that errors about targets go by.</param>
    /// <param name="name">The name of the targets.</param>
    internal LossResult EvaluateFlat<T, TTarget>(
        in LinearOperands<T> operands, ReadOnlySpan<TTarget> targets, ReadOnlySpan<nint> targetShape, string name)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        if (Weight is not null && Weight.Count != operands.Classes)
            throw ArgumentNames.Misfit($"weight tensor should be defined either for all {operands.Classes} classes or no " +
                $"classes but got weight tensor of shape: [{Weight.Count}]", nameof(Weight));
        var hasProbabilities = !operands.Probabilities.IsEmpty;
        if (hasProbabilities && IgnoreIndex >= 0)
            throw new InvalidOperationException("ignore_index is not supported for floating point target: " +
                $"IgnoreIndex is {IgnoreIndex}, and no probability is a class index; leave rows out by a sample weight of 0.");
        var divisor = hasProbabilities
            ? Surprisal.Divisor.Of(operands.Rows, operands.SampleWeights)
            : LinearUsedRows.Divisor(operands, targets, targetShape, Weight, IgnoreIndex, name);
        var scale = Scale(divisor);
        var capacity = MatrixMultiply.RoundUp(operands.Rows, LinearTile.Rows);
        using Scratch<int> used = new(capacity), pivots = new(capacity);
        using var scales = new Scratch<double>(capacity);
        pivots.Span.Clear();
        var count = LinearUsedRows.Collect(operands, targets, IgnoreIndex, scale, used.Span, pivots.Span, scales.Span);
        if (count == 0)
        {
            LinearEvaluation.WriteNothing(operands);
            return Result(0, divisor);
        }
        return Result(typeof(T) == typeof(double)
            ? LinearEvaluation.Run<T, double>(this, operands, used.Span[..count], pivots.Span, scales.Span[..count])
            : LinearEvaluation.Run<T, float>(this, operands, used.Span[..count], pivots.Span, scales.Span[..count]), divisor);
    }

    /// <summary>What a mean over these targets divides by, known before anything is multiplied: for means over several batches.</summary>
    /// <param name="targets">Class indices, each 0 .. <paramref name="classes"/> - 1 or <see cref="IgnoreIndex"/>.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentException">Not as many weights as classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class.</exception>
    /// <example>
    /// <c>loss with { Normalizer = batches.Sum(b => loss.Divisor(b.Targets, 50_257)) }</c> makes micro-batches add up to the mean over all.
    /// </example>
    public double Divisor<TTarget>(ReadOnlySpan<TTarget> targets, int classes) where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        if (Weight is not null && Weight.Count != classes)
            throw ArgumentNames.Misfit($"weight tensor should be defined either for all {classes} classes or no " +
                $"classes but got weight tensor of shape: [{Weight.Count}]", nameof(Weight));
        return LinearUsedRows.Divisor(
            new LinearOperands<double> { Classes = classes }, targets, [targets.Length], Weight, IgnoreIndex, nameof(targets)).Value;
    }
}
