using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>The largest of each column of a few rows of an image, the first of equals, and where it lies: half of the work of max pooling, in lanes.</summary>
/// <param name="largest">Room for a row.</param>
/// <param name="places">Room for a row of integers, each in the bits of a T.</param>
internal readonly ref struct ColumnMaxima<T>(Span<T> largest, Span<T> places) where T : unmanaged, INumber<T>
{
    private readonly Span<T> largest = largest, places = places;

    /// <summary>Fills both from rows of <paramref name="width"/>; false where a number is NaN.</summary>
    public bool TryFind(ReadOnlySpan<T> rows, int width)
    {
        ref var from = ref MemoryMarshal.GetReference(rows);
        var invalid = Lanes<T>.Zero;
        for (var w = 0; w < width; w += Lanes<T>.Count)
        {
            var count = Math.Min(Lanes<T>.Count, width - w);
            var best = Lanes<T>.LoadPart(ref from, w, count);
            var place = Lanes<T>.Zero;
            invalid += best - best;
            for (var start = width; start < rows.Length; start += width)
            {
                var value = Lanes<T>.LoadPart(ref from, start + w, count);
                var better = Lanes<T>.Greater(value, best);
                best = Lanes<T>.Select(better, value, best);
                place = Lanes<T>.Select(better, Lanes<T>.All(Bits(start)), place);
                invalid += value - value;
            }
            best.StorePart(ref MemoryMarshal.GetReference(largest), w, count);
            place.StorePart(ref MemoryMarshal.GetReference(places), w, count);
        }
        return invalid.Sum() == 0;
    }

    /// <summary>The largest of the columns of each window, and of equals the first in the order of rows.</summary>
    public void Choose(PoolingShape s, int row, ReadOnlySpan<T> image, Span<int> positions, Span<T> y)
    {
        var first = row * s.Stride * s.W;
        for (int ow = 0, column = 0; ow < positions.Length; ow++, column += s.Stride)
        {
            var best = first + column + Place(column);
            for (var w = column + 1; w < column + s.Size; w++)
            {
                var (value, at, current) = (largest[w], first + w + Place(w), image[best]);
                var better = Unsafe.BitCast<bool, byte>(value > current) | (Unsafe.BitCast<bool, byte>(value >= current) & Unsafe.BitCast<bool, byte>(at < best));
                best += (at - best) * better;
            }
            positions[ow] = best;
            y[ow] = image[best];
        }
    }

    private int Place(int column) => Unsafe.SizeOf<T>() == sizeof(int) ? Unsafe.BitCast<T, int>(places[column]) : (int)Unsafe.BitCast<T, long>(places[column]);

    private static T Bits(int place) => Unsafe.SizeOf<T>() == sizeof(int) ? Unsafe.BitCast<int, T>(place) : Unsafe.BitCast<long, T>(place);
}
