using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>The same as <see cref="ClassProbabilities"/> with lanes over samples: tiles [classes, pitch] of the same size hold logits and targets of some columns, and then their gradients.</summary>
internal static class ClassProbabilityColumns
{
    /// <summary>The columns of the tiles.</summary>
    /// <param name="x">Logits, which become exponentials, and then their gradients.</param>
    /// <param name="t">Targets.</param>
    /// <param name="toTarget">MakeEdge the gradients of the targets; none without room.</param>
    /// <param name="terms">The classes' weights, and what else turns t into q.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="scales">What each column's gradients are multiplied by.</param>
    /// <param name="wantsGradient">Whether the exponentials become gradients.</param>
    /// <param name="losses">MakeEdge one for each column, before sample weights.</param>
    public static void Run<T>(in ColumnTile<T> x, in ColumnTile<T> t, in ColumnTile<T> toTarget, in ClassTerms<T> terms, int classes, ReadOnlySpan<double> scales, bool wantsGradient, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (terms is { Smoothing: 0, Weight.IsEmpty: true }) Run(x, t, toTarget, default(Distribution<T>.Given), terms, classes, scales, wantsGradient, losses);
        else Run(x, t, toTarget, new Distribution<T>.Shaped(terms, classes), terms, classes, scales, wantsGradient, losses);
    }

    [SkipLocalsInit]
    private static void Run<T, TShape>(
        in ColumnTile<T> x, in ColumnTile<T> t, in ColumnTile<T> toTarget, TShape shape, in ClassTerms<T> terms, int classes, ReadOnlySpan<double> scales, bool wantsGradient, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShape : struct, IDistribution<T>, allows ref struct
    {
        var sums = new ClassProbabilitySums(stackalloc double[6 * ColumnTile<T>.Room(losses.Length)]);
        for (var start = 0; start < losses.Length; start += ColumnTile<T>.Part)
        {
            var count = Math.Min(ColumnTile<T>.Part, losses.Length - start);
            ref var logits = ref x.Span[start];
            ref var targets = ref t.Span[start];
            ref var below = ref toTarget.Span.IsEmpty ? ref Unsafe.NullRef<T>() : ref toTarget.Span[start];
            if (ColumnSums.Max(ref logits, count, classes, x.Pitch, sums.Max))
                Sum<T, TShape, ShiftedExp<T>.NoUnderflow>(ref logits, ref targets, ref below, count, classes, x.Pitch, shape, terms.ZeroTimesInfinity, sums);
            else
                Sum<T, TShape, ShiftedExp<T>.General>(ref logits, ref targets, ref below, count, classes, x.Pitch, shape, terms.ZeroTimesInfinity, sums);
            for (var i = 0; i < count; i += Lanes<double>.Count) sums.Finish(i, terms.ZLoss);
            sums.Cost[..count].CopyTo(losses[start..]);
            scales.Slice(start, count).CopyTo(sums.Max); // which is no longer needed
            if (!toTarget.Span.IsEmpty) Shift(ref below, count, classes, x.Pitch, terms, sums);
            if (wantsGradient) Scale(ref logits, ref targets, count, classes, x.Pitch, shape, sums);
        }
    }

    /// <summary>Stores the exponentials and (m - x) / 2, and sums exponentials below 1 and how many are 1, q there and at the largest, and q (m - x).</summary>
    [MethodImpl(Compile.Separately)]
    private static void Sum<T, TShape, TExp>(ref T logits, ref T targets, ref T below, int columns, int classes, nint pitch, TShape shape, bool zeroTimesInfinity, in ClassProbabilitySums sums)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShape : struct, IDistribution<T>, allows ref struct
        where TExp : struct, IShiftedExp<T>
    {
        var one = Lanes<T>.All(T.One);
        for (var column = 0; column < columns; column += Lanes<T>.Count)
        {
            var m = Lanes<T>.LoadWide(ref MemoryMarshal.GetReference(sums.Max), column);
            var (others, rest, cost, top, ones) = (default(DoubleAccumulator<T>), default(DoubleAccumulator<T>), default(DoubleAccumulator<T>), Lanes<T>.Zero, Lanes<T>.Zero);
            for (var c = 0; c < classes;)
            {
                var end = Math.Min(c + 4, classes);
                var sum = Lanes<T>.Zero;
                for (; c < end; c++)
                {
                    var at = c * pitch + column;
                    var q = shape.At(Lanes<T>.Load(ref targets, at), c);
                    var e = default(TExp).Apply(Lanes<T>.Load(ref logits, at), m, out var d);
                    if (!Unsafe.IsNullRef(ref below)) ClassProbabilities.Halved(ref logits, at, m).Store(ref below, at);
                    e.Store(ref logits, at);
                    var isOne = Lanes<T>.Equal(e, one);
                    ones += Lanes<T>.And(isOne, one);
                    top += Lanes<T>.And(isOne, q); // mostly one number
                    sum += Lanes<T>.AndNot(e, isOne);
                    q = Lanes<T>.AndNot(q, isOne); // at the largest m - x costs nothing, whatever q is
                    rest.Add(q);
                    cost.Add(ClassProbabilities.Cost(q, -d, zeroTimesInfinity));
                }
                others.Add(sum);
            }
            ones.StoreWide(ref MemoryMarshal.GetReference(sums.Ones), column);
            others.Store(sums.Below[column..]);
            rest.Store(sums.Rest[column..]);
            top.StoreWide(ref MemoryMarshal.GetReference(sums.Top), column);
            cost.Store(sums.Cost[column..]);
        }
    }

    /// <summary>Turns (m - x) / 2 into the gradient of the targets.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Shift<T>(ref T below, int columns, int classes, nint pitch, in ClassTerms<T> terms, in ClassProbabilitySums sums)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref var scales = ref MemoryMarshal.GetReference(sums.Max);
        var half = Lanes<T>.All(T.CreateTruncating(0.5));
        for (var c = 0; c < classes; c++)
        {
            var weight = Lanes<T>.All(T.CreateTruncating(2 * (1 - terms.Smoothing) * terms.WeightOf(c)));
            ref var at = ref Unsafe.Add(ref below, c * pitch);
            for (var column = 0; column < columns; column += Lanes<T>.Count)
            {
                var (logSum, scale) = (Lanes<T>.LoadWide(ref MemoryMarshal.GetReference(sums.Below), column), Lanes<T>.LoadWide(ref scales, column));
                ((Lanes<T>.Load(ref at, column) + logSum * half) * (scale * weight)).StoreResult(ref at, column);
            }
        }
    }

