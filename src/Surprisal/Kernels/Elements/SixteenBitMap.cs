namespace Surprisal.Kernels;

/// <summary>
/// Elementwise maps of Half and BFloat16: x [n] -> y [n], converted to float, computed, and rounded once, a piece at a time.
/// </summary>
internal static class SixteenBitMap
{
    /// <summary>The elements of a piece: its operands as floats stay in L1.</summary>
    private const int Piece = 1024;

    /// <summary>y = f(x).</summary>
    public static void Map<T, TOp>(ReadOnlySpan<T> x, Span<T> y, TOp f) where T : unmanaged where TOp : struct, IUnary<float>
    {
        Span<float> buffer = stackalloc float[Piece];
        for (var start = 0; start < y.Length; start += Piece)
        {
            var piece = buffer[..Math.Min(Piece, y.Length - start)];
            SixteenBit.Widen(x.Slice(start, piece.Length), piece);
            Elementwise.Map(piece, piece, f);
            SixteenBit.Narrow<float, T>(piece, y.Slice(start, piece.Length));
        }
    }

    /// <summary>z = f(x, y); a single x or y is for all.</summary>
    public static void Map<T, TOp>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z, TOp f)
        where T : unmanaged
        where TOp : struct, IBinary<float>
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

    /// <summary>Compares each x with its y; a single x or y is for all.</summary>
    public static void Compare<T, TOp>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<byte> to, TOp f)
        where T : unmanaged
        where TOp : struct, IComparison
    {
        Span<float> left = stackalloc float[Piece], right = stackalloc float[Piece];
        for (var start = 0; start < to.Length; start += Piece)
        {
            var count = Math.Min(Piece, to.Length - start);
            Load(x, start, left[..count]);
            Load(y, start, right[..count]);
            Comparison.Map(left[..count], right[..count], to.Slice(start, count), f);
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
