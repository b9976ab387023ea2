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
        var y = Normal(Vector512.ConditionalSelect(tiny, x * Vector512.Create(8388608f), x), Vector512.ConditionalSelect(tiny, Vector512.Create(23f), Vector512<float>.Zero));
        y = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<float>.Zero), Vector512.Create(float.NegativeInfinity), y);
        y = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512.Create(float.PositiveInfinity)), x, y);
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, Vector512<float>.Zero), y, Vector512.Create(float.NaN));
    }

    /// <summary>log(x) of normal positive numbers, minus <paramref name="lowered"/> times log 2; the bits of <see cref="Log(Vector512{float})"/>. Anything else gives anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Normal(Vector512<float> x, Vector512<float> lowered)
    {
        var bits = x.AsInt32() - Vector512.Create(0x3F3504F3); // sqrt(1/2)
        var exponent = bits >> 23;
        var f = ((bits & Vector512.Create(0x7FFFFF)) + Vector512.Create(0x3F3504F3)).AsSingle() - Vector512.Create(1f);
        var k = Vector512.ConvertToSingle(exponent) - lowered;
        var s = f / (f + Vector512.Create(2f));
        var z = s * s;
        var series = Vector512.FusedMultiplyAdd(z, Vector512.Create(2f / 11), Vector512.Create(2f / 9));
        series = Vector512.FusedMultiplyAdd(series, z, Vector512.Create(2f / 7));
        series = Vector512.FusedMultiplyAdd(series, z, Vector512.Create(2f / 5));
        series = Vector512.FusedMultiplyAdd(series, z, Vector512.Create(2f / 3));
        var half = f * f * Vector512.Create(0.5f);
        // log(1 + f) = f - (f^2/2 - s (f^2/2 + z series)): the large part f is exact, the rest is small
        var small = Vector512.FusedMultiplyAdd(s, Vector512.FusedMultiplyAdd(z, series, half), k * Vector512.Create(1.42860677e-6f));
        return Vector512.FusedMultiplyAdd(k, Vector512.Create(0.693145752f), f - (half - small));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Log(Vector512<double> x)
    {
        var tiny = Vector512.LessThan(x, Vector512.Create(2.2250738585072014e-308));
        var y = Normal(Vector512.ConditionalSelect(tiny, x * Vector512.Create(4503599627370496.0), x), Vector512.ConditionalSelect(tiny, Vector512.Create(52.0), Vector512<double>.Zero));
        y = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<double>.Zero), Vector512.Create(double.NegativeInfinity), y);
        y = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512.Create(double.PositiveInfinity)), x, y);
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, Vector512<double>.Zero), y, Vector512.Create(double.NaN));
    }

    /// <summary>log(x) of normal positive numbers, minus <paramref name="lowered"/> times log 2; the bits of <see cref="Log(Vector512{double})"/>. Anything else gives anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Normal(Vector512<double> x, Vector512<double> lowered)
    {
        var bits = x.AsInt64() - Vector512.Create(0x3FE6A09E667F3BCD); // sqrt(1/2)
        var exponent = bits >> 52;
        var f = ((bits & Vector512.Create(0xFFFFFFFFFFFFFL)) + Vector512.Create(0x3FE6A09E667F3BCD)).AsDouble() - Vector512.Create(1.0);
        var k = Vector512.ConvertToDouble(exponent) - lowered;
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
        var small = Vector512.FusedMultiplyAdd(s, Vector512.FusedMultiplyAdd(z, series, half), k * Vector512.Create(1.90821492927058770002e-10));
        return Vector512.FusedMultiplyAdd(k, Vector512.Create(0.693147180369123816490), f - (half - small));
    }

    /// <summary>log(1 + x) without losing small x: the rounding error c of u = 1 + x is put back as c / u, which is c times the slope.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log1p(Vector512<float> x)
    {
        var one = Vector512.Create(1f);
        var u = one + x;
        var lost = Vector512.ConditionalSelect(Vector512.LessThan(x, one), x - (u - one), one - (u - x));
        var y = Log(u);
        return Vector512.ConditionalSelect(Vector512.IsFinite(y), y + lost / u, y);
    }

    /// <inheritdoc cref="Log1p(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Log1p(Vector512<double> x)
    {
        var one = Vector512.Create(1.0);
        var u = one + x;
        var lost = Vector512.ConditionalSelect(Vector512.LessThan(x, one), x - (u - one), one - (u - x));
        var y = Log(u);
        return Vector512.ConditionalSelect(Vector512.IsFinite(y), y + lost / u, y);
    }
}