    /// <summary>Turns exponentials into the gradient.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Scale<T, TShape>(ref T e, ref T targets, int columns, int classes, nint pitch, TShape shape, in ClassProbabilitySums sums)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TShape : struct, IDistribution<T>, allows ref struct
    {
        var scales = sums.Max;
        var factors = sums.Top;
        var atLargest = sums.Rest;
        var one = Lanes<T>.All(T.One);
        Elementwise.Map<double, Formulas<double>.Multiply>(factors, scales, factors, default);
        Elementwise.Map<double, Formulas<double>.Multiply>(atLargest, scales, atLargest, default);
        for (var column = 0; column < columns; column += Lanes<T>.Count)
        {
            var (factor, scale) = (Lanes<T>.LoadWide(ref MemoryMarshal.GetReference(factors), column), -Lanes<T>.LoadWide(ref MemoryMarshal.GetReference(scales), column));
            var (largest, hasOne) = (Lanes<T>.LoadWide(ref MemoryMarshal.GetReference(atLargest), column), Lanes<T>.Equal(Lanes<T>.LoadWide(ref MemoryMarshal.GetReference(sums.Ones), column), one));
            for (var c = 0; c < classes; c++)
            {
                ref var at = ref Unsafe.Add(ref e, c * pitch + column);
                var block = Lanes<T>.Load(ref at, 0);
                var g = Lanes<T>.Fma(shape.At(Lanes<T>.Load(ref targets, c * pitch + column), c), scale, block * factor);
                Lanes<T>.Select(Lanes<T>.And(hasOne, Lanes<T>.Equal(block, one)), largest, g).StoreResult(ref at, 0);
            }
        }
    }
}
