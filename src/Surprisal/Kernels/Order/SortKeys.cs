namespace Surprisal.Kernels;

/// <summary>Numbers as unsigned integers in the same order: -0 equals 0, and all NaN are one, the largest.</summary>
internal static class SortKeys
{
    /// <summary>The keys of every stride-th number; with <paramref name="descending"/> in the opposite order.</summary>
    public static void Write<T>(ReadOnlySpan<T> x, int stride, bool descending, Span<ulong> keys) where T : unmanaged, INumber<T>
    {
        var flip = descending ? ulong.MaxValue : 0;
        for (var i = 0; i < keys.Length; i++) keys[i] = Of(x[i * stride]) ^ flip;
    }

    private static ulong Of<T>(T x) where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(ulong) || typeof(T) == typeof(nuint)) return ulong.CreateTruncating(x);
        if (T.IsInteger(T.One / (T.One + T.One))) return (ulong)long.CreateTruncating(x) ^ 1UL << 63; // a half is 0 for integers
        var number = double.CreateTruncating(x); // exact for every floating type
        if (double.IsNaN(number)) return ulong.MaxValue;
        var bits = BitConverter.DoubleToUInt64Bits(number == 0 ? 0 : number);
        return bits >> 63 == 0 ? bits | 1UL << 63 : ~bits;
    }
}
