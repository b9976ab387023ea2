using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Surprisal.Kernels;

/// <summary>
/// Max pooling of one row of windows, without padding and of finite elements: rows [Size, W] -> y [Ow] and their indices, by the maxima of
/// columns, which take lanes, and then of windows.
/// </summary>
/// <param name="maxima">A buffer of <see cref="BufferLength"/> elements.</param>
/// <param name="offsets">A buffer of as many integers, each in the bits of a T.</param>
internal readonly ref struct MaxPooling<T>(Span<T> maxima, Span<T> offsets) where T : unmanaged, INumber<T>
{
    private readonly Span<T> maxima = maxima, offsets = offsets;

    /// <summary>The columns, with those that whole pairs of lane blocks touch behind the last.</summary>
    public static int BufferLength(int width) => width + 2 * Lanes<T>.Count;

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
            var best = LoadInside(ref from, w, rows.Length);
            var offset = Lanes<T>.Zero;
            nanWhereNotFinite += best - best;
            for (var start = width; start < rows.Length; start += width)
            {
                var value = LoadInside(ref from, start + w, rows.Length);
                var better = Lanes<T>.Greater(value, best);
                best = Lanes<T>.Select(better, value, best);
                offset = Lanes<T>.Select(better, Lanes<T>.All(Bits(start)), offset);
                nanWhereNotFinite += value - value;
            }
            best.Store(ref to, w);
            offset.Store(ref toOffsets, w);
        }
        return nanWhereNotFinite.Sum() == 0;
    }

    /// <summary>Loads a block; behind the end of a row come elements of the next, and behind the last zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> LoadInside(ref T rows, int start, int length) => start + Lanes<T>.Count <= length
        ? Lanes<T>.Load(ref rows, start)
        : Lanes<T>.LoadPartial(ref rows, start, length - start);

    /// <summary>Finds the maximum of the columns of each window, the first in row order of equals.</summary>
    public void WindowMaxima(PoolingShape s, int row, Span<int> indices, Span<T> y)
    {
        if (typeof(T) == typeof(float) && s is { Size: 2, Stride: 2 } && Avx512F.IsSupported)
            PairMaxima(row * s.Stride * s.W, indices, MemoryMarshal.Cast<T, float>(y));
        else AnyWindowMaxima(s, row, indices, y);
    }

    /// <summary>The same for windows of two columns, a lane each.</summary>
    [MethodImpl(Compile.Separately)]
    private void PairMaxima(int first, Span<int> indices, Span<float> y)
    {
        ref var values = ref Unsafe.As<T, float>(ref MemoryMarshal.GetReference(maxima));
        ref var from = ref Unsafe.As<T, float>(ref MemoryMarshal.GetReference(offsets));
        ref var toIndices = ref Unsafe.As<int, float>(ref MemoryMarshal.GetReference(indices));
        ref var to = ref MemoryMarshal.GetReference(y);
        for (var ow = 0; ow < indices.Length; ow += Lanes<float>.Count)
        {
            var count = Math.Min(Lanes<float>.Count, indices.Length - ow);
            Lanes<float>.LoadPairs(ref values, 2 * ow, out var even, out var odd);
            Lanes<float>.LoadPairs(ref from, 2 * ow, out var evenOffset, out var oddOffset);
            var (offset, other) = (evenOffset.Value.AsInt32(), oddOffset.Value.AsInt32());
            var better = (Vector512.GreaterThan(odd.Value, even.Value) |
                (Vector512.Equals(odd.Value, even.Value) & Vector512.LessThan(other, offset).AsSingle())).AsInt32();
            var index = Vector512.ConditionalSelect(better, other, offset) - better +
                2 * Vector512<int>.Indices + Vector512.Create(first + 2 * ow);
            new Lanes<float>(index.AsSingle()).StorePartial(ref toIndices, ow, count);
            Lanes<float>.Select(new Lanes<float>(better.AsSingle()), odd, even).StorePartial(ref to, ow, count);
        }
    }

    [MethodImpl(Compile.Separately)]
    private void AnyWindowMaxima(PoolingShape s, int row, Span<int> indices, Span<T> y)
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
