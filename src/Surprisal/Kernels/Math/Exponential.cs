using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>exp in lanes: x = n ln 2 + r with |r| at most ln 2 / 2, then 2^n (1 + r + r^2 p(r)) with the minimax polynomial p.</summary>
/// <remarks>exp(0) is 1 exactly, exp(-infinity) is 0, results below the normal range are denormal, NaN stays NaN.</remarks>
internal static partial class Exponential
{
    /// <summary>The least argument of <see cref="ExpNoUnderflow(Vector512{float})"/>: its exponential is safely a normal number.</summary>
    public const double MinNormalFloat = -87, MinNormalDouble = -708;

    /// <summary>
    /// exp(x), within 0.892 ulp for every one of the 2^32 floats: docs/accuracy.md has the sweep, AccuracyTests holds the figure.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        var y = ExpOfReduced(x, out _, out var n);
        n -= Vector512.Create(RoundFloat).AsInt32();
        var half = n >> 1; // two factors: 2^n itself may be denormal or infinite where the product is not
        y = y * PowerOfTwo(half) * PowerOfTwo(n - half);
        y = Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(88.72284f)), Vector512.Create(float.PositiveInfinity), y);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-103.97208f)), Vector512<float>.Zero, y);
    }

    /// <summary>exp(x), within 2 ulp of <see cref="Math.Exp"/> at the 400 000 points of ExponentialTests.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Exp(Vector512<double> x)
    {
        var y = ExpOfReduced(x, out _, out var n);
        n -= Vector512.Create(RoundDouble).AsInt64();
        var half = n >> 1;
        y = y * PowerOfTwo(half) * PowerOfTwo(n - half);
        y = Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(709.782712893384)),
            Vector512.Create(double.PositiveInfinity), y);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-745.1332191019412)), Vector512<double>.Zero, y);
    }

    /// <summary>exp(x + addend), rounded once, for x from -800 to 800 and a small addend.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Exp(Vector512<double> x, Vector512<double> addend)
    {
        var one = Vector512.Create(1.0);
        var r = ReduceArgument(x, out var rError, out var n);
        var slope = Vector512.FusedMultiplyAdd(Polynomial(r), r, one);
        var y = Vector512.FusedMultiplyAdd(slope, r, one);
        y += Vector512.FusedMultiplyAdd(y, rError + addend, Vector512.FusedMultiplyAdd(slope, r, one - y));
        n -= Vector512.Create(RoundDouble).AsInt64();
        var half = n >> 1;
        return y * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    /// <summary>
    /// exp(x) for x at most 0: the bits of <see cref="Exp(Vector512{float})"/>, without its test for overflow; NaN stays NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ExpNonPositive(Vector512<float> x)
    {
        // exp(-104) rounds to 0; the second operand's NaN is kept
        var y = ExpOfReduced(Vector512.MaxNative(Vector512.Create(-104f), x), out _, out var n);
        n -= Vector512.Create(RoundFloat).AsInt32();
        var half = n >> 1;
        return y * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    /// <inheritdoc cref="ExpNonPositive(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ExpNonPositive(Vector512<double> x)
    {
        var y = ExpOfReduced(Vector512.MaxNative(Vector512.Create(-746.0), x), out _, out var n);
        n -= Vector512.Create(RoundDouble).AsInt64();
        var half = n >> 1;
        return y * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    /// <summary>exp(x) for x at most 0, and the error of the last rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ExpNonPositive(Vector512<float> x, out Vector512<float> error)
    {
        var y = ExpOfReduced(Vector512.MaxNative(Vector512.Create(-104f), x), out error, out var n);
        n -= Vector512.Create(RoundFloat).AsInt32();
        var half = n >> 1;
        error = error * PowerOfTwo(half) * PowerOfTwo(n - half);
        return y * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    /// <inheritdoc cref="ExpNonPositive(Vector512{float}, out Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ExpNonPositive(Vector512<double> x, out Vector512<double> error)
    {
        var y = ExpOfReduced(Vector512.MaxNative(Vector512.Create(-746.0), x), out error, out var n);
        n -= Vector512.Create(RoundDouble).AsInt64();
        var half = n >> 1;
        error = error * PowerOfTwo(half) * PowerOfTwo(n - half);
        return y * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    /// <summary>
    /// exp(x) for x from <see cref="MinNormalFloat"/> or <see cref="MinNormalDouble"/> to 0, where the result is a normal number: the bits
    /// of <see cref="Exp(Vector512{float})"/> for half the work. Undefined for NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ExpNoUnderflow(Vector512<float> x)
    {
        var y = ExpOfReduced(x, out _, out var n);
        return (y.AsInt32() + (n << 23)).AsSingle(); // y is near 1: n goes straight into its exponent
    }

    /// <inheritdoc cref="ExpNoUnderflow(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ExpNoUnderflow(Vector512<double> x)
    {
        var y = ExpOfReduced(x, out _, out var n);
        return (y.AsInt64() + (n << 52)).AsDouble();
    }

    /// <summary>
    /// Whether <see cref="ExpNoUnderflow(Vector512{float})"/> may be used for every x - max with x from <paramref name="low"/> to max, in
    /// all lanes; not where either is infinite or NaN. A NaN elsewhere, which a search for the maximum may pass over, is kept by
    /// <see cref="ShiftedExp{T}"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool NoneUnderflows<T>(Lanes<T> max, Lanes<T> low) where T : unmanaged, INumberBase<T> =>
        Lanes<T>.Greater(low, max + Lanes<T>.All(MinNormal<T>())).HasAll;

    /// <summary>
    /// Whether <see cref="ExpNoUnderflow(Vector512{float})"/> may be used for every x - max with x from <paramref name="low"/> to max.
    /// </summary>
    public static bool NoneUnderflows<T>(T max, T low) where T : INumber<T> => low > max + MinNormal<T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T MinNormal<T>() where T : INumberBase<T> =>
        T.CreateTruncating(typeof(T) == typeof(float) ? MinNormalFloat : MinNormalDouble);
}
