using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <content>Argument reduction and the polynomial on the reduced argument.</content>
internal static partial class Exponential
{
    // Adding 1.5 * 2^(mantissa bits) pushes the fraction out: the low bits of the sum are the nearest integer.
    private const float RoundFloat = 12582912f;
    private const double RoundDouble = 6755399441055744.0;

    /// <summary>
    /// exp(r) for the reduced argument r, the error of its last rounding, and n as in
    /// <see cref="ReduceArgument(Vector512{float}, out Vector512{float}, out Vector512{int})"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> ExpOfReduced(Vector512<float> x, out Vector512<float> error, out Vector512<int> n)
    {
        var one = Vector512.Create(1f);
        var r = ReduceArgument(x, out _, out n);
        var slope = Vector512.FusedMultiplyAdd(Polynomial(r), r, one);
        var y = Vector512.FusedMultiplyAdd(slope, r, one);
        error = Vector512.FusedMultiplyAdd(slope, r, one - y);
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ExpOfReduced(Vector512<double> x, out Vector512<double> error, out Vector512<long> n)
    {
        var one = Vector512.Create(1.0);
        var r = ReduceArgument(x, out _, out n);
        var slope = Vector512.FusedMultiplyAdd(Polynomial(r), r, one);
        var y = Vector512.FusedMultiplyAdd(slope, r, one);
        error = Vector512.FusedMultiplyAdd(slope, r, one - y);
        return y;
    }

    /// <summary>
    /// Argument reduction: r = x - n ln 2 and the error of its rounding. n is in the low bits of an integer, whose other bits callers
    /// subtract or shift out.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> ReduceArgument(Vector512<float> x, out Vector512<float> error, out Vector512<int> n)
    {
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.44269504f), Vector512.Create(RoundFloat));
        n = shifted.AsInt32();
        var whole = shifted - Vector512.Create(RoundFloat);
        var high = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-0.693145752f), x); // ln 2 in two parts
        var r = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-1.42860677e-6f), high);
        error = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-1.42860677e-6f), high - r);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ReduceArgument(Vector512<double> x, out Vector512<double> error, out Vector512<long> n)
    {
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.4426950408889634), Vector512.Create(RoundDouble));
        n = shifted.AsInt64();
        var whole = shifted - Vector512.Create(RoundDouble);
        var high = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-0.693147180369123816490), x); // ln 2 in two parts
        var r = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-1.90821492927058770002e-10), high);
        error = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-1.90821492927058770002e-10), high - r);
        return r;
    }

    /// <summary>p(r), the minimax polynomial of (exp(r) - 1 - r) / r^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Polynomial(Vector512<float> r)
    {
        var p = Vector512.FusedMultiplyAdd(r, Vector512.Create(0.0013820993f), Vector512.Create(0.008368671f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.041668262f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.16666521f));
        return Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.49999994f));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Polynomial(Vector512<double> r)
    {
        var p = Vector512.FusedMultiplyAdd(r, Vector512.Create(2.5011010501165785e-8), Vector512.Create(2.7630400971600446e-7));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(2.7557549831829462e-6));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(2.4801492604102727e-5));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.00019841269550453398));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.0013888888944204713));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.008333333333472234));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.04166666666652736));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.16666666666666452));
        return Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5000000000000011));
    }

    /// <summary>2^n for n that are exponents of normal numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> PowerOfTwo(Vector512<int> n) => ((n + Vector512.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> PowerOfTwo(Vector512<long> n) => ((n + Vector512.Create(1023L)) << 52).AsDouble();
}
