using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>The maximum of a contiguous row, where it stands, and whether the others are so near that none of their exponentials is below the normal numbers.</summary>
/// <param name="value">Where the row holds NaN, the maximum or NaN.</param>
/// <param name="at">The first place that holds it; -1 for NaN.</param>
/// <param name="isNear">Whether the shorter exponential will do; false is always right.</param>
internal readonly struct RowMax<T>(T value, int at, bool isNear) where T : unmanaged, INumber<T>
{
    public readonly T Value = value;
    public readonly int At = at;
    public readonly bool IsNear = isNear;

    public static RowMax<T> Of(ReadOnlySpan<T> x)
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        Range(ref from, x.Length, out var highest, out var lowest);
        var max = highest.Max();
        return new(max, Find(ref from, x.Length, max), max + (-lowest).Max() <= -Exponential.LeastNear<T>());
    }

    /// <summary>The largest and the smallest of the row, spread over lanes.</summary>
    private static void Range(ref T x, int length, out Lanes<T> highest, out Lanes<T> lowest)
    {
        var width = Lanes<T>.Count;
        // The last block may overlap the ones before it: a maximum does not mind.
        var a = length < width ? Lanes<T>.LoadPart(ref x, 0, length, x) : Lanes<T>.Load(ref x, length - width);
        var (b, c, d, low, least) = (a, a, a, a, a);
        nint i = 0;
        for (; i <= length - 4 * width; i += 4 * width)
        {
            var (first, second, third, fourth) = (Lanes<T>.Load(ref x, i), Lanes<T>.Load(ref x, i + width), Lanes<T>.Load(ref x, i + 2 * width), Lanes<T>.Load(ref x, i + 3 * width));
            (a, b, c, d) = (Lanes<T>.MaxNumber(a, first), Lanes<T>.MaxNumber(b, second), Lanes<T>.MaxNumber(c, third), Lanes<T>.MaxNumber(d, fourth));
            low = Lanes<T>.MinNumber(low, Lanes<T>.MinNumber(first, second));
            least = Lanes<T>.MinNumber(least, Lanes<T>.MinNumber(third, fourth));
        }
        for (; i <= length - width; i += width)
        {
            var block = Lanes<T>.Load(ref x, i);
            (a, low) = (Lanes<T>.MaxNumber(a, block), Lanes<T>.MinNumber(low, block));
        }
        highest = Lanes<T>.MaxNumber(Lanes<T>.MaxNumber(a, b), Lanes<T>.MaxNumber(c, d));
        lowest = Lanes<T>.MinNumber(low, least);
    }

    private static int Find(ref T x, int length, T max)
    {
        var (i, all) = (0, Lanes<T>.All(max));
        for (; i <= length - Lanes<T>.Count; i += Lanes<T>.Count)
        {
            var lanes = Lanes<T>.Equal(Lanes<T>.Load(ref x, i), all).Mask;
            if (lanes != 0) return i + BitOperations.TrailingZeroCount(lanes);
        }
        for (; i < length; i++)
            if (Unsafe.Add(ref x, i) == max)
                return i;
        return -1;
    }
}
