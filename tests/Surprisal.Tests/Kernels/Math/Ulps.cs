using System.Runtime.InteropServices;
using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>How far a lane function is from the truth, in units in the last place of the truth.</summary>
internal static class Ulps
{
    /// <summary>Every 4099th float bit pattern: all exponents, both signs, denormals; no NaN and no infinity.</summary>
    public static float[] Floats()
    {
        var values = new List<float>();
        for (var bits = 0L; bits <= uint.MaxValue; bits += 4099)
        {
            var value = BitConverter.UInt32BitsToSingle((uint)bits);
            if (float.IsFinite(value)) values.Add(value);
        }
        return [.. values];
    }

    /// <summary>Bit patterns of doubles at a large odd distance, and the same number between -745 and 710 where exp is neither 0 nor infinite.</summary>
    public static double[] Doubles()
    {
        var values = new List<double>();
        for (var i = 0UL; i < 200_000; i++)
        {
            var value = BitConverter.UInt64BitsToDouble(i * 0x9E3779B97F4A7C15);
            if (double.IsFinite(value)) values.Add(value);
            values.Add(-745 + i * (1455.0 / 200_000));
        }
        return [.. values];
    }

    /// <summary>f over lanes, the last block partly filled.</summary>
    public static T[] Run<T>(ReadOnlySpan<T> x, Func<Lanes<T>, Lanes<T>> f) where T : unmanaged
    {
        var y = new T[x.Length];
        for (var i = 0; i < x.Length; i += Lanes<T>.Count)
        {
            var count = Math.Min(Lanes<T>.Count, x.Length - i);
            f(Lanes<T>.LoadPartial(ref MemoryMarshal.GetReference(x), i, count, default)).StorePartial(ref y[0], i, count);
        }
        return y;
    }

    /// <summary>Every f(x) is at most <paramref name="limit"/> ulps of T from the truth, which is given in double.</summary>
    public static void Check<T>(T[] x, Func<Lanes<T>, Lanes<T>> f, Func<double, double> truth, double limit) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Assert.NotEmpty(x);
        var y = Run<T>(x, f);
        var (worst, at) = (0.0, 0);
        for (var i = 0; i < x.Length; i++)
        {
            var (actual, expected) = (double.CreateChecked(y[i]), truth(double.CreateChecked(x[i])));
            var rounded = T.CreateChecked(expected);
            if (y[i].Equals(rounded)) continue;
            // The last place at the truth: below a power of two that it rounds up to, it is half of the rounded number's.
            var below = T.Abs(rounded) > T.CreateChecked(Math.Abs(expected)) ? T.BitDecrement(T.Abs(rounded)) : T.Abs(rounded);
            var size = T.IsInfinity(rounded) ? 0 : double.CreateChecked(T.BitIncrement(below) - below);
            var distance = size == 0 ? double.PositiveInfinity : Math.Abs(actual - expected) / size;
            if (!(distance <= worst)) (worst, at) = (distance, i);
        }
        Assert.True(worst <= limit, $"f({x[at]:R}) is {y[at]:R}, {worst:0.00} ulps from {truth(double.CreateChecked(x[at])):R}.");
    }
}
