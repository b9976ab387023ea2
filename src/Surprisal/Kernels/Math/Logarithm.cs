using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>log in lanes: x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), s = f / (2 + f), log(1 + f) = 2 artanh(s) by its series.</summary>
/// <remarks>log(1) is 0 exactly, log(0) is -infinity, negatives and NaN give NaN, denormals are exact.</remarks>
internal static class Logarithm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> x)
    {
        var tiny = Vector512.LessThan(x, Vector512.Create(1.17549435e-38f));
        var y = Normal(Vector512.ConditionalSelect(tiny, x * Vector512.Create(8388608f), x), Vector512.ConditionalSelect(tiny, Vector512.Create(23f), Vector512<float>.Zero), Vector512<float>.Zero);
        y = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<float>.Zero), Vector512.Create(float.NegativeInfinity), y);
        y = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512.Create(float.PositiveInfinity)), x, y);
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, Vector512<float>.Zero), y, Vector512.Create(float.NaN));
    }

    /// <summary>log(x) of normal positive numbers, minus <paramref name="lowered"/> times log 2, plus <paramref name="more"/>, which is small; where those are 0,
    /// the bits of <see cref="Log(Vector512{float})"/>. Anything else gives anything, but a NaN that is more stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Normal(Vector512<float> x, Vector512<float> lowered, Vector512<float> more)
    {
        var off = Parts(x, lowered, more, out var k, out var f);
        return Vector512.FusedMultiplyAdd(k, Vector512.Create(0.693145752f), f - off);
    }

    /// <summary>The same with what the last roundings took.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Normal(Vector512<float> x, Vector512<float> more, out Vector512<float> rest)
    {
        var off = Parts(x, Vector512<float>.Zero, more, out var k, out var f);
        var near = f - off;
        var y = Vector512.FusedMultiplyAdd(k, Vector512.Create(0.693145752f), near);
        rest = f - near - off + (Vector512.FusedMultiplyAdd(k, Vector512.Create(0.693145752f), -y) + near);
        return y;
    }

    /// <summary>log(x) = k ln 2 + f - off, with only the high part of ln 2; f is exact, what is taken off is small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Parts(Vector512<float> x, Vector512<float> lowered, Vector512<float> more, out Vector512<float> k, out Vector512<float> f)
    {
        var bits = x.AsInt32() - Vector512.Create(0x3F3504F3); // sqrt(1/2)
        var exponent = bits >> 23;
        f = ((bits & Vector512.Create(0x7FFFFF)) + Vector512.Create(0x3F3504F3)).AsSingle() - Vector512.Create(1f);
        k = Vector512.ConvertToSingle(exponent) - lowered;
        var s = f / (f + Vector512.Create(2f));
        var z = s * s;
        var series = Vector512.FusedMultiplyAdd(z, Vector512.Create(2f / 11), Vector512.Create(2f / 9));
        series = Vector512.FusedMultiplyAdd(series, z, Vector512.Create(2f / 7));
        series = Vector512.FusedMultiplyAdd(series, z, Vector512.Create(2f / 5));
        series = Vector512.FusedMultiplyAdd(series, z, Vector512.Create(2f / 3));
        var half = f * f * Vector512.Create(0.5f);
        // log(1 + f) = f - (f^2/2 - s (f^2/2 + z series))
        var small = Vector512.FusedMultiplyAdd(s, Vector512.FusedMultiplyAdd(z, series, half), Vector512.FusedMultiplyAdd(k, Vector512.Create(1.42860677e-6f), more));
        return half - small;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Log(Vector512<double> x)
    {
        var tiny = Vector512.LessThan(x, Vector512.Create(2.2250738585072014e-308));
        var y = Normal(Vector512.ConditionalSelect(tiny, x * Vector512.Create(4503599627370496.0), x), Vector512.ConditionalSelect(tiny, Vector512.Create(52.0), Vector512<double>.Zero), Vector512<double>.Zero);
        y = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<double>.Zero), Vector512.Create(double.NegativeInfinity), y);
        y = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512.Create(double.PositiveInfinity)), x, y);
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, Vector512<double>.Zero), y, Vector512.Create(double.NaN));
    }

    /// <inheritdoc cref="Normal(Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Normal(Vector512<double> x, Vector512<double> lowered, Vector512<double> more)
    {
        var off = Parts(x, lowered, more, out var k, out var f);
        return Vector512.FusedMultiplyAdd(k, Vector512.Create(0.693147180369123816490), f - off);
    }

    /// <inheritdoc cref="Normal(Vector512{float}, Vector512{float}, out Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Normal(Vector512<double> x, Vector512<double> more, out Vector512<double> rest)
    {
        var off = Parts(x, Vector512<double>.Zero, more, out var k, out var f);
        var near = f - off;
        var y = Vector512.FusedMultiplyAdd(k, Vector512.Create(0.693147180369123816490), near);
        rest = f - near - off + (Vector512.FusedMultiplyAdd(k, Vector512.Create(0.693147180369123816490), -y) + near);
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Parts(Vector512<double> x, Vector512<double> lowered, Vector512<double> more, out Vector512<double> k, out Vector512<double> f)
    {
        Split(x, lowered, out k, out f);
        var s = f / (f + Vector512.Create(2.0));
        var z = s * s;
        var series = Vector512.FusedMultiplyAdd(z, Vector512.Create(2.0 / 23), Vector512.Create(2.0 / 21));
        series = Vector512.FusedMultiplyAdd(series, z, Vector512.Create(2.0 / 19));
        series = Vector512.FusedMultiplyAdd(series, z, Vector512.Create(2.0 / 17));
        series = Vector512.FusedMultiplyAdd(series, z, Vector512.Create(2.0 / 15));
        series = Vector512.FusedMultiplyAdd(series, z, Vector512.Create(2.0 / 13));
        series = Vector512.FusedMultiplyAdd(series, z, Vector512.Create(2.0 / 11));
        series = Vector512.FusedMultiplyAdd(series, z, Vector512.Create(2.0 / 9));
        series = Vector512.FusedMultiplyAdd(series, z, Vector512.Create(2.0 / 7));
        series = Vector512.FusedMultiplyAdd(series, z, Vector512.Create(2.0 / 5));
        series = Vector512.FusedMultiplyAdd(series, z, Vector512.Create(2.0 / 3));
        var half = f * f * Vector512.Create(0.5);
        var small = Vector512.FusedMultiplyAdd(s, Vector512.FusedMultiplyAdd(z, series, half), Vector512.FusedMultiplyAdd(k, Vector512.Create(1.90821492927058770002e-10), more));
        return half - small;
    }

    /// <summary>x = 2^k (1 + f) of positive finite numbers, denormal ones too, with 1 + f in [sqrt(1/2), sqrt(2)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Split(Vector512<double> x, out Vector512<double> k, out Vector512<double> f)
    {
        var tiny = Vector512.LessThan(x, Vector512.Create(2.2250738585072014e-308));
        Split(Vector512.ConditionalSelect(tiny, x * Vector512.Create(4503599627370496.0), x), Vector512.ConditionalSelect(tiny, Vector512.Create(52.0), Vector512<double>.Zero), out k, out f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split(Vector512<double> x, Vector512<double> lowered, out Vector512<double> k, out Vector512<double> f)
    {
        var bits = x.AsInt64() - Vector512.Create(0x3FE6A09E667F3BCD); // sqrt(1/2)
        f = ((bits & Vector512.Create(0xFFFFFFFFFFFFFL)) + Vector512.Create(0x3FE6A09E667F3BCD)).AsDouble() - Vector512.Create(1.0);
        k = Vector512.ConvertToDouble(bits >> 52) - lowered;
    }

    /// <summary>log(1 + x) without losing small x: the rounding error c of u = 1 + x is put back as c / u, which is c times the slope; -0 stays -0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log1p(Vector512<float> x)
    {
        var one = Vector512.Create(1f);
        var u = one + x;
        var lost = Vector512.ConditionalSelect(Vector512.LessThan(x, one), x - (u - one), one - (u - x));
        var y = Normal(u, Vector512<float>.Zero, lost / u);
        var same = Vector512.Equals(x, Vector512<float>.Zero) | Vector512.Equals(x, Vector512.Create(float.PositiveInfinity));
        y = Vector512.ConditionalSelect(same, x, y);
        y = Vector512.ConditionalSelect(Vector512.Equals(x, -one), Vector512.Create(float.NegativeInfinity), y);
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, -one), y, Vector512.Create(float.NaN));
    }

    /// <inheritdoc cref="Log1p(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Log1p(Vector512<double> x)
    {
        var one = Vector512.Create(1.0);
        var u = one + x;
        var lost = Vector512.ConditionalSelect(Vector512.LessThan(x, one), x - (u - one), one - (u - x));
        var y = Normal(u, Vector512<double>.Zero, lost / u);
        var same = Vector512.Equals(x, Vector512<double>.Zero) | Vector512.Equals(x, Vector512.Create(double.PositiveInfinity));
        y = Vector512.ConditionalSelect(same, x, y);
        y = Vector512.ConditionalSelect(Vector512.Equals(x, -one), Vector512.Create(double.NegativeInfinity), y);
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, -one), y, Vector512.Create(double.NaN));
    }
}
