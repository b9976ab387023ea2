namespace Surprisal.Kernels;

/// <summary>Functions of 16-bit numbers, piece by piece: widened to float, computed by the lanes' formulas, rounded once.</summary>
internal static class SixteenBitMap
{
    private const int Piece = 1024;

    /// <summary>y = f(x).</summary>
    public static void Map<T, TOp>(ReadOnlySpan<T> x, Span<T> y, TOp f) where T : unmanaged where TOp : struct, IUnary<float>
    {
        Span<float> room = stackalloc float[Piece];
        for (var start = 0; start < y.Length; start += Piece)
        {
            var part = room[..Math.Min(Piece, y.Length - start)];
            SixteenBit.Widen(x.Slice(start, part.Length), part);
            Elementwise.Map(part, part, f);
            SixteenBit.Narrow<float, T>(part, y.Slice(start, part.Length));
        }
    }

    /// <summary>z = f(x, y); one x or one y is for all.</summary>
    public static void Map<T, TOp>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z, TOp f) where T : unmanaged where TOp : struct, IBinary<float>
    {
        Span<float> left = stackalloc float[Piece], right = stackalloc float[Piece];
        for (var start = 0; start < z.Length; start += Piece)
        {
            var count = Math.Min(Piece, z.Length - start);
            Load(x, start, left[..count]);
            Load(y, start, right[..count]);
            Elementwise.Map(left[..count], right[..count], left[..count], f);
            SixteenBit.Narrow<float, T>(left[..count], z.Slice(start, count));
        }
    }

    private static void Load<T>(ReadOnlySpan<T> from, int start, Span<float> to) where T : unmanaged
    {
        if (from.Length == 1)
        {
            SixteenBit.Widen(from, to[..1]);
            to.Fill(to[0]);
        }
        else
        {
            SixteenBit.Widen(from.Slice(start, to.Length), to);
        }
    }
}
