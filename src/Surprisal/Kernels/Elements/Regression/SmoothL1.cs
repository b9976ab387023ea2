using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>Smooth absolute error: d^2 / (2 beta) below |d| = beta, then |d| - beta / 2; beta is more than 0.</summary>
/// <remarks>
/// The slope is d / beta, then the sign of d; NaN stays NaN. The square is d (d / beta), so that it has the range of the answer.
/// </remarks>
internal readonly struct SmoothL1(double beta) : IDifference
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(Lanes<double> d, out Lanes<double> loss, out Lanes<double> slope)
    {
        var (abs, limit) = (d.Abs(), Lanes<double>.All(beta));
        var quotient = beta == 1 ? d : d / limit;
        var quadratic = Lanes<double>.Greater(limit, abs);
        loss = Lanes<double>.Select(quadratic, d * Lanes<double>.All(0.5) * quotient, abs - Lanes<double>.All(beta / 2));
        var negative = Lanes<double>.Select(Lanes<double>.Greater(Lanes<double>.Zero, d), Lanes<double>.All(-1), d);
        slope = Lanes<double>.Select(quadratic, quotient,
            Lanes<double>.Select(Lanes<double>.Greater(d, Lanes<double>.Zero), Lanes<double>.All(1), negative));
    }
}
