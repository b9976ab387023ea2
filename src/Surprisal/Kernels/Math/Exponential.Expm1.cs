using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <content>expm1, every rounding error but the last of which is added back.</content>
internal static partial class Exponential
{
    /// <summary>
    /// exp(x) - 1 as 2^n e + (2^n - 1) with e = exp(r) - 1, within 0.872 ulp for every float (docs/accuracy.md, AccuracyTests); -0 stays
    /// -0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Expm1(Vector512<float> x)
    {
        var one = Vector512.Create(1f);
        var r = ReduceArgument(x, out var rError, out var n);
        var (p, square, power) = (Polynomial(r), r * r, PowerOfTwo(n));
        var e = Vector512.FusedMultiplyAdd(p, square, r);
        var eError = Vector512.FusedMultiplyAdd(rError, e, Vector512.FusedMultiplyAdd(p, square, r - e) + rError);
        var powerMinusOne = power - one;
        var y = Vector512.FusedMultiplyAdd(power, e, powerMinusOne);
        y += Vector512.FusedMultiplyAdd(power, eError, Vector512.FusedMultiplyAdd(power, e, powerMinusOne - y))
            + (power - powerMinusOne - one);
        y = Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(80f)), y, Exp(x) - one);
        return Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<float>.Zero), x, y);
    }

    /// <summary>exp(x) - 1, within 3 ulp at the points of ExponentialTests; -0 stays -0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Expm1(Vector512<double> x)
    {
        var one = Vector512.Create(1.0);
        var r = ReduceArgument(x, out var rError, out var n);
        var (p, square, power) = (Polynomial(r), r * r, PowerOfTwo(n));
        var e = Vector512.FusedMultiplyAdd(p, square, r);
        var eError = Vector512.FusedMultiplyAdd(rError, e, Vector512.FusedMultiplyAdd(p, square, r - e) + rError);
        var powerMinusOne = power - one;
        var y = Vector512.FusedMultiplyAdd(power, e, powerMinusOne);
        y += Vector512.FusedMultiplyAdd(power, eError, Vector512.FusedMultiplyAdd(power, e, powerMinusOne - y))
            + (power - powerMinusOne - one);
        y = Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(700.0)), y, Exp(x) - one);
        return Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<double>.Zero), x, y);
    }
}
