using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// Max pooling of one row of windows, without padding and of finite elements: rows [Size, W] -> y [Ow] and their indices, by the maxima of
/// columns, which take lanes, and then of windows.
/// </summary>
/// <param name="maxima">A buffer of W elements.</param>
/// <param name="offsets">A buffer of W integers, each in the bits of a T.</param>
internal readonly ref struct MaxPooling<T>(Span<T> maxima, Span<T> offsets) where T : unmanaged, INumber<T>
{
    private readonly Span<T> maxima = maxima, offsets = offsets;

    /// <summary>
    /// Finds the first maximum of each column of rows of <paramref name="width"/>; false where an element is NaN or infinite.
    /// </summary>
    [MethodImpl(Compile.Separately)]
    public bool TryColumnMaxima(ReadOnlySpan<T> rows, int width)
    {
        ref var from = ref MemoryMarshal.GetReference(rows);
        ref var to = ref MemoryMarshal.GetReference(maxima);
        ref var toOffsets = ref MemoryMarshal.GetReference(offsets);
        var nanWhereNotFinite = Lanes<T>.Zero;
        for (var w = 0; w < width; w += Lanes<T>.Count)
        {
            var count = Math.Min(Lanes<T>.Count, width - w);
            var best = Lanes<T>.LoadPartial(ref from, w, count);
            var offset = Lanes<T>.Zero;
            nanWhereNotFinite += best - best;
            for (var start = width; start < rows.Length; start += width)
            {
                var value = Lanes<T>.LoadPartial(ref from, start + w, count);
                var better = Lanes<T>.Greater(value, best);
                best = Lanes<T>.Select(better, value, best);
                offset = Lanes<T>.Select(better, Lanes<T>.All(Bits(start)), offset);
                nanWhereNotFinite += value - value;
            }
            best.StorePartial(ref to, w, count);
            offset.StorePartial(ref toOffsets, w, count);
        }
        return nanWhereNotFinite.Sum() == 0;
    }

    /// <summary>Finds the maximum of the columns of each window, the first in row order of equals.</summary>
    [MethodImpl(Compile.Separately)]
    public void WindowMaxima(PoolingShape s, int row, Span<int> indices, Span<T> y)
    {
        ref var values = ref MemoryMarshal.GetReference(maxima);
        ref var from = ref MemoryMarshal.GetReference(offsets);
        var (first, size, stride) = (row * s.Stride * s.W, s.Size, s.Stride);
        y = y[..indices.Length];
        for (int ow = 0, column = 0; ow < indices.Length; ow++, column += stride)
        {
            var best = column;
            for (var w = column + 1; w < column + size; w++)
            {
                var (value, current) = (Unsafe.Add(ref values, w), Unsafe.Add(ref values, best));
                var earlier = Unsafe.BitCast<bool, byte>(OffsetAt(ref from, w) < OffsetAt(ref from, best));
                var better = Unsafe.BitCast<bool, byte>(value > current) | (Unsafe.BitCast<bool, byte>(value >= current) & earlier);
                best += (w - best) * better;
            }
            indices[ow] = first + best + OffsetAt(ref from, best);
            y[ow] = Unsafe.Add(ref values, best);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int OffsetAt(ref T offsets, int column) => Unsafe.SizeOf<T>() == sizeof(int)
        ? Unsafe.BitCast<T, int>(Unsafe.Add(ref offsets, column))
        : (int)Unsafe.BitCast<T, long>(Unsafe.Add(ref offsets, column));

    private static T Bits(int offset) =>
        Unsafe.SizeOf<T>() == sizeof(int) ? Unsafe.BitCast<int, T>(offset) : Unsafe.BitCast<long, T>(offset);
}
