using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>The largest of each column of a few rows of an image, the first of equals, and where it lies: half of the work of max pooling, in lanes.</summary>
/// <param name="largest">Room for a row.</param>
/// <param name="places">Room for a row of integers, each in the bits of a T.</param>
internal readonly ref struct MaxPooling<T>(Span<T> largest, Span<T> places) where T : unmanaged, INumber<T>
{
    private readonly Span<T> largest = largest, places = places;

    /// <summary>Fills both from rows of <paramref name="width"/>; false where a number is NaN.</summary>
    [MethodImpl(Compile.Separately)]
    public bool TryFind(ReadOnlySpan<T> rows, int width)
    {
        ref var from = ref MemoryMarshal.GetReference(rows);
        ref var to = ref MemoryMarshal.GetReference(largest);
        ref var toPlaces = ref MemoryMarshal.GetReference(places);
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
            best.StorePart(ref to, w, count);
            place.StorePart(ref toPlaces, w, count);
        }
        return invalid.Sum() == 0;
    }

    /// <summary>The largest of the columns of each window, and of equals the first in the order of rows.</summary>
    [MethodImpl(Compile.Separately)]
    public void Choose(PoolingShape s, int row, Span<int> positions, Span<T> y)
    {
        ref var values = ref MemoryMarshal.GetReference(largest);
        ref var from = ref MemoryMarshal.GetReference(places);
        var (first, size, stride) = (row * s.Stride * s.W, s.Size, s.Stride);
        y = y[..positions.Length];
        for (int ow = 0, column = 0; ow < positions.Length; ow++, column += stride)
        {
            var best = column;
            for (var w = column + 1; w < column + size; w++)
            {
                var (value, current) = (Unsafe.Add(ref values, w), Unsafe.Add(ref values, best));
                var earlier = Unsafe.BitCast<bool, byte>(Place(ref from, w) < Place(ref from, best));
                var better = Unsafe.BitCast<bool, byte>(value > current) | (Unsafe.BitCast<bool, byte>(value >= current) & earlier);
                best += (w - best) * better;
            }
            positions[ow] = first + best + Place(ref from, best);
            y[ow] = Unsafe.Add(ref values, best);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Place(ref T places, int column) => Unsafe.SizeOf<T>() == sizeof(int)
        ? Unsafe.BitCast<T, int>(Unsafe.Add(ref places, column))
        : (int)Unsafe.BitCast<T, long>(Unsafe.Add(ref places, column));

    private static T Bits(int place) => Unsafe.SizeOf<T>() == sizeof(int) ? Unsafe.BitCast<int, T>(place) : Unsafe.BitCast<long, T>(place);
}
