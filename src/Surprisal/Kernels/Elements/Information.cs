using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>
/// Cross-entropy, entropy and Kullback-Leibler divergence of distributions in nats: p [n], q [n] -> the sum of -p ln q, with q = p the
/// entropy, or of p ln(p / q).
/// </summary>
/// <remarks>
/// Elements are converted to double first, so that the sum is rounded once. The logarithm of the quotient, not the difference of two
/// logarithms, makes p = q exactly 0. An outcome with p = 0 adds 0 whatever q is, but NaN stays NaN. One pass.
/// </remarks>
internal static class Information
{
    private const int Chunk = 256; // so that rounding does not grow with a large vocabulary

    /// <summary>The sum of f(p, q) over all outcomes, by a fixed tree: eight lanes over each chunk of 256.</summary>
    public static double Sum<T, TOp>(ReadOnlySpan<T> p, ReadOnlySpan<T> q, TOp f)
        where T : unmanaged, INumberBase<T>
        where TOp : struct, IBinary<double>
    {
        ref var left = ref MemoryMarshal.GetReference(p);
        ref var right = ref MemoryMarshal.GetReference(q);
        var total = 0.0;
        for (var start = 0; start < p.Length; start += Chunk)
        {
            var sum = Lanes<double>.Zero;
            var end = Math.Min(p.Length, start + Chunk);
            for (var i = start; i < end; i += Lanes<double>.Count)
            {
                var count = Math.Min(Lanes<double>.Count, end - i);
                sum += f.Apply(LoadFromDouble(ref left, i, count), LoadFromDouble(ref right, i, count));
            }
            total += sum.Sum();
        }
        return total;
    }

    /// <summary>
    /// Loads <paramref name="count"/> elements from <paramref name="index"/> on as doubles; the lanes behind them are 0, which adds
    /// nothing.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<double> LoadFromDouble<T>(ref T from, nint index, int count) where T : unmanaged, INumberBase<T>
    {
        if (typeof(T) == typeof(double)) return Lanes<double>.LoadPartial(ref Unsafe.As<T, double>(ref from), index, count);
        if (typeof(T) == typeof(float) && count == Lanes<double>.Count)
            return new(Vector512.WidenLower(Vector256.LoadUnsafe(ref Unsafe.As<T, float>(ref from), (nuint)index).ToVector512Unsafe()));
        var block = Vector512<double>.Zero;
        ref var lane = ref Unsafe.As<Vector512<double>, double>(ref block);
        for (var i = 0; i < count; i++) Unsafe.Add(ref lane, i) = double.CreateTruncating(Unsafe.Add(ref from, index + i));
        return new(block);
    }

    /// <summary>-p ln q.</summary>
    public readonly struct CrossEntropy : IBinary<double>
    {
        public Lanes<double> Apply(Lanes<double> p, Lanes<double> q) => ZeroWhereZero(p, q, p * (Lanes<double>.Zero - q.Log()));
    }

    /// <summary>p ln(p / q).</summary>
    public readonly struct KlDivergence : IBinary<double>
    {
        public Lanes<double> Apply(Lanes<double> p, Lanes<double> q) => ZeroWhereZero(p, q, p * LogRatio(p, q));
    }

    /// <summary>The derivative of -p ln q in p: -ln q; 0 where both are 0, an outcome that nobody expects.</summary>
    public readonly struct CrossEntropyInP<T> : IBinary<T> where T : unmanaged, INumberBase<T>
    {
        public Lanes<T> Apply(Lanes<T> p, Lanes<T> q) => ZeroWhereZero(p + q, q, Lanes<T>.Zero - q.Log());
    }

    /// <summary>The derivative of p ln(p / q) in p: ln(p / q) + 1; 0 where both are 0.</summary>
    public readonly struct KlDivergenceInP<T> : IBinary<T> where T : unmanaged, INumberBase<T>
    {
        public Lanes<T> Apply(Lanes<T> p, Lanes<T> q) => ZeroWhereZero(p + q, q, LogRatio(p, q) + Lanes<T>.All(T.One));
    }

    /// <summary>The derivative of both in q: -p / q; 0 where p is 0.</summary>
    public readonly struct InQ<T> : IBinary<T> where T : unmanaged, INumberBase<T>
    {
        public Lanes<T> Apply(Lanes<T> p, Lanes<T> q) => ZeroWhereZero(p, q, Lanes<T>.Zero - p / q);
    }

    /// <summary>The term, but where x is 0 instead 0 q, which is 0 or NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> ZeroWhereZero<T>(Lanes<T> x, Lanes<T> q, Lanes<T> term) where T : unmanaged =>
        Lanes<T>.Select(Lanes<T>.Equal(x, Lanes<T>.Zero), Lanes<T>.Zero * q, term);

    /// <summary>ln(p / q); a denormal q is scaled by 2^64, so that the quotient stays finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> LogRatio<T>(Lanes<T> p, Lanes<T> q) where T : unmanaged, INumberBase<T>
    {
        var isDenormal = Lanes<T>.Greater(
            Lanes<T>.All(T.CreateTruncating(typeof(T) == typeof(float) ? 1.17549435e-38 : 2.2250738585072014e-308)), q);
        var scaled = Lanes<T>.Select(isDenormal, q * Lanes<T>.All(T.CreateTruncating(18446744073709551616.0)), q);
        // 64 ln 2
        return (p / scaled).Log() + Lanes<T>.Select(isDenormal, Lanes<T>.All(T.CreateTruncating(44.3614195558364998)), Lanes<T>.Zero);
    }
}
