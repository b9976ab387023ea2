using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>A loss of the difference d of input and target: its value and its slope, over lanes of doubles; both are 0 at 0.</summary>
internal interface IDifference
{
    void Apply(Lanes<double> d, out Lanes<double> loss, out Lanes<double> slope);
}

/// <summary>
/// Losses of differences: x [n], y [n] -> losses [n], s f(x - y), their sum, and gradients [n], scale s f' by x and its negative by y. One
/// pass; the gradient may be the input.
/// </summary>
/// <remarks>
/// All in double, floats too: a difference of floats keeps its digits and a square its range, memory is the limit all the same, and every
/// result is rounded once. The sum is that of the losses before they are rounded.
/// </remarks>
internal static class Differences
{
    /// <summary>Computes losses and gradients and returns the sum of the losses, by a fixed tree.</summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static double Evaluate<T, TFormula>(TFormula f, in PointwiseOperands<T> operands)
        where T : unmanaged, INumberBase<T>
        where TFormula : struct, IDifference
    {
        var sum = default(DoubleAccumulator<double>);
        var all = operands;
        var scale = Lanes<double>.All(operands.Scale);
        var (i, length) = (0, operands.X.Length);
        for (; i <= length - Lanes<T>.Count; i += Lanes<T>.Count)
        {
            EvaluateBlock(f, all, scale, i, Lanes<T>.Count, out var lower, out var upper);
            sum.Add(lower);
            if (Lanes<T>.Count > Lanes<double>.Count) sum.Add(upper);
        }
        if (i < length)
        {
            EvaluateLast(f, operands, i, out var lower, out var upper);
            sum.Add(lower);
            sum.Add(upper);
        }
        return sum.Sum();
    }

    /// <summary>Evaluates the last block, of fewer lanes; the others are pairs of zeros.</summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    private static void EvaluateLast<T, TFormula>(
        TFormula f, in PointwiseOperands<T> operands, int i, out Lanes<double> lower, out Lanes<double> upper)
        where T : unmanaged, INumberBase<T>
        where TFormula : struct, IDifference =>
        EvaluateBlock(f, operands, Lanes<double>.All(operands.Scale), i, operands.X.Length - i, out lower, out upper);

    /// <summary>Evaluates a lane block: of floats the lower and the upper half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EvaluateBlock<T, TFormula>(
        TFormula f,
        in PointwiseOperands<T> operands,
        Lanes<double> scale,
        int i,
        int count,
        out Lanes<double> lower,
        out Lanes<double> upper)
        where T : unmanaged, INumberBase<T>
        where TFormula : struct, IDifference
    {
        Load(operands.X, i, count).Widen(out var lowerX, out var upperX);
        Load(operands.Y, i, count).Widen(out var lowerY, out var upperY);
        Apply(f, lowerX - lowerY, out lower, out var lowerSlope);
        Lanes<double> upperSlope = default;
        upper = default;
        if (Lanes<T>.Count > Lanes<double>.Count) Apply(f, upperX - upperY, out upper, out upperSlope);
        (lowerSlope, upperSlope) = (lowerSlope * scale, upperSlope * scale);
        if (!operands.SampleWeight.IsEmpty)
        {
            Load(operands.SampleWeight, i, count).Widen(out var lowerWeight, out var upperWeight);
            (lower, lowerSlope) = (Weighted(lower, lowerWeight), Weighted(lowerSlope, lowerWeight));
            (upper, upperSlope) = (Weighted(upper, upperWeight), Weighted(upperSlope, upperWeight));
        }
        if (!operands.Gradient.IsEmpty) Store(lowerSlope, upperSlope, operands.Gradient, i, count);
        if (!operands.TargetGradient.IsEmpty) Store(-lowerSlope, -upperSlope, operands.TargetGradient, i, count);
        if (!operands.Losses.IsEmpty) Store(lower, upper, operands.Losses, i, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Apply<TFormula>(TFormula f, Lanes<double> d, out Lanes<double> loss, out Lanes<double> slope)
        where TFormula : struct, IDifference
    {
        if (Vector512.IsHardwareAccelerated) f.Apply(d, out loss, out slope);
        else Call(f, d, out loss, out slope);
    }

    [MethodImpl(Compile.Separately), SkipLocalsInit]
    private static void Call<TFormula>(TFormula f, in Lanes<double> d, out Lanes<double> loss, out Lanes<double> slope)
        where TFormula : struct, IDifference => f.Apply(d, out loss, out slope);

    /// <summary>s x, but exactly 0 where s is 0, whatever x is: the scale of an empty mean is infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<double> Weighted(Lanes<double> x, Lanes<double> s) =>
        Lanes<double>.Select(Lanes<double>.Equal(s, Lanes<double>.Zero), Lanes<double>.Zero, x * s);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Load<T>(ReadOnlySpan<T> values, int i, int count) where T : unmanaged =>
        Lanes<T>.LoadPartial(ref MemoryMarshal.GetReference(values), i, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(Lanes<double> lower, Lanes<double> upper, Span<T> to, int i, int count) where T : unmanaged =>
        Lanes<T>.Narrow(lower, upper).StoreResult(ref MemoryMarshal.GetReference(to), i, count);
}
