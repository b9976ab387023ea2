using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>
/// sigma and softplus of a logit z, from one exponential and one division: e = exp(-|z|), sigma(-|z|) = e / (1 + e), softplus(-|z|) =
/// log1p(e).
/// </summary>
/// <remarks>
/// Nothing cancels in these; sigma(|z|) is 1 - sigma(-|z|). The errors of e and of 1 + e are carried along, so that each result is rounded
/// once. In float sigmoid is within 0.962 ulp, softplus and log-sigmoid within 1.245 for every argument (docs/accuracy.md, AccuracyTests).
/// </remarks>
internal static class Logistic<T> where T : unmanaged, INumberBase<T>
{
    /// <summary>Returns exp(-|z|), with sigma(-|z|) and softplus(-|z|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> AtNegativeAbs(Lanes<T> z, out Lanes<T> sigmaNeg, out Lanes<T> softplusNeg) => Vector512.IsHardwareAccelerated
        ? ComputeAtNegativeAbs(z, out sigmaNeg, out softplusNeg)
        : CallAtNegativeAbs(z, out sigmaNeg, out softplusNeg);

    [MethodImpl(Compile.Separately), SkipLocalsInit]
    private static Lanes<T> CallAtNegativeAbs(in Lanes<T> z, out Lanes<T> sigmaNeg, out Lanes<T> softplusNeg)
    {
        if (typeof(T) == typeof(byte)) Compile.InliningPadding();
        return ComputeAtNegativeAbs(z, out sigmaNeg, out softplusNeg);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> ComputeAtNegativeAbs(Lanes<T> z, out Lanes<T> sigmaNeg, out Lanes<T> softplusNeg)
    {
        var e = ExpNegativeAbs(z, out var eError, out var sum, out var sumError, out var inverse);
        sigmaNeg = SigmaNeg(e, eError, sum, sumError, inverse);
        softplusNeg = sum.LogOfNormal(sumError * inverse, out _); // the errors, to first order: times the derivative
        return e;
    }

    /// <summary>
    /// Returns e = exp(-|z|), with its rounding error, the sum 1 + e, the error of that, which includes e's, and the inverse of the sum.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> ExpNegativeAbs(Lanes<T> z, out Lanes<T> eError, out Lanes<T> sum, out Lanes<T> sumError, out Lanes<T> inverse)
    {
        var one = Lanes<T>.All(T.One);
        var e = (-z.Abs()).ExpNonPositive(out eError);
        sum = one + e;
        sumError = e - (sum - one) + eError;
        inverse = one / sum;
        return e;
    }

    /// <summary>e / (1 + e), rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> SigmaNeg(Lanes<T> e, Lanes<T> eError, Lanes<T> sum, Lanes<T> sumError, Lanes<T> inverse)
    {
        var y = e * inverse;
        return Lanes<T>.Fma(Lanes<T>.Fma(-y, sum, e) + (eError - y * sumError), inverse, y);
    }

    /// <summary>sigma(z) = 1 / (1 + exp(-z)), accurate in both tails.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Sigmoid(Lanes<T> z)
    {
        var sigmaNeg = Lanes<T>.Apply<SigmaNegFunction>(z);
        return Lanes<T>.Select(Lanes<T>.Greater(Lanes<T>.Zero, z), sigmaNeg, Lanes<T>.All(T.One) - sigmaNeg);
    }

    /// <summary>log(1 + exp(z)), which never overflows: max(z, 0) + log1p(exp(-|z|)), rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Softplus(Lanes<T> z) => Lanes<T>.Apply<SoftplusFunction>(z);

    /// <summary>softplus(beta x) / beta; x itself where beta x is above the threshold.</summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static Lanes<T> Softplus(in Lanes<T> x, T beta, T threshold)
    {
        if (typeof(T) == typeof(byte)) Compile.InliningPadding();
        var z = x * Lanes<T>.All(beta);
        return Lanes<T>.Select(Lanes<T>.Greater(z, Lanes<T>.All(threshold)), x, Softplus(z) / Lanes<T>.All(beta));
    }

    /// <summary>The derivative of softplus(beta x) / beta: sigma(beta x); 1 where beta x is above the threshold.</summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static Lanes<T> SoftplusDerivative(in Lanes<T> x, T beta, T threshold)
    {
        if (typeof(T) == typeof(byte)) Compile.InliningPadding();
        var z = x * Lanes<T>.All(beta);
        return Lanes<T>.Select(Lanes<T>.Greater(z, Lanes<T>.All(threshold)), Lanes<T>.All(T.One), Sigmoid(z));
    }

    /// <summary>log sigma(z) = -softplus(-z).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> LogSigmoid(Lanes<T> z) => Lanes<T>.Zero - Softplus(-z);

    /// <summary>factor x with 0 times infinity 0; a NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> ZeroSafeProduct(Lanes<T> factor, Lanes<T> x)
    {
        var infinite = Lanes<T>.Equal(x.Abs(), Lanes<T>.All(T.CreateTruncating(double.PositiveInfinity)));
        return Lanes<T>.Select(Lanes<T>.And(Lanes<T>.Equal(factor, Lanes<T>.Zero), infinite), Lanes<T>.Zero, factor * x);
    }

    /// <summary>sigma(-|z|).</summary>
    public readonly struct SigmaNegFunction : IUnary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> z)
        {
            var e = ExpNegativeAbs(z, out var eError, out var sum, out var sumError, out var inverse);
            return SigmaNeg(e, eError, sum, sumError, inverse);
        }
    }

    private readonly struct SoftplusFunction : IUnary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> z)
        {
            ExpNegativeAbs(z, out _, out var sum, out var sumError, out var inverse);
            var softplusNeg = sum.LogOfNormal(sumError * inverse, out var softplusNegError);
            var relu = Lanes<T>.Max(z, Lanes<T>.Zero);
            var y = relu + softplusNeg;
            var error = Lanes<T>.MinNative(relu, softplusNeg) - (y - Lanes<T>.MaxNative(relu, softplusNeg));
            // beyond 100 the result is z, infinity too, whose error is NaN
            return Lanes<T>.Select(Lanes<T>.Greater(Lanes<T>.All(T.CreateTruncating(100)), z), y + (error + softplusNegError), y);
        }
    }
}
