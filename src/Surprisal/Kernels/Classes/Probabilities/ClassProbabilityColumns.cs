using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// Cross-entropy over class probabilities with lanes over positions: tiles [classes, pitch] of logits and targets of some columns, or of
/// short rows that are transposed (longer ones go by <see cref="ClassProbabilityRows"/>); they become exponentials and distances, and then
/// the gradients. Memory is read once and written once. Formulas: <see cref="CrossEntropyOfProbabilities"/>.
/// </summary>
internal static class ClassProbabilityColumns
{
    /// <summary>The columns of the tiles.</summary>
    /// <param name="x">Logits, which become exponentials, and then their gradients.</param>
    /// <param name="t">Targets.</param>
    /// <param name="toTarget">Receives the gradients of the targets; empty for none.</param>
    /// <param name="parameters">The classes' weights, and what else turns t into q.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="scales">What each column's gradients are multiplied by.</param>
    /// <param name="wantsGradient">Whether the exponentials become gradients.</param>
    /// <param name="losses">Receives one for each column, before sample weights.</param>
    public static void Run<T>(
        in ColumnTile<T> x,
        in ColumnTile<T> t,
        in ColumnTile<T> toTarget,
        in ClassParameters<T> parameters,
        int classes,
        ReadOnlySpan<double> scales,
        bool wantsGradient,
        Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (parameters is { LabelSmoothing: 0, Weight.IsEmpty: true })
            Run(x, t, toTarget, default(TargetDistribution<T>.Given), parameters, classes, scales, wantsGradient, losses);
        else
            Run(x, t, toTarget, new TargetDistribution<T>.Weighted(parameters, classes), parameters, classes, scales, wantsGradient,
                losses);
    }

