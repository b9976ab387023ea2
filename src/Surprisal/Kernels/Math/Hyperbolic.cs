using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>
/// tanh in lanes: x + x^3 p(x^2) with a minimax polynomial p up to |x| = 0.549, where tanh is 1/2, and sign(x) (1 - 2 sigma(-2 |x|))
/// beyond.
/// </summary>
/// <remarks>
/// Within 1.247 ulp for every float (docs/accuracy.md, AccuracyTests). -0 stays -0, infinities give 1 and -1, NaN stays NaN.
/// </remarks>
internal static class Hyperbolic<T> where T : unmanaged, INumberBase<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Tanh(Lanes<T> x) => Lanes<T>.Apply<TanhFunction>(x);

    /// <summary>p(z), the minimax polynomial of (tanh(x) / x - 1) / z with z = x^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Polynomial(Lanes<T> z) => typeof(T) == typeof(float)
        ? new(Polynomial(z.Value.AsSingle()).As<float, T>())
        : new(Polynomial(z.Value.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Polynomial(Vector512<float> z)
    {
        var p = Vector512.FusedMultiplyAdd(z, Vector512.Create(-0.0062503363f), Vector512.Create(0.021054776f));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(-0.05384821f));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(0.13332547f));
        return Vector512.FusedMultiplyAdd(p, z, Vector512.Create(-0.33333316f));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Polynomial(Vector512<double> z)
    {
        var p = Vector512.FusedMultiplyAdd(z, Vector512.Create(-1.950833355123947e-5), Vector512.Create(8.333656508845409e-5));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(-0.00023339412530910242));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(0.000588448798503968));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(-0.0014555437285545716));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(0.003592092139087643));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(-0.008863232609011576));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(0.02186948838609237));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(-0.053968253963759504));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(0.133333333333266));
        return Vector512.FusedMultiplyAdd(p, z, Vector512.Create(-0.333333333333333));
    }

    private readonly struct TanhFunction : IUnary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x)
        {
            var abs = x.Abs();
            var square = x * x;
            var polynomial = Lanes<T>.Fma(abs * square, Polynomial(square), abs);
            var logistic = Lanes<T>.Fma(Lanes<T>.All(-(T.One + T.One)), default(Logistic<T>.SigmaNegFunction).Apply(abs + abs),
                Lanes<T>.All(T.One));
            var y = Lanes<T>.Select(Lanes<T>.Greater(Lanes<T>.All(T.CreateTruncating(0.549)), abs), polynomial, logistic);
            return Lanes<T>.Select(Lanes<T>.All(T.CreateTruncating(-0.0)), x, y); // the sign bit
        }
    }
}
