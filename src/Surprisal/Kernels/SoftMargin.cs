using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Logistic loss of logit x and sign y: softplus(-y x) = max(-y x, 0) + log1p(exp(-|y x|)), which neither overflows nor loses its tail.
/// Gradients: -y sigma(-y x) and -x sigma(-y x), with 0 times infinity 0.
/// </summary>
internal readonly struct SoftMargin<T> : IPointwise<T> where T : unmanaged, INumberBase<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(Lanes<T> x, Lanes<T> y, Lanes<T> p, out Lanes<T> loss, out Lanes<T> gradient, out Lanes<T> targetGradient)
    {
        var wrong = -y * x;
        var logistic = new Logistic<T>(wrong);
        loss = Lanes<T>.Max(wrong, Lanes<T>.Zero) + logistic.Tail();
        var small = logistic.Small();
        var sigma = Lanes<T>.Select(Lanes<T>.Greater(wrong, Lanes<T>.Zero), Lanes<T>.All(T.One) - small, small);
        gradient = Unless(sigma, -y);
        targetGradient = Unless(sigma, -x);
    }

    private static Lanes<T> Unless(Lanes<T> factor, Lanes<T> x) => Lanes<T>.Select(Lanes<T>.Equal(factor, Lanes<T>.Zero), Lanes<T>.Zero, factor * x);
}
