using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>exp, log, log1p, powers and cosine of one double, through the lanes' own code, so that no machine's C library has a say.</summary>
internal static class Scalar
{
    [MethodImpl(Compile.Separately)]
    public static double Exp(double x) => Lanes<double>.All(x).Exp().Value.ToScalar();

    [MethodImpl(Compile.Separately)]
    public static double Log(double x) => Lanes<double>.All(x).Log().Value.ToScalar();

    [MethodImpl(Compile.Separately)]
    public static double Log1p(double x) => Lanes<double>.All(x).Log1p().Value.ToScalar();

    /// <summary>x as another type, rounded once, and NaN as the one that <see cref="Lanes{T}.OneNaN"/> stores.</summary>
    public static T Rounded<T>(double x) where T : INumberBase<T> => T.CreateTruncating(double.IsNaN(x) ? double.NaN : x);

    /// <summary>x to the power of e, IEEE's pow.</summary>
    public static double Pow(double x, double e) => Power.Of(Lanes<double>.All(x), e).Value.ToScalar();

    /// <summary>cos(pi x) as 1 - 2 sin^2(pi x / 2), the sine by its Taylor series on [0, pi / 2].</summary>
    public static double CosPi(double x)
    {
        x = Math.Abs(x) % 2;
        var angle = Math.PI / 2 * (x > 1 ? 2 - x : x);
        var (sine, term) = (0.0, angle);
        for (var n = 2; n < 30; n += 2)
        {
            sine += term;
            term *= -angle * angle / (n * (n + 1));
        }
        sine = Math.Min(sine, 1); // rounding must not leave [-1, 1]
        return 1 - 2 * sine * sine;
    }
}
