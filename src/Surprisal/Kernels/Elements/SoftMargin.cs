using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Logistic loss of logit x and sign y: softplus(-y x) = max(-y x, 0) + log1p(exp(-|y x|)), which neither overflows nor loses its tail.
/// Gradients: -y sigma(-y x) and -x sigma(-y x), with 0 times infinity 0.
/// </summary>
internal readonly struct SoftMargin<T> : IPointwise<T> where T : unmanaged, INumberBase<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(Lanes<T> x, Lanes<T> y, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient)
    {
        var wrong = -y * x;
        Logistic<T>.Of(wrong, out var small, out var tail);
        loss = Lanes<T>.Max(wrong, Lanes<T>.Zero) + tail;
        gradient = Unless(Sigma(wrong, small), -y);
    }

    public Lanes<T> TargetGradient(Lanes<T> x, Lanes<T> y, Lanes<T> p, Lanes<T> w)
    {
        var wrong = -y * x;
        Logistic<T>.Of(wrong, out var small, out _);
        return Unless(Sigma(wrong, small), -x * w);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Sigma(Lanes<T> wrong, Lanes<T> small) => Lanes<T>.Select(Lanes<T>.Greater(wrong, Lanes<T>.Zero), Lanes<T>.All(T.One) - small, small);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Unless(Lanes<T> factor, Lanes<T> x) => Lanes<T>.Select(Lanes<T>.Equal(factor, Lanes<T>.Zero), Lanes<T>.Zero, factor * x);
}