    [SkipLocalsInit]
    private static void Run<T, TDistribution>(
        in ColumnTile<T> x,
        in ColumnTile<T> t,
        in ColumnTile<T> toTarget,
        TDistribution distribution,
        in ClassParameters<T> parameters,
        int classes,
        ReadOnlySpan<double> scales,
        bool wantsGradient,
        Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TDistribution : struct, ITargetDistribution<T>, allows ref struct
    {
        var statistics = new ProbabilityStatistics(stackalloc double[ProbabilityStatistics.Numbers
            * ColumnTile<T>.PaddedColumns(losses.Length)]);
        for (var start = 0; start < losses.Length; start += ColumnTile<T>.ColumnsAtOnce)
        {
            var count = Math.Min(ColumnTile<T>.ColumnsAtOnce, losses.Length - start);
            ref var logits = ref x.Span[start];
            ref var targets = ref t.Span[start];
            ref var below = ref toTarget.Span.IsEmpty ? ref Unsafe.NullRef<T>() : ref toTarget.Span[start];
            if (ColumnMax.Of(ref logits, count, classes, x.Pitch, statistics.Max))
                Sum<T, TDistribution, ShiftedExp<T>.NoUnderflow>(ref logits, ref targets, ref below, count, classes, x.Pitch, distribution,
                    parameters.ZeroTimesInfinity, statistics);
            else
                Sum<T, TDistribution, ShiftedExp<T>.General>(ref logits, ref targets, ref below, count, classes, x.Pitch, distribution,
                    parameters.ZeroTimesInfinity, statistics);
            for (var i = 0; i < count; i += Lanes<double>.Count) CrossEntropyOfProbabilities.Epilogue(statistics, i, parameters.ZLoss);
            var results = statistics.Results;
            results.Loss[..count].CopyTo(losses[start..]);
            scales.Slice(start, count).CopyTo(results.Scales);
            if (!toTarget.Span.IsEmpty) WriteTargetGradient(ref below, count, classes, x.Pitch, parameters, results);
            if (wantsGradient) WriteGradient(ref logits, ref targets, count, classes, x.Pitch, distribution, results);
        }
    }

    /// <summary>
    /// Stores the exponentials and (m - x) / 2, and sums exponentials below 1 and how many are 1, q there and at the largest, and q (m -
    /// x).
    /// </summary>
    [MethodImpl(Compile.Separately)]
    private static void Sum<T, TDistribution, TExp>(
        ref T logits,
        ref T targets,
        ref T below,
        int columns,
        int classes,
        nint pitch,
        TDistribution distribution,
        bool zeroTimesInfinity,
        in ProbabilityStatistics statistics)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TDistribution : struct, ITargetDistribution<T>, allows ref struct
        where TExp : struct, IShiftedExp<T>
    {
        var one = Lanes<T>.All(T.One);
        for (var column = 0; column < columns; column += Lanes<T>.Count)
        {
            var m = Lanes<T>.LoadFromDouble(ref MemoryMarshal.GetReference(statistics.Max), column);
            var (expSum, rest, cost, top, ones) =
                (default(DoubleAccumulator<T>), default(DoubleAccumulator<T>), default(DoubleAccumulator<T>), Lanes<T>.Zero, Lanes<T>.Zero);
            for (var c = 0; c < classes;)
            {
                var end = Math.Min(c + 4, classes);
                var sum = Lanes<T>.Zero;
                for (; c < end; c++)
                {
                    var at = c * pitch + column;
                    var q = distribution.At(Lanes<T>.Load(ref targets, at), c);
                    var e = default(TExp).Apply(Lanes<T>.Load(ref logits, at), m, out var d);
                    if (!Unsafe.IsNullRef(ref below)) CrossEntropyOfProbabilities.HalfBelowMax(ref logits, at, m).Store(ref below, at);
                    e.Store(ref logits, at);
                    var isOne = Lanes<T>.Equal(e, one);
                    ones += Lanes<T>.And(isOne, one);
                    top += Lanes<T>.And(isOne, q); // mostly one number
                    sum += Lanes<T>.AndNot(e, isOne);
                    q = Lanes<T>.AndNot(q, isOne); // at the largest m - x costs nothing, whatever q is
                    rest.Add(q);
                    cost.Add(CrossEntropyOfProbabilities.Cost(q, -d, zeroTimesInfinity));
                }
                expSum.Add(sum);
            }
            ones.StoreAsDouble(ref MemoryMarshal.GetReference(statistics.Ones), column);
            expSum.Store(statistics.ExpSum[column..]);
            rest.Store(statistics.Rest[column..]);
            top.StoreAsDouble(ref MemoryMarshal.GetReference(statistics.Top), column);
            cost.Store(statistics.Cost[column..]);
        }
    }

    /// <summary>Turns (m - x) / 2 into the gradient of the targets.</summary>
    [MethodImpl(Compile.Separately)]
    private static void WriteTargetGradient<T>(
        ref T halfBelowMax,
        int columns,
        int classes,
        nint pitch,
        in ClassParameters<T> parameters,
        in ProbabilityResults results)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref var scales = ref MemoryMarshal.GetReference(results.Scales);
        ref var logSums = ref MemoryMarshal.GetReference(results.LogSum);
        var half = Lanes<T>.All(T.CreateTruncating(0.5));
        for (var c = 0; c < classes; c++)
        {
            var weight = Lanes<T>.All(T.CreateTruncating(2 * (1 - parameters.LabelSmoothing) * parameters.WeightOf(c)));
            ref var at = ref Unsafe.Add(ref halfBelowMax, c * pitch);
            for (var column = 0; column < columns; column += Lanes<T>.Count)
            {
                var (logSum, scale) = (Lanes<T>.LoadFromDouble(ref logSums, column), Lanes<T>.LoadFromDouble(ref scales, column));
                CrossEntropyOfProbabilities.TargetGradient(Lanes<T>.Load(ref at, column), logSum * half, scale * weight)
                    .StoreResult(ref at, column);
            }
        }
    }

    /// <summary>Turns exponentials into the gradient of the logits.</summary>
    [MethodImpl(Compile.Separately)]
    private static void WriteGradient<T, TDistribution>(
        ref T e, ref T targets, int columns, int classes, nint pitch, TDistribution distribution, in ProbabilityResults results)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TDistribution : struct, ITargetDistribution<T>, allows ref struct
    {
        var scales = results.Scales;
        var factors = results.Factor;
        var atLargest = results.AtLargest;
        var one = Lanes<T>.All(T.One);
        results.Scale(scales);
        for (var column = 0; column < columns; column += Lanes<T>.Count)
        {
            var (factor, negativeScale) = (Load<T>(factors, column), -Load<T>(scales, column));
            var (largest, hasOne) = (Load<T>(atLargest, column), Lanes<T>.Equal(Load<T>(results.Ones, column), one));
            for (var c = 0; c < classes; c++)
            {
                ref var at = ref Unsafe.Add(ref e, c * pitch + column);
                var block = Lanes<T>.Load(ref at, 0);
                var q = distribution.At(Lanes<T>.Load(ref targets, c * pitch + column), c);
                CrossEntropyOfProbabilities.Gradient(block, q, factor, negativeScale, largest,
                    Lanes<T>.And(hasOne, Lanes<T>.Equal(block, one)))
                    .StoreResult(ref at, 0);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Load<T>(ReadOnlySpan<double> numbers, int column) where T : unmanaged =>
        Lanes<T>.LoadFromDouble(ref MemoryMarshal.GetReference(numbers), column);
}
