using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>exp and expm1 in lanes: x = n ln 2 + r with |r| at most ln 2 / 2, then 2^n (1 + r + r^2 q(r)); q is the polynomial of its degree with the least error.</summary>
/// <remarks>exp(0) is 1 exactly, -infinity gives 0, results below the normal range are denormal, NaN stays NaN.</remarks>
internal static class Exponential
{
    /// <summary>The least number whose exponential is safely normal.</summary>
    public const double LeastNearFloat = -87, LeastNearDouble = -708;

    // Adding 1.5 * 2^(mantissa bits) pushes the fraction out: the low bits of the sum are the rounded integer.
    private const float RoundFloat = 12582912f;
    private const double RoundDouble = 6755399441055744.0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        var y = Reduced(x, out _, out var n);
        n -= Vector512.Create(RoundFloat).AsInt32();
        var half = n >> 1; // two factors: 2^n itself may be denormal or infinite where the product is not
        y = y * PowerFloat(half) * PowerFloat(n - half);
        y = Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(88.72284f)), Vector512.Create(float.PositiveInfinity), y);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-103.97208f)), Vector512<float>.Zero, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Exp(Vector512<double> x)
    {
        var y = Reduced(x, out _, out var n);
        n -= Vector512.Create(RoundDouble).AsInt64();
        var half = n >> 1;
        y = y * PowerDouble(half) * PowerDouble(n - half);
        y = Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(709.782712893384)), Vector512.Create(double.PositiveInfinity), y);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-745.1332191019412)), Vector512<double>.Zero, y);
    }

    /// <summary>exp(x + more) with one rounding, for x from -800 to 800 and a more that is small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Exp(Vector512<double> x, Vector512<double> more)
    {
        var one = Vector512.Create(1.0);
        var r = Remainder(x, out var lost, out var n);
        var slope = Vector512.FusedMultiplyAdd(Quotient(r), r, one);
        var y = Vector512.FusedMultiplyAdd(slope, r, one);
        y += Vector512.FusedMultiplyAdd(y, lost + more, Vector512.FusedMultiplyAdd(slope, r, one - y));
        n -= Vector512.Create(RoundDouble).AsInt64();
        var half = n >> 1;
        return y * PowerDouble(half) * PowerDouble(n - half);
    }

    /// <summary>exp(x) for x at most 0, the same bits as <see cref="Exp(Vector512{float})"/> with less to look after; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ExpNonPositive(Vector512<float> x)
    {
        var y = Reduced(Vector512.MaxNative(Vector512.Create(-104f), x), out _, out var n); // exp(-104) rounds to 0; the second operand's NaN is kept
        n -= Vector512.Create(RoundFloat).AsInt32();
        var half = n >> 1;
        return y * PowerFloat(half) * PowerFloat(n - half);
    }

    /// <inheritdoc cref="ExpNonPositive(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ExpNonPositive(Vector512<double> x)
    {
        var y = Reduced(Vector512.MaxNative(Vector512.Create(-746.0), x), out _, out var n);
        n -= Vector512.Create(RoundDouble).AsInt64();
        var half = n >> 1;
        return y * PowerDouble(half) * PowerDouble(n - half);
    }

    /// <summary>The bits of <see cref="ExpNonPositive(Vector512{float})"/>, and what its last rounding took.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ExpNonPositive(Vector512<float> x, out Vector512<float> rest)
    {
        var y = Reduced(Vector512.MaxNative(Vector512.Create(-104f), x), out rest, out var n);
        n -= Vector512.Create(RoundFloat).AsInt32();
        var half = n >> 1;
        rest = rest * PowerFloat(half) * PowerFloat(n - half);
        return y * PowerFloat(half) * PowerFloat(n - half);
    }

    /// <inheritdoc cref="ExpNonPositive(Vector512{float}, out Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ExpNonPositive(Vector512<double> x, out Vector512<double> rest)
    {
        var y = Reduced(Vector512.MaxNative(Vector512.Create(-746.0), x), out rest, out var n);
        n -= Vector512.Create(RoundDouble).AsInt64();
        var half = n >> 1;
        rest = rest * PowerDouble(half) * PowerDouble(n - half);
        return y * PowerDouble(half) * PowerDouble(n - half);
    }

    /// <summary>exp(x) for x from <see cref="LeastNearFloat"/> or <see cref="LeastNearDouble"/> to 0, where the result is a normal number: the same bits for half the work. NaN gives anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ExpNoUnderflow(Vector512<float> x)
    {
        var y = Reduced(x, out _, out var n);
        return (y.AsInt32() + (n << 23)).AsSingle(); // y is near 1: n goes straight into its exponent
    }

    /// <inheritdoc cref="ExpNoUnderflow(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ExpNoUnderflow(Vector512<double> x)
    {
        var y = Reduced(x, out _, out var n);
        return (y.AsInt64() + (n << 52)).AsDouble();
    }

    /// <summary>Whether <see cref="ExpNoUnderflow(Vector512{float})"/> will do for every x - max with x from <paramref name="low"/> up; not where there is an infinity. Where a NaN was passed over it may do too: the NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNear<T>(Lanes<T> max, Lanes<T> low) where T : unmanaged, INumberBase<T> =>
        Lanes<T>.Greater(low, max + Lanes<T>.All(LeastNear<T>())).HasAll;

    /// <summary>The same for one maximum.</summary>
    public static bool IsNear<T>(T max, T low) where T : INumber<T> => low > max + LeastNear<T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T LeastNear<T>() where T : INumberBase<T> => T.CreateTruncating(typeof(T) == typeof(float) ? LeastNearFloat : LeastNearDouble);

    /// <summary>exp(x) - 1: 2^n (1 + e) - 1 with every rounding but the last put back; -0 stays -0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Expm1(Vector512<float> x)
    {
        var one = Vector512.Create(1f);
        var r = Remainder(x, out var lost, out var n);
        var (q, square, power) = (Quotient(r), r * r, PowerFloat(n));
        var e = Vector512.FusedMultiplyAdd(q, square, r);
        var rest = Vector512.FusedMultiplyAdd(lost, e, Vector512.FusedMultiplyAdd(q, square, r - e) + lost);
        var below = power - one;
        var y = Vector512.FusedMultiplyAdd(power, e, below);
        y += Vector512.FusedMultiplyAdd(power, rest, Vector512.FusedMultiplyAdd(power, e, below - y)) + (power - below - one);
        y = Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(80f)), y, Exp(x) - one);
        return Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<float>.Zero), x, y);
    }

    /// <inheritdoc cref="Expm1(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Expm1(Vector512<double> x)
    {
        var one = Vector512.Create(1.0);
        var r = Remainder(x, out var lost, out var n);
        var (q, square, power) = (Quotient(r), r * r, PowerDouble(n));
        var e = Vector512.FusedMultiplyAdd(q, square, r);
        var rest = Vector512.FusedMultiplyAdd(lost, e, Vector512.FusedMultiplyAdd(q, square, r - e) + lost);
        var below = power - one;
        var y = Vector512.FusedMultiplyAdd(power, e, below);
        y += Vector512.FusedMultiplyAdd(power, rest, Vector512.FusedMultiplyAdd(power, e, below - y)) + (power - below - one);
        y = Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(700.0)), y, Exp(x) - one);
        return Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<double>.Zero), x, y);
    }

    /// <summary>exp(r) of the remainder, what its rounding took, and n in the low bits of a number whose others a power of two shifts out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Reduced(Vector512<float> x, out Vector512<float> rest, out Vector512<int> n)
    {
        var one = Vector512.Create(1f);
        var r = Remainder(x, out _, out n);
        var slope = Vector512.FusedMultiplyAdd(Quotient(r), r, one);
        var y = Vector512.FusedMultiplyAdd(slope, r, one);
        rest = Vector512.FusedMultiplyAdd(slope, r, one - y);
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Reduced(Vector512<double> x, out Vector512<double> rest, out Vector512<long> n)
    {
        var one = Vector512.Create(1.0);
        var r = Remainder(x, out _, out n);
        var slope = Vector512.FusedMultiplyAdd(Quotient(r), r, one);
        var y = Vector512.FusedMultiplyAdd(slope, r, one);
        rest = Vector512.FusedMultiplyAdd(slope, r, one - y);
        return y;
    }

    /// <summary>r = x - n ln 2, what its rounding took, and n as in <see cref="Reduced(Vector512{float}, out Vector512{float}, out Vector512{int})"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Remainder(Vector512<float> x, out Vector512<float> lost, out Vector512<int> n)
    {
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.44269504f), Vector512.Create(RoundFloat));
        n = shifted.AsInt32();
        var whole = shifted - Vector512.Create(RoundFloat);
        var high = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-0.693145752f), x); // ln 2 in two parts
        var r = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-1.42860677e-6f), high);
        lost = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-1.42860677e-6f), high - r);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Remainder(Vector512<double> x, out Vector512<double> lost, out Vector512<long> n)
    {
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.4426950408889634), Vector512.Create(RoundDouble));
        n = shifted.AsInt64();
        var whole = shifted - Vector512.Create(RoundDouble);
        var high = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-0.693147180369123816490), x); // ln 2 in two parts
        var r = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-1.90821492927058770002e-10), high);
        lost = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-1.90821492927058770002e-10), high - r);
        return r;
    }

    /// <summary>q(r) = (exp(r) - 1 - r) / r^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quotient(Vector512<float> r)
    {
        var q = Vector512.FusedMultiplyAdd(r, Vector512.Create(0.0013820993f), Vector512.Create(0.008368671f));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(0.041668262f));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(0.16666521f));
        return Vector512.FusedMultiplyAdd(q, r, Vector512.Create(0.49999994f));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Quotient(Vector512<double> r)
    {
        var q = Vector512.FusedMultiplyAdd(r, Vector512.Create(2.5011010501165785e-8), Vector512.Create(2.7630400971600446e-7));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(2.7557549831829462e-6));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(2.4801492604102727e-5));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(0.00019841269550453398));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(0.0013888888944204713));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(0.008333333333472234));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(0.04166666666652736));
        q = Vector512.FusedMultiplyAdd(q, r, Vector512.Create(0.16666666666666452));
        return Vector512.FusedMultiplyAdd(q, r, Vector512.Create(0.5000000000000011));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> PowerFloat(Vector512<int> n) => ((n + Vector512.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> PowerDouble(Vector512<long> n) => ((n + Vector512.Create(1023L)) << 52).AsDouble();
}
