using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>exp, log, log1p, powers and cosine of one double, through the lanes' own code, so that no machine's C library has a say.</summary>
internal static class Scalar
{
    [MethodImpl(Compile.Alone)]
    public static double Exp(double x) => Lanes<double>.All(x).Exp().Value.ToScalar();

    [MethodImpl(Compile.Alone)]
    public static double Log(double x) => Lanes<double>.All(x).Log().Value.ToScalar();

    [MethodImpl(Compile.Alone)]
    public static double Log1p(double x) => Lanes<double>.All(x).Log1p().Value.ToScalar();

    /// <summary>x to the power of e: by multiplication for whole e up to 64, by square root for 0.5, else exp(e log |x|) with the sign of the power.</summary>
    public static double Pow(double x, double e)
    {
        if (e == 0.5) return Math.Sqrt(x);
        if (e < 0) return 1 / Pow(x, -e);
        if (e > 64 && x < 0 && e == Math.Floor(e)) return e % 2 == 0 ? Pow(-x, e) : -Pow(-x, e);
        if (e > 64 || e != Math.Floor(e)) return x == 0 ? 0 : Exp(e * Log(x));
        var result = 1.0;
        for (var (n, square) = ((int)e, x); n > 0; n >>= 1, square *= square)
            if ((n & 1) == 1)
                result *= square;
        return result;
    }

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
