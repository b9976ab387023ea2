using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>
/// exp, log, log1p, pow and cos of one double by the lanes' own code, so that results do not depend on a machine's C library.
/// </summary>
internal static class Scalar
{
    [MethodImpl(Compile.Separately)]
    public static double Exp(double x) => Lanes<double>.All(x).Exp().Value.ToScalar();

    [MethodImpl(Compile.Separately)]
    public static double Log(double x) => Lanes<double>.All(x).Log().Value.ToScalar();

    [MethodImpl(Compile.Separately)]
    public static double Log1p(double x) => Lanes<double>.All(x).Log1p().Value.ToScalar();

    /// <summary>Rounds x to another type, once; NaN becomes the canonical one (see <see cref="Lanes{T}.CanonicalNaN"/>).</summary>
    public static T Round<T>(double x) where T : INumberBase<T> => T.CreateTruncating(double.IsNaN(x) ? double.NaN : x);

    /// <summary>x to the power of e, IEEE's pow.</summary>
    public static double Pow(double x, double e) => Power.Pow(Lanes<double>.All(x), e).Value.ToScalar();

    /// <summary>cos(pi x) as 1 - 2 sin^2(pi x / 2), with the Taylor series of the sine on [0, pi / 2].</summary>
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
