using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>
/// Packs a matrix for <see cref="MatrixMultiply"/> into micro-panels: source [length, k] of any strides -> panels [length / width, kc,
/// width].
/// </summary>
/// <remarks>
/// In a panel everything that one step of the micro-kernel reads lies side by side. One pass, with prefetches where the hardware sees no
/// pattern.
/// </remarks>
internal static unsafe class Panels
{
    /// <summary>How many steps ahead a cache line is prefetched where the steps are far apart.</summary>
    private const int PrefetchDistance = 8;

    /// <summary>Packs micro-panel <paramref name="index"/>: packed[p, j] = source[j, p]; undefined for j behind the end.</summary>
    /// <param name="source">The first element.</param>
    /// <param name="stride">From one row of A, or column of B, to the next.</param>
    /// <param name="kStride">From one product to the next.</param>
    /// <param name="length">The rows of A, or columns of B.</param>
    /// <param name="width">The rows, or columns, of a micro-panel: MR or NR.</param>
    /// <param name="index">Which micro-panel.</param>
    /// <param name="kc">The products.</param>
    /// <param name="packed">The first micro-panel's place.</param>
    public static void Pack<T>(T* source, nint stride, nint kStride, int length, int width, int index, int kc, T* packed)
        where T : unmanaged
    {
        var first = index * width;
        var used = Math.Min(width, length - first);
        source += first * stride;
        packed += (nint)first * kc;
        if (stride == 1)
        {
            Copy(source, kStride, used, width, kc, packed);
            return;
        }
        if (used < width) new Span<T>(packed, width * kc).Clear();
        Transpose(source, stride, kStride, used, width, kc, packed);
    }

    /// <summary>Packs where each step's elements are contiguous.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Copy<T>(T* source, nint kStride, int used, int width, int kc, T* packed) where T : unmanaged
    {
        var inside = used == width ? kc : (int)Math.Clamp(kc - 1 - (width - used + kStride - 1) / kStride, 0, kc);
        var p = 0;
        // whole blocks while these lie inside the matrix: what lands behind the used columns makes sums that nobody stores
        if (width % Lanes<T>.Count == 0)
            for (; p < inside; p++, packed += width, source += kStride)
                for (var j = 0; j < width; j += Lanes<T>.Count)
                {
                    Lanes<T>.Prefetch(source + PrefetchDistance * kStride + j);
                    Lanes<T>.Load(ref *source, j).Store(ref *packed, j);
                }
        else if (width == MicroKernel.MR)
            for (; p < inside; p++, packed += width, source += kStride)
            {
                Lanes<T>.Prefetch(source + PrefetchDistance * kStride);
                Unsafe.CopyBlockUnaligned(packed, source, (uint)(MicroKernel.MR * sizeof(T)));
            }
        for (; p < kc; p++, packed += width, source += kStride)
        {
            for (var j = 0; j < used; j++) packed[j] = source[j];
            new Span<T>(packed + used, width - used).Clear();
        }
    }

    /// <summary>
    /// Packs any other layout, a cache line of each row or column at a time, so that long strides do not evict lines that are still needed.
    /// </summary>
    [MethodImpl(Compile.Separately)]
    private static void Transpose<T>(T* source, nint stride, nint kStride, int used, int width, int kc, T* packed) where T : unmanaged
    {
        var isContiguous = kStride == 1 && (typeof(T) == typeof(float) || typeof(T) == typeof(double));
        var byBlocks = isContiguous ? used & -Lanes<T>.Count : 0; // rows or columns that are transposed together
        var bySquares = isContiguous ? used & -Lanes<T>.Quarter : 0;
        for (var p = 0; p < kc; p += Lanes<T>.Count)
        {
            var end = Math.Min(kc, p + Lanes<T>.Count);
            var squaresEnd = isContiguous ? p + ((end - p) & -Lanes<T>.Quarter) : p;
            for (var j = 0; j < bySquares; j++) Lanes<T>.Prefetch(source + j * stride + p + 2 * Lanes<T>.Count);
            for (var j = 0; j < byBlocks; j += Lanes<T>.Count)
            for (var q = p; q < squaresEnd; q += Lanes<T>.Quarter)
                Lanes<T>.TransposeToColumns(ref source[j * stride + q], stride, ref packed[(nint)q * width + j], width);
            for (var j = byBlocks; j < bySquares; j += Lanes<T>.Quarter)
            for (var q = p; q < squaresEnd; q += Lanes<T>.Quarter)
                Lanes<T>.TransposeQuarter(ref source[j * stride + q], stride, ref packed[(nint)q * width + j], width);
            for (var j = 0; j < used; j++)
            {
                var begin = j < bySquares ? squaresEnd : p;
                var from = source + j * stride + begin * kStride;
                var to = packed + (nint)begin * width + j;
                for (var q = begin; q < end; q++, from += kStride, to += width) *to = *from;
            }
        }
    }
}
