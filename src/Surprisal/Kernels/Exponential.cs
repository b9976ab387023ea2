using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>exp and expm1 in lanes: x = n ln 2 + r with |r| at most ln 2 / 2, then 2^n (1 + r + r^2 q(r)) with Taylor's q.</summary>
/// <remarks>exp(0) is 1 exactly, -infinity gives 0, results below the normal range are denormal, NaN stays NaN.</remarks>
internal static class Exponential
{
    // Adding 1.5 * 2^(mantissa bits) pushes the fraction out: the low bits of the sum are the rounded integer.
    private const float RoundFloat = 12582912f;
    private const double RoundDouble = 6755399441055744.0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        var e = Reduced(x, out var n);
        var half = n >> 1; // two factors: 2^n itself may be denormal or infinite where the product is not
        var y = (e + Vector512.Create(1f)) * PowerFloat(half) * PowerFloat(n - half);
        y = Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(88.72284f)), Vector512.Create(float.PositiveInfinity), y);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-103.97208f)), Vector512<float>.Zero, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Exp(Vector512<double> x)
    {
        var e = Reduced(x, out var n);
        var half = n >> 1;
        var y = (e + Vector512.Create(1.0)) * PowerDouble(half) * PowerDouble(n - half);
        y = Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(709.782712893384)), Vector512.Create(double.PositiveInfinity), y);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-745.1332191019412)), Vector512<double>.Zero, y);
    }

    /// <summary>exp(x) for x at most 0, the same bits as <see cref="Exp(Vector512{float})"/> with less to look after; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ExpDown(Vector512<float> x)
    {
        var e = Reduced(Vector512.MaxNative(Vector512.Create(-104f), x), out var n); // exp(-104) rounds to 0; the second operand's NaN is kept
        var half = n >> 1;
        return (e + Vector512.Create(1f)) * PowerFloat(half) * PowerFloat(n - half);
    }

    /// <inheritdoc cref="ExpDown(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ExpDown(Vector512<double> x)
    {
        var e = Reduced(Vector512.MaxNative(Vector512.Create(-746.0), x), out var n);
        var half = n >> 1;
        return (e + Vector512.Create(1.0)) * PowerDouble(half) * PowerDouble(n - half);
    }

    /// <summary>exp(x) for x from <see cref="LeastNear{T}"/> to 0, where the result is a normal number: the same bits for half the work.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ExpNear(Vector512<float> x) => (Reduced(x, out var n) + Vector512.Create(1f)) * PowerFloat(n);

    /// <inheritdoc cref="ExpNear(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ExpNear(Vector512<double> x) => (Reduced(x, out var n) + Vector512.Create(1.0)) * PowerDouble(n);

    /// <summary>The least number whose exponential is safely normal.</summary>
    public static T LeastNear<T>() where T : INumberBase<T> => T.CreateTruncating(typeof(T) == typeof(float) ? -87 : -708);

    /// <summary>exp(x) - 1, exact to rounding near zero: 2^n e + (2^n - 1).</summary>
    public static Vector512<float> Expm1(Vector512<float> x)
    {
        var e = Reduced(x, out var n);
        var power = PowerFloat(n);
        var near = Vector512.FusedMultiplyAdd(power, e, power - Vector512.Create(1f));
        return Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(20f)), near, Exp(x) - Vector512.Create(1f));
    }

    /// <inheritdoc cref="Expm1(Vector512{float})"/>
    public static Vector512<double> Expm1(Vector512<double> x)
    {
        var e = Reduced(x, out var n);
        var power = PowerDouble(n);
        var near = Vector512.FusedMultiplyAdd(power, e, power - Vector512.Create(1.0));
        return Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(40.0)), near, Exp(x) - Vector512.Create(1.0));
    }

    /// <summary>exp(r) - 1 for the reduced argument, and n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Reduced(Vector512<float> x, out Vector512<int> n)
    {
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.44269504f), Vector512.Create(RoundFloat));
        n = shifted.AsInt32() - Vector512.Create(RoundFloat).AsInt32();
        var whole = shifted - Vector512.Create(RoundFloat);
        var r = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-0.693145752f), x); // ln 2 in two parts
        r = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-1.42860677e-6f), r);
        var q = Vector512.FusedMultiplyAdd(r, Vector512.Create(1f / 5040), Vector512.Create(1f / 720));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(1f / 120));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(1f / 24));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(1f / 6));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(0.5f));
        return Vector512.FusedMultiplyAdd(q, r * r, r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Reduced(Vector512<double> x, out Vector512<long> n)
    {
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.4426950408889634), Vector512.Create(RoundDouble));
        n = shifted.AsInt64() - Vector512.Create(RoundDouble).AsInt64();
        var whole = shifted - Vector512.Create(RoundDouble);
        var r = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-0.693147180369123816490), x);
        r = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-1.90821492927058770002e-10), r);
        var q = Vector512.Create(1.0 / 6227020800);
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(1.0 / 479001600));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(1.0 / 39916800));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(1.0 / 3628800));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(1.0 / 362880));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(1.0 / 40320));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(1.0 / 5040));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(1.0 / 720));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(1.0 / 120));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(1.0 / 24));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(1.0 / 6));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(0.5));
        return Vector512.FusedMultiplyAdd(q, r * r, r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> PowerFloat(Vector512<int> n) => ((n + Vector512.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> PowerDouble(Vector512<long> n) => ((n + Vector512.Create(1023L)) << 52).AsDouble();
}
