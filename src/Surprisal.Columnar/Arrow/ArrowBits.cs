using System.Numerics;

namespace Surprisal.Columnar;

/// <summary>Bits as Arrow packs them, the lowest first.</summary>
internal static class ArrowBits
{
    /// <summary>The first of so many bits that is 0, counted from the first one; -1 where none is.</summary>
    public static long FirstZero(ReadOnlySpan<byte> bits, long first, long count)
    {
        for (long i = 0; i < count;)
        {
            var (at, shift) = ((int)((first + i) / 8), (int)((first + i) % 8));
            var zeros = ~bits[at] & 0xFF & 0xFF << shift;
            if (zeros != 0)
            {
                var place = i + BitOperations.TrailingZeroCount(zeros) - shift;
                return place < count ? place : -1;
            }
            i += 8 - shift;
        }
        return -1;
    }

    /// <summary>One byte a bit, 0 or 1.</summary>
    public static void Unpack(ReadOnlySpan<byte> bits, long first, Span<byte> into)
    {
        for (var i = 0; i < into.Length; i++) into[i] = (byte)(bits[(int)((first + i) / 8)] >> (int)((first + i) % 8) & 1);
    }
}
