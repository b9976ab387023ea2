using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Soft margin (logistic) loss of logit x and sign y: softplus(m) with m = -y x, as max(m, 0) + log1p(exp(-|m|)), which neither overflows
/// nor loses its tail.
/// </summary>
/// <remarks>Gradients: -y sigma(m) by x and -x sigma(m) by y, with 0 times infinity 0.</remarks>
internal readonly struct SoftMargin<T> : IPointwise<T> where T : unmanaged, INumberBase<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(Lanes<T> x, Lanes<T> y, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient)
    {
        var m = -y * x;
        Logistic<T>.AtNegativeAbs(m, out var sigmaNeg, out var softplusNeg);
        loss = Lanes<T>.Max(m, Lanes<T>.Zero) + softplusNeg;
        gradient = MultiplyUnlessZero(Sigmoid(m, sigmaNeg), -y);
    }

    public Lanes<T> TargetGradient(Lanes<T> x, Lanes<T> y, Lanes<T> p, Lanes<T> w)
    {
        var m = -y * x;
        Logistic<T>.AtNegativeAbs(m, out var sigmaNeg, out _);
        return MultiplyUnlessZero(Sigmoid(m, sigmaNeg), -x * w);
    }

    /// <summary>sigma(m) from sigma(-|m|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Sigmoid(Lanes<T> m, Lanes<T> sigmaNeg) =>
        Lanes<T>.Select(Lanes<T>.Greater(m, Lanes<T>.Zero), Lanes<T>.All(T.One) - sigmaNeg, sigmaNeg);

    /// <summary>factor x, but 0 where factor is 0, whatever x is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> MultiplyUnlessZero(Lanes<T> factor, Lanes<T> x) =>
        Lanes<T>.Select(Lanes<T>.Equal(factor, Lanes<T>.Zero), Lanes<T>.Zero, factor * x);
}
