using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>The loss of one element and its derivatives, over lanes: of input x and target y, with the positives' weight p.</summary>
internal interface IPointwise<T> where T : unmanaged
{
    void Apply(Lanes<T> x, Lanes<T> y, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient);

    /// <summary>w times the derivative by y, which few ask for: it may be as large as x, so w comes in before anything overflows that the product does not.</summary>
    Lanes<T> TargetGradient(Lanes<T> x, Lanes<T> y, Lanes<T> p, Lanes<T> w);
}

/// <summary>
/// losses = w s f(x, y, p), gradients = scale w s f'(x, y, p), for whole spans: the loop, apart from the formula. One pass; the
/// gradient may be the input.
/// </summary>
internal static class Pointwise
{
    /// <summary>Returns the sum of the losses, in double, by a fixed tree.</summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static double Run<T, TFormula>(TFormula f, in PointwiseOperands<T> elements) where T : unmanaged, INumberBase<T> where TFormula : struct, IPointwise<T>
    {
        var sum = default(DoubleAccumulator<T>);
        var (i, length) = (0, elements.X.Length);
        if (elements.TargetGradient.IsEmpty)
        {
            var all = elements;
            var scale = Lanes<T>.All(elements.Scale);
            for (; i <= length - Lanes<T>.Count; i += Lanes<T>.Count)
            {
                var (x, y, p) = (Load(all.X, i, Lanes<T>.Count), Load(all.Y, i, Lanes<T>.Count), Load(all.P, i, Lanes<T>.Count));
                Lanes<T> loss, gradient;
                if (Vector512.IsHardwareAccelerated) f.Apply(x, y, p, out loss, out gradient);
                else Apply(f, x, y, p, out loss, out gradient);
                sum.Add(Store(all, loss, gradient, scale, i, Lanes<T>.Count));
            }
        }
        for (; i < length; i += Lanes<T>.Count) sum.Add(Part(f, elements, i, Math.Min(Lanes<T>.Count, length - i)));
        return sum.Sum();
    }

    /// <summary>One lane block by itself: the last, or any where targets want a gradient.</summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    private static Lanes<T> Part<T, TFormula>(TFormula f, in PointwiseOperands<T> elements, int i, int count) where T : unmanaged, INumberBase<T> where TFormula : struct, IPointwise<T>
    {
        var (x, y, p) = (Load(elements.X, i, count), Load(elements.Y, i, count), Load(elements.P, i, count));
        Apply(f, x, y, p, out var loss, out var gradient);
        var targets = elements.TargetGradient.IsEmpty ? default : TargetGradient(f, x, y, p, Factor(elements, i, count));
        loss = Store(elements, loss, gradient, Lanes<T>.All(elements.Scale), i, count).First(count);
        if (!elements.TargetGradient.IsEmpty) Unless(elements, targets, i, count).StoreResult(ref MemoryMarshal.GetReference(elements.TargetGradient), i, count);
        return loss;
    }

    [MethodImpl(Compile.Separately), SkipLocalsInit]
    private static void Apply<T, TFormula>(TFormula f, in Lanes<T> x, in Lanes<T> y, in Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient)
        where T : unmanaged, INumberBase<T> where TFormula : struct, IPointwise<T> => f.Apply(x, y, p, out loss, out gradient);

    [MethodImpl(Compile.Separately), SkipLocalsInit]
    private static Lanes<T> TargetGradient<T, TFormula>(TFormula f, in Lanes<T> x, in Lanes<T> y, in Lanes<T> p, in Lanes<T> w)
        where T : unmanaged, INumberBase<T> where TFormula : struct, IPointwise<T> => f.TargetGradient(x, y, p, w);

    /// <summary>w s scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Factor<T>(in PointwiseOperands<T> elements, int i, int count) where T : unmanaged, INumberBase<T> =>
        Load(elements.W, i, count) * Load(elements.S, i, count) * Lanes<T>.All(elements.Scale);

    /// <summary>The value; exactly 0 where s is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Unless<T>(in PointwiseOperands<T> elements, Lanes<T> value, int i, int count) where T : unmanaged, INumberBase<T> =>
        Lanes<T>.Select(Lanes<T>.Equal(Load(elements.S, i, count), Lanes<T>.Zero), Lanes<T>.Zero, value);

    /// <summary>Stores the loss and the gradient where they are wanted, and returns the loss, all of them weighed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Store<T>(in PointwiseOperands<T> elements, Lanes<T> loss, Lanes<T> gradient, Lanes<T> scale, int i, int count) where T : unmanaged, INumberBase<T>
    {
        loss = Weighed(elements, loss, Lanes<T>.All(T.One), i, count);
        if (!elements.Gradient.IsEmpty) Weighed(elements, gradient, scale, i, count).StoreResult(ref MemoryMarshal.GetReference(elements.Gradient), i, count);
        if (!elements.Losses.IsEmpty) loss.StoreResult(ref MemoryMarshal.GetReference(elements.Losses), i, count);
        return loss;
    }

    /// <summary>w s value scale; exactly 0 where s is 0, for the scale of an empty mean is infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Weighed<T>(in PointwiseOperands<T> elements, Lanes<T> value, Lanes<T> scale, int i, int count) where T : unmanaged, INumberBase<T>
    {
        if (elements.W.IsEmpty && elements.S.IsEmpty) return value * scale;
        var once = Load(elements.S, i, count);
        return Lanes<T>.Select(Lanes<T>.Equal(once, Lanes<T>.Zero), Lanes<T>.Zero, value * (Load(elements.W, i, count) * once) * scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Load<T>(ReadOnlySpan<T> values, int i, int count) where T : unmanaged, INumberBase<T> =>
        values.Length > 1 ? Lanes<T>.LoadPart(ref MemoryMarshal.GetReference(values), i, count) : Lanes<T>.All(values.IsEmpty ? T.One : values[0]);
}
