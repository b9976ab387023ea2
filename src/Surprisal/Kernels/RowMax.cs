using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>The maximum of a contiguous row, and whether the others are so near that none of their exponentials is below the normal numbers.</summary>
/// <param name="value">Where the row holds NaN, the maximum or NaN.</param>
/// <param name="isNear">Whether the shorter exponential will do; false is always right.</param>
internal readonly struct RowMax<T>(T value, bool isNear) where T : unmanaged, INumber<T>
{
    public readonly T Value = value;
    public readonly bool IsNear = isNear;

    [MethodImpl(Compile.Alone)]
    public static RowMax<T> Of(ReadOnlySpan<T> x)
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        var (length, width) = (x.Length, Lanes<T>.Count);
        // The last block may overlap the ones before it: a maximum does not mind.
        var a = length < width ? Lanes<T>.LoadPart(ref from, 0, length, from) : Lanes<T>.Load(ref from, length - width);
        var (b, c, d, low, least) = (a, a, a, a, a);
        nint i = 0;
        for (; i <= length - 4 * width; i += 4 * width)
        {
            var (first, second, third, fourth) = (Lanes<T>.Load(ref from, i), Lanes<T>.Load(ref from, i + width), Lanes<T>.Load(ref from, i + 2 * width), Lanes<T>.Load(ref from, i + 3 * width));
            (a, b, c, d) = (Lanes<T>.MaxNumber(a, first), Lanes<T>.MaxNumber(b, second), Lanes<T>.MaxNumber(c, third), Lanes<T>.MaxNumber(d, fourth));
            low = Lanes<T>.MinNumber(low, Lanes<T>.MinNumber(first, second));
            least = Lanes<T>.MinNumber(least, Lanes<T>.MinNumber(third, fourth));
        }
        for (; i <= length - width; i += width)
        {
            var block = Lanes<T>.Load(ref from, i);
            (a, low) = (Lanes<T>.MaxNumber(a, block), Lanes<T>.MinNumber(low, block));
        }
        var max = Lanes<T>.MaxNumber(Lanes<T>.MaxNumber(a, b), Lanes<T>.MaxNumber(c, d)).MaxNumber();
        return new(max, Exponential.IsNear(Lanes<T>.All(max), Lanes<T>.MinNumber(low, least)));
    }
}
