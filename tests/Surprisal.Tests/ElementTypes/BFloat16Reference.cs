namespace Surprisal.Tests.ElementTypes;

/// <summary>
/// Rounding by looking: all the magnitudes in a row, and the nearer of the two around a number; of equally near ones that with the even pattern.
/// </summary>
internal static class BFloat16Reference
{
    /// <summary>The magnitude of every pattern without a sign, by the definition of the format; the last is 2^128, from where on there is infinity.</summary>
    public static double[] Magnitudes { get; } =
        [.. Enumerable.Range(0, 0x7F81).Select(static bits => bits >> 7 == 0 ? Math.ScaleB(bits, -133) : Math.ScaleB(128 + (bits & 127), (bits >> 7) - 134))];

    public static ushort Nearest(double x)
    {
        var sign = double.IsNegative(x) ? 0x8000 : 0;
        var size = Math.Abs(x);
        var at = Array.BinarySearch(Magnitudes, size);
        if (at >= 0) return (ushort)(sign | at);
        if (~at == Magnitudes.Length) return (ushort)(sign | 0x7F80);
        // Exact: the neighbours differ by a factor of two at most, or the lower one is zero and the comparison is no tie.
        var (below, above) = (~at - 1, ~at);
        var order = (size - Magnitudes[below]).CompareTo(Magnitudes[above] - size);
        return (ushort)(sign | (order < 0 || (order == 0 && below % 2 == 0) ? below : above));
    }

    /// <summary>The nearest to a fraction, in whole numbers throughout.</summary>
    public static ushort Nearest(BigInteger numerator, BigInteger denominator)
    {
        var sign = numerator.Sign < 0 ? 0x8000 : 0;
        var size = BigInteger.Abs(numerator) << Places;
        var (below, above) = (0, 0x7F80);
        if (size >= Whole(above) * denominator) return (ushort)(sign | 0x7F80);
        while (above - below > 1)
        {
            var middle = (below + above) / 2;
            if (size >= Whole(middle) * denominator) below = middle;
            else above = middle;
        }
        var order = (size - Whole(below) * denominator).CompareTo(Whole(above) * denominator - size);
        return (ushort)(sign | (order < 0 || (order == 0 && below % 2 == 0) ? below : above));
    }

    private const int Places = 133;

    private static BigInteger Whole(int bits) => bits >> 7 == 0 ? bits : new BigInteger(128 + (bits & 127)) << (bits >> 7) - 1;
}
