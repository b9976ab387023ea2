using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// Binary cross-entropy of probability x and target y: -(y max(log x, -100) + (1 - y) max(log1p(-x), -100)), as in PyTorch. There is no
/// pos_weight.
/// </summary>
/// <remarks>
/// Gradient by x: (x - y) / max((1 - x) x, 1e-12), deliberately not the derivative of the clamped loss, which is 0 where the clamp holds.
/// Gradient by y: max(log1p(-x), -100) - max(log x, -100).
/// </remarks>
internal readonly struct Bce<T> : IPointwise<T> where T : unmanaged, INumberBase<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(Lanes<T> x, Lanes<T> y, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient)
    {
        var one = Lanes<T>.All(T.One);
        loss = (y - one) * ClampedLog1m(x) - y * ClampedLog(x);
        // a float constant in PyTorch, for doubles too
        gradient = (x - y) / Lanes<T>.Max((one - x) * x, Lanes<T>.All(T.CreateTruncating(1e-12f)));
    }

    public Lanes<T> TargetGradient(Lanes<T> x, Lanes<T> y, Lanes<T> p, Lanes<T> w) => (ClampedLog1m(x) - ClampedLog(x)) * w;

    /// <summary>max(log x, -100).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> ClampedLog(Lanes<T> x) => Lanes<T>.Max(x.Log(), Lanes<T>.All(T.CreateTruncating(-100)));

    /// <summary>max(log(1 - x), -100).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> ClampedLog1m(Lanes<T> x) => Lanes<T>.Max((-x).Log1p(), Lanes<T>.All(T.CreateTruncating(-100)));

    /// <summary>
    /// Finds the first element that is not in [0, 1] and whose sample weight, if there are any, is not 0; -1 where there is none. One pass.
    /// </summary>
    [MethodImpl(Compile.Separately)]
    public static int FirstOutside(ReadOnlySpan<T> values, ReadOnlySpan<T> sampleWeights)
    {
        var one = Lanes<T>.All(T.One);
        for (var i = 0; i < values.Length; i += Lanes<T>.Count)
        {
            var count = Math.Min(Lanes<T>.Count, values.Length - i);
            var x = Lanes<T>.LoadPartial(ref MemoryMarshal.GetReference(values), i, count);
            var clamped = Lanes<T>.Max(Lanes<T>.Min(x, one), Lanes<T>.Zero);
            var inside = Lanes<T>.Equal(x, clamped).Mask;
            if (!sampleWeights.IsEmpty)
                inside |= Lanes<T>.Equal(Lanes<T>.LoadPartial(ref MemoryMarshal.GetReference(sampleWeights), i, count), Lanes<T>.Zero).Mask;
            if (BitOperations.TrailingZeroCount(~inside) is var first && first < count) return i + first;
        }
        return -1;
    }
}
