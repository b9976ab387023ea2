using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>
/// log in lanes: x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), s = f / (2 + f), log(x) = k ln 2 + 2 artanh(s) by its series.
/// </summary>
/// <remarks>
/// log(1) is 0 exactly, log(0) is -infinity, negative numbers and NaN give NaN; denormal numbers are scaled into the normal range first,
/// exactly.
/// </remarks>
internal static partial class Logarithm
{
    /// <summary>
    /// log(x), within 0.829 ulp for every one of the 2^32 floats: docs/accuracy.md has the sweep, AccuracyTests holds the figure.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> x)
    {
        var isDenormal = Vector512.LessThan(x, Vector512.Create(1.17549435e-38f));
        var y = LogOfNormal(Vector512.ConditionalSelect(isDenormal, x * Vector512.Create(8388608f), x),
            Vector512.ConditionalSelect(isDenormal, Vector512.Create(23f), Vector512<float>.Zero), Vector512<float>.Zero);
        y = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<float>.Zero), Vector512.Create(float.NegativeInfinity), y);
        y = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512.Create(float.PositiveInfinity)), x, y);
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, Vector512<float>.Zero), y, Vector512.Create(float.NaN));
    }

    /// <summary>
    /// log(x 2^-scaleExponent) + addend for positive normal x and a small addend; where both are 0 the bits of
    /// <see cref="Log(Vector512{float})"/>. Undefined for other x, but a NaN addend stays.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LogOfNormal(Vector512<float> x, Vector512<float> scaleExponent, Vector512<float> addend)
    {
        var correction = Reduce(x, scaleExponent, addend, out var k, out var f);
        return Vector512.FusedMultiplyAdd(k, Vector512.Create(0.693145752f), f - correction);
    }

    /// <summary>log(x) + addend for positive normal x and a small addend, and the error of the last roundings.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LogOfNormal(Vector512<float> x, Vector512<float> addend, out Vector512<float> error)
    {
        var correction = Reduce(x, Vector512<float>.Zero, addend, out var k, out var f);
        var logOnePlusF = f - correction;
        var y = Vector512.FusedMultiplyAdd(k, Vector512.Create(0.693145752f), logOnePlusF);
        error = f - logOnePlusF - correction + (Vector512.FusedMultiplyAdd(k, Vector512.Create(0.693145752f), -y) + logOnePlusF);
        return y;
    }

    /// <summary>
    /// Argument reduction and series: returns the small c of log(x) + addend = k ln2High + (f - c), where k and f are exact and ln2High is
    /// the upper part of ln 2.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Reduce(
        Vector512<float> x,
        Vector512<float> scaleExponent,
        Vector512<float> addend,
        out Vector512<float> k,
        out Vector512<float> f)
    {
        var bits = x.AsInt32() - Vector512.Create(0x3F3504F3); // sqrt(1/2)
        var exponent = bits >> 23;
        f = ((bits & Vector512.Create(0x7FFFFF)) + Vector512.Create(0x3F3504F3)).AsSingle() - Vector512.Create(1f);
        k = Vector512.ConvertToSingle(exponent) - scaleExponent;
        var s = f / (f + Vector512.Create(2f));
        var z = s * s;
        var series = Vector512.FusedMultiplyAdd(z, Vector512.Create(2f / 11), Vector512.Create(2f / 9));
        series = Vector512.FusedMultiplyAdd(series, z, Vector512.Create(2f / 7));
        series = Vector512.FusedMultiplyAdd(series, z, Vector512.Create(2f / 5));
        series = Vector512.FusedMultiplyAdd(series, z, Vector512.Create(2f / 3));
        var halfSquare = f * f * Vector512.Create(0.5f);
        // log(1 + f) = f - (f^2/2 - s (f^2/2 + z series))
        var rest = Vector512.FusedMultiplyAdd(s, Vector512.FusedMultiplyAdd(z, series, halfSquare),
            Vector512.FusedMultiplyAdd(k, Vector512.Create(1.42860677e-6f), addend));
        return halfSquare - rest;
    }

    /// <summary>log(x), within 2 ulp of <see cref="Math.Log(double)"/> at the 300 000 positive points of LogarithmTests.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Log(Vector512<double> x)
    {
        var isDenormal = Vector512.LessThan(x, Vector512.Create(2.2250738585072014e-308));
        var y = LogOfNormal(Vector512.ConditionalSelect(isDenormal, x * Vector512.Create(4503599627370496.0), x),
            Vector512.ConditionalSelect(isDenormal, Vector512.Create(52.0), Vector512<double>.Zero), Vector512<double>.Zero);
        y = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<double>.Zero), Vector512.Create(double.NegativeInfinity), y);
        y = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512.Create(double.PositiveInfinity)), x, y);
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, Vector512<double>.Zero), y, Vector512.Create(double.NaN));
    }

    /// <inheritdoc cref="LogOfNormal(Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> LogOfNormal(Vector512<double> x, Vector512<double> scaleExponent, Vector512<double> addend)
    {
        var correction = Reduce(x, scaleExponent, addend, out var k, out var f);
        return Vector512.FusedMultiplyAdd(k, Vector512.Create(0.693147180369123816490), f - correction);
    }

    /// <inheritdoc cref="LogOfNormal(Vector512{float}, Vector512{float}, out Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> LogOfNormal(Vector512<double> x, Vector512<double> addend, out Vector512<double> error)
    {
        var correction = Reduce(x, Vector512<double>.Zero, addend, out var k, out var f);
        var logOnePlusF = f - correction;
        var y = Vector512.FusedMultiplyAdd(k, Vector512.Create(0.693147180369123816490), logOnePlusF);
        error = f - logOnePlusF - correction + (Vector512.FusedMultiplyAdd(k, Vector512.Create(0.693147180369123816490), -y) + logOnePlusF);
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Reduce(
        Vector512<double> x,
        Vector512<double> scaleExponent,
        Vector512<double> addend,
        out Vector512<double> k,
        out Vector512<double> f)
    {
        Decompose(x, scaleExponent, out k, out f);
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
        var halfSquare = f * f * Vector512.Create(0.5);
        var rest = Vector512.FusedMultiplyAdd(s, Vector512.FusedMultiplyAdd(z, series, halfSquare),
            Vector512.FusedMultiplyAdd(k, Vector512.Create(1.90821492927058770002e-10), addend));
        return halfSquare - rest;
    }

    /// <summary>Decomposes positive finite numbers, denormal ones too: x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decompose(Vector512<double> x, out Vector512<double> k, out Vector512<double> f)
    {
        var isDenormal = Vector512.LessThan(x, Vector512.Create(2.2250738585072014e-308));
        Decompose(Vector512.ConditionalSelect(isDenormal, x * Vector512.Create(4503599627370496.0), x),
            Vector512.ConditionalSelect(isDenormal, Vector512.Create(52.0), Vector512<double>.Zero), out k, out f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Decompose(Vector512<double> x, Vector512<double> scaleExponent, out Vector512<double> k, out Vector512<double> f)
    {
        var bits = x.AsInt64() - Vector512.Create(0x3FE6A09E667F3BCD); // sqrt(1/2)
        f = ((bits & Vector512.Create(0xFFFFFFFFFFFFFL)) + Vector512.Create(0x3FE6A09E667F3BCD)).AsDouble() - Vector512.Create(1.0);
        k = Vector512.ConvertToDouble(bits >> 52) - scaleExponent;
    }
}
