using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>The loss of one element and its derivatives, over lanes: of input x and target y, with the positives' weight p.</summary>
internal interface IPointwise<T> where T : unmanaged
{
    void Apply(Lanes<T> x, Lanes<T> y, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient, out Lanes<T> targetGradient);
}

/// <summary>
/// losses = w s f(x, y, p), gradients = scale w s f'(x, y, p), for whole spans: the loop, apart from the formula. One pass; the
/// gradient may be the input. p, w and s are as long as x, a single number, or empty for 1; where s is 0 everything is exactly 0.
/// </summary>
internal static class Pointwise
{
    /// <summary>Returns the sum of the losses, in double, by a fixed tree.</summary>
    [MethodImpl(Compile.Alone)]
    public static double Run<T, TFormula>(
        TFormula f, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> p, ReadOnlySpan<T> w, ReadOnlySpan<T> s, T scale,
        Span<T> gradient, Span<T> targetGradient, Span<T> losses)
        where T : unmanaged, INumberBase<T> where TFormula : struct, IPointwise<T>
    {
        var sum = default(WideSum<T>);
        var factor = Lanes<T>.All(scale);
        var i = 0;
        for (; i <= x.Length - Lanes<T>.Count; i += Lanes<T>.Count)
            sum.Add(Step(f, x, y, p, w, s, factor, gradient, targetGradient, losses, i, Lanes<T>.Count));
        if (i < x.Length) sum.Add(Part(f, x, y, p, w, s, factor, gradient, targetGradient, losses, i, x.Length - i));
        return sum.Sum();
    }

    /// <summary>The last lanes.</summary>
    [MethodImpl(Compile.Alone)]
    private static Lanes<T> Part<T, TFormula>(
        TFormula f, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> p, ReadOnlySpan<T> w, ReadOnlySpan<T> s, Lanes<T> factor,
        Span<T> gradient, Span<T> targetGradient, Span<T> losses, int i, int count)
        where T : unmanaged, INumberBase<T> where TFormula : struct, IPointwise<T> =>
        Step(f, x, y, p, w, s, factor, gradient, targetGradient, losses, i, count).First(count);

    /// <summary>One lane block; returns its losses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Step<T, TFormula>(
        TFormula f, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> p, ReadOnlySpan<T> w, ReadOnlySpan<T> s, Lanes<T> factor,
        Span<T> gradient, Span<T> targetGradient, Span<T> losses, int i, int count)
        where T : unmanaged, INumberBase<T> where TFormula : struct, IPointwise<T>
    {
        f.Apply(Load(x, i, count), Load(y, i, count), Load(p, i, count), out var loss, out var dx, out var dy);
        if (!w.IsEmpty || !s.IsEmpty)
        {
            var once = Load(s, i, count);
            var weight = Load(w, i, count) * once;
            (loss, dx, dy) = (Where(once, loss * weight), Where(once, dx * weight * factor), Where(once, dy * weight * factor)); // the factor of an empty mean is infinite
        }
        else
        {
            (dx, dy) = (dx * factor, dy * factor);
        }
        if (!gradient.IsEmpty) dx.StorePart(ref MemoryMarshal.GetReference(gradient), i, count);
        if (!targetGradient.IsEmpty) dy.StorePart(ref MemoryMarshal.GetReference(targetGradient), i, count);
        if (!losses.IsEmpty) loss.StorePart(ref MemoryMarshal.GetReference(losses), i, count);
        return loss;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Load<T>(ReadOnlySpan<T> values, int i, int count) where T : unmanaged, INumberBase<T> =>
        values.Length > 1 ? Lanes<T>.LoadPart(ref MemoryMarshal.GetReference(values), i, count) : Lanes<T>.All(values.IsEmpty ? T.One : values[0]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Where<T>(Lanes<T> once, Lanes<T> value) where T : unmanaged =>
        Lanes<T>.Select(Lanes<T>.Equal(once, Lanes<T>.Zero), Lanes<T>.Zero, value);
}
