using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>
/// A pointwise loss f(x, y, p) and its derivatives, over lanes: of input x, target y and the weight p of positive targets.
/// </summary>
internal interface IPointwise<T> where T : unmanaged
{
    /// <summary>f and df/dx.</summary>
    void Apply(Lanes<T> x, Lanes<T> y, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient);

    /// <summary>
    /// w df/dy, which few ask for. It may be as large as x, so w is multiplied before anything can overflow that the product does not.
    /// </summary>
    Lanes<T> TargetGradient(Lanes<T> x, Lanes<T> y, Lanes<T> p, Lanes<T> w);
}

/// <summary>
/// Pointwise losses: x [n], y [n] -> losses [n], w s f(x, y, p), their sum, and gradients [n], scale w s df/dx. One pass; the gradient may
/// be the input.
/// </summary>
internal static class Pointwise
{
    /// <summary>Computes losses and gradients and returns the sum of the losses, in double, by a fixed tree.</summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static double Evaluate<T, TFormula>(TFormula f, in PointwiseOperands<T> operands)
        where T : unmanaged, INumberBase<T>
        where TFormula : struct, IPointwise<T>
    {
        var sum = default(DoubleAccumulator<T>);
        var (i, length) = (0, operands.X.Length);
        if (operands.TargetGradient.IsEmpty)
        {
            var all = operands;
            var scale = ScaleOf(operands);
            for (; i <= length - Lanes<T>.Count; i += Lanes<T>.Count)
            {
                var (x, y, p) = (Load(all.X, i, Lanes<T>.Count), Load(all.Y, i, Lanes<T>.Count), Load(all.PosWeight, i, Lanes<T>.Count));
                Lanes<T> loss, gradient;
                if (Vector512.IsHardwareAccelerated) f.Apply(x, y, p, out loss, out gradient);
                else Apply(f, x, y, p, out loss, out gradient);
                sum.Add(Store(all, loss, gradient, scale, i, Lanes<T>.Count));
            }
        }
        for (; i < length; i += Lanes<T>.Count) sum.Add(EvaluateBlock(f, operands, i, Math.Min(Lanes<T>.Count, length - i)));
        return sum.Sum();
    }

    /// <summary>Evaluates one lane block, with the gradients by the targets: the last, or any where these are wanted.</summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    private static Lanes<T> EvaluateBlock<T, TFormula>(TFormula f, in PointwiseOperands<T> operands, int i, int count)
        where T : unmanaged, INumberBase<T>
        where TFormula : struct, IPointwise<T>
    {
        var (x, y, p) = (Load(operands.X, i, count), Load(operands.Y, i, count), Load(operands.PosWeight, i, count));
        Apply(f, x, y, p, out var loss, out var gradient);
        var targets = operands.TargetGradient.IsEmpty ? default : TargetGradient(f, x, y, p, GradientFactor(operands, i, count));
        loss = Store(operands, loss, gradient, ScaleOf(operands), i, count).First(count);
        if (!operands.TargetGradient.IsEmpty)
            ZeroWhereSampleWeightIs0(operands, targets, i, count)
                .StoreResult(ref MemoryMarshal.GetReference(operands.TargetGradient), i, count);
        return loss;
    }

    [MethodImpl(Compile.Separately), SkipLocalsInit]
    private static void Apply<T, TFormula>(
        TFormula f,
        in Lanes<T> x,
        in Lanes<T> y,
        in Lanes<T> p,
        out Lanes<T> loss,
        out Lanes<T> gradient)
        where T : unmanaged, INumberBase<T> where TFormula : struct, IPointwise<T> => f.Apply(x, y, p, out loss, out gradient);

    [MethodImpl(Compile.Separately), SkipLocalsInit]
    private static Lanes<T> TargetGradient<T, TFormula>(TFormula f, in Lanes<T> x, in Lanes<T> y, in Lanes<T> p, in Lanes<T> w)
        where T : unmanaged, INumberBase<T> where TFormula : struct, IPointwise<T> => f.TargetGradient(x, y, p, w);

    /// <summary>w s scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> GradientFactor<T>(in PointwiseOperands<T> operands, int i, int count) where T : unmanaged, INumberBase<T> =>
        Load(operands.Weight, i, count) * Load(operands.SampleWeight, i, count) * ScaleOf(operands);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> ScaleOf<T>(in PointwiseOperands<T> operands) where T : unmanaged, INumberBase<T> =>
        Lanes<T>.All(T.CreateTruncating(operands.Scale));

    /// <summary>The value, but exactly 0 where s is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> ZeroWhereSampleWeightIs0<T>(in PointwiseOperands<T> operands, Lanes<T> value, int i, int count)
        where T : unmanaged, INumberBase<T> =>
        Lanes<T>.Select(Lanes<T>.Equal(Load(operands.SampleWeight, i, count), Lanes<T>.Zero), Lanes<T>.Zero, value);

    /// <summary>Weights loss and gradient, stores those that are wanted, and returns the weighted loss.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Store<T>(in PointwiseOperands<T> operands, Lanes<T> loss, Lanes<T> gradient, Lanes<T> scale, int i, int count)
        where T : unmanaged, INumberBase<T>
    {
        loss = Weighted(operands, loss, Lanes<T>.All(T.One), i, count);
        if (!operands.Gradient.IsEmpty)
            Weighted(operands, gradient, scale, i, count).StoreResult(ref MemoryMarshal.GetReference(operands.Gradient), i, count);
        if (!operands.Losses.IsEmpty) loss.StoreResult(ref MemoryMarshal.GetReference(operands.Losses), i, count);
        return loss;
    }

    /// <summary>w s value scale, but exactly 0 where s is 0: the scale of an empty mean is infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Weighted<T>(in PointwiseOperands<T> operands, Lanes<T> value, Lanes<T> scale, int i, int count)
        where T : unmanaged, INumberBase<T>
    {
        if (operands.Weight.IsEmpty && operands.SampleWeight.IsEmpty) return value * scale;
        var sampleWeight = Load(operands.SampleWeight, i, count);
        return Lanes<T>.Select(Lanes<T>.Equal(sampleWeight, Lanes<T>.Zero), Lanes<T>.Zero,
            value * (Load(operands.Weight, i, count) * sampleWeight) * scale);
    }

    /// <summary>Loads elements, or one number for all, or 1 where there are none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Load<T>(ReadOnlySpan<T> values, int i, int count) where T : unmanaged, INumberBase<T> =>
        values.Length > 1
            ? Lanes<T>.LoadPartial(ref MemoryMarshal.GetReference(values), i, count)
            : Lanes<T>.All(values.IsEmpty ? T.One : values[0]);
}
