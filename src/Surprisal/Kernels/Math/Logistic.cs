using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>What the losses of a logit z and sigmoid, softplus and tanh share: sigma(-|z|) and log1p(exp(-|z|)), from one exponential and one division, with nothing cancelling.</summary>
/// <remarks>exp comes in two parts, so that each answer is rounded once. What is not asked for is not computed. sigma(|z|) is 1 - sigma(-|z|).</remarks>
internal static class Logistic<T> where T : unmanaged, INumberBase<T>
{
    /// <summary>exp(-|z|), sigma(-|z|) and softplus(-|z|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Of(Lanes<T> z, out Lanes<T> small, out Lanes<T> tail) => Vector512.IsHardwareAccelerated ? Parts(z, out small, out tail) : Call(z, out small, out tail);

    [MethodImpl(Compile.Separately), SkipLocalsInit]
    private static Lanes<T> Call(in Lanes<T> z, out Lanes<T> small, out Lanes<T> tail)
    {
        if (typeof(T) == typeof(byte)) Compile.InliningPadding();
        return Parts(z, out small, out tail);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Parts(Lanes<T> z, out Lanes<T> small, out Lanes<T> tail)
    {
        var e = Exp(z, out var rest, out var sum, out var lost, out var inverse);
        small = Small(e, rest, sum, lost, inverse);
        tail = sum.LogNormal(lost * inverse, out _); // what the roundings took goes back in, times the slope
        return e;
    }

    /// <summary>e = exp(-|z|) and what its rounding took, 1 + e and what roundings took from it, and its inverse.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Exp(Lanes<T> z, out Lanes<T> rest, out Lanes<T> sum, out Lanes<T> lost, out Lanes<T> inverse)
    {
        var one = Lanes<T>.All(T.One);
        var e = (-z.Abs()).ExpNonPositive(out rest);
        sum = one + e;
        lost = e - (sum - one) + rest;
        inverse = one / sum;
        return e;
    }

    /// <summary>e / (1 + e), rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Small(Lanes<T> e, Lanes<T> rest, Lanes<T> sum, Lanes<T> lost, Lanes<T> inverse)
    {
        var y = e * inverse;
        return Lanes<T>.Fma(Lanes<T>.Fma(-y, sum, e) + (rest - y * lost), inverse, y);
    }

    /// <summary>1 / (1 + exp(-z)): both tails keep their digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Sigmoid(Lanes<T> z)
    {
        var small = Lanes<T>.Of<SmallFunction>(z);
        return Lanes<T>.Select(Lanes<T>.Greater(Lanes<T>.Zero, z), small, Lanes<T>.All(T.One) - small);
    }

    /// <summary>log(1 + exp(z)), which never overflows: max(z, 0) + log1p(exp(-|z|)), rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Softplus(Lanes<T> z) => Lanes<T>.Of<SoftplusFunction>(z);

    /// <summary>softplus(beta x) / beta; x itself where beta x is above the threshold.</summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static Lanes<T> Softplus(in Lanes<T> x, T beta, T threshold)
    {
        if (typeof(T) == typeof(byte)) Compile.InliningPadding();
        var z = x * Lanes<T>.All(beta);
        return Lanes<T>.Select(Lanes<T>.Greater(z, Lanes<T>.All(threshold)), x, Softplus(z) / Lanes<T>.All(beta));
    }

    /// <summary>Its slope: sigma(beta x); 1 where beta x is above the threshold.</summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static Lanes<T> Slope(in Lanes<T> x, T beta, T threshold)
    {
        if (typeof(T) == typeof(byte)) Compile.InliningPadding();
        var z = x * Lanes<T>.All(beta);
        return Lanes<T>.Select(Lanes<T>.Greater(z, Lanes<T>.All(threshold)), Lanes<T>.All(T.One), Sigmoid(z));
    }

    /// <summary>log sigma(z).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> LogSigmoid(Lanes<T> z) => Lanes<T>.Zero - Softplus(-z);

    /// <summary>The product, 0 where the factor is 0 and x infinite; a NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Times(Lanes<T> factor, Lanes<T> x)
    {
        var infinite = Lanes<T>.Equal(x.Abs(), Lanes<T>.All(T.CreateTruncating(double.PositiveInfinity)));
        return Lanes<T>.Select(Lanes<T>.And(Lanes<T>.Equal(factor, Lanes<T>.Zero), infinite), Lanes<T>.Zero, factor * x);
    }

    /// <summary>sigma(-|z|).</summary>
    public readonly struct SmallFunction : IUnary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> z)
        {
            var e = Exp(z, out var rest, out var sum, out var lost, out var inverse);
            return Small(e, rest, sum, lost, inverse);
        }
    }

    private readonly struct SoftplusFunction : IUnary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> z)
        {
            Exp(z, out _, out var sum, out var lost, out var inverse);
            var tail = sum.LogNormal(lost * inverse, out var tailRest);
            var high = Lanes<T>.Max(z, Lanes<T>.Zero);
            var y = high + tail;
            var off = Lanes<T>.MinNumber(high, tail) - (y - Lanes<T>.MaxNumber(high, tail));
            return Lanes<T>.Select(Lanes<T>.Greater(Lanes<T>.All(T.CreateTruncating(100)), z), y + (off + tailRest), y); // beyond, z itself: infinity too
        }
    }
}
