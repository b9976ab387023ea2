using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>What the losses of a logit z and sigmoid, softplus and tanh share: sigma(-|z|) and log1p(exp(-|z|)), from one exponential and one division, with nothing cancelling.</summary>
/// <remarks>exp comes in two parts, so that each answer is rounded once. What is not asked for is not computed. sigma(|z|) is 1 - sigma(-|z|).</remarks>
internal readonly struct Logistic<T> where T : unmanaged, INumberBase<T>
{
    private readonly Lanes<T> rest, sum, lost, inverse;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Logistic(Lanes<T> z)
    {
        var one = Lanes<T>.All(T.One);
        Exponential = (-z.Abs()).ExpDown(out rest);
        sum = one + Exponential;
        lost = Exponential - (sum - one) + rest; // what roundings took from the sum
        inverse = one / sum;
    }

    private Lanes<T> Exponential { get; }

    /// <summary>exp(-|z|), sigma(-|z|) and softplus(-|z|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Of(Lanes<T> z, out Lanes<T> small, out Lanes<T> tail) => Vector512.IsHardwareAccelerated ? Parts(z, out small, out tail) : Call(z, out small, out tail);

    [MethodImpl(Compile.Alone)]
    private static Lanes<T> Call(Lanes<T> z, out Lanes<T> small, out Lanes<T> tail)
    {
        if (typeof(T) == typeof(byte)) Compile.Room();
        return Parts(z, out small, out tail);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Parts(Lanes<T> z, out Lanes<T> small, out Lanes<T> tail)
    {
        var logistic = new Logistic<T>(z);
        (small, tail) = (logistic.Small(), logistic.sum.LogNormal(logistic.lost * logistic.inverse, out _)); // what the roundings took goes back in, times the slope
        return logistic.Exponential;
    }

    /// <summary>sigma(-|z|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes<T> Small()
    {
        var y = Exponential * inverse;
        return Lanes<T>.Fma(Lanes<T>.Fma(-y, sum, Exponential) + (rest - y * lost), inverse, y);
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
        public Lanes<T> Apply(Lanes<T> z) => new Logistic<T>(z).Small();
    }

    private readonly struct SoftplusFunction : IUnary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> z)
        {
            var logistic = new Logistic<T>(z);
            var tail = logistic.sum.LogNormal(logistic.lost * logistic.inverse, out var tailRest);
            var high = Lanes<T>.Max(z, Lanes<T>.Zero);
            var y = high + tail;
            var lost = Lanes<T>.MinNumber(high, tail) - (y - Lanes<T>.MaxNumber(high, tail));
            return Lanes<T>.Select(Lanes<T>.Greater(Lanes<T>.All(T.CreateTruncating(100)), z), y + (lost + tailRest), y); // beyond, z itself: infinity too
        }
    }
}
