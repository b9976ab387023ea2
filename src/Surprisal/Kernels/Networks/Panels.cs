using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>Packs parts of a matrix for <see cref="MatrixMultiply"/>: strips, in which everything that one step of a sum needs lies side by side.</summary>
internal static unsafe class Panels
{
    /// <summary>How many steps ahead a line of the cache is asked for where they are far apart, which the hardware does not guess.</summary>
    private const int Ahead = 8;

    /// <summary>Strip <paramref name="index"/> of a matrix of <paramref name="total"/> columns: packed[p, j] = from[j across + p along]; anything behind the matrix's end.</summary>
    public static void Pack<T>(T* from, nint across, nint along, int total, int strip, int index, int height, T* packed) where T : unmanaged
    {
        var first = index * strip;
        var used = Math.Min(strip, total - first);
        from += first * across;
        packed += (nint)first * height;
        if (across == 1)
        {
            Copy(from, along, used, strip, height, packed);
            return;
        }
        if (used < strip) new Span<T>(packed, strip * height).Clear();
        Turn(from, across, along, used, strip, height, packed);
    }

    [MethodImpl(Compile.Separately)]
    private static void Copy<T>(T* from, nint along, int used, int strip, int height, T* packed) where T : unmanaged
    {
        var inside = used == strip ? height : (int)Math.Clamp(height - 1 - (strip - used + along - 1) / along, 0, height);
        var p = 0;
        if (strip % Lanes<T>.Count == 0) // whole lanes while these lie inside the matrix: what lands behind the used columns makes sums that nobody stores
            for (; p < inside; p++, packed += strip, from += along)
                for (var j = 0; j < strip; j += Lanes<T>.Count)
                {
                    Lanes<T>.Prefetch(from + Ahead * along + j);
                    Lanes<T>.Load(ref *from, j).Store(ref *packed, j);
                }
        else if (strip == MicroKernel.Rows)
            for (; p < inside; p++, packed += strip, from += along)
            {
                Lanes<T>.Prefetch(from + Ahead * along);
                Unsafe.CopyBlockUnaligned(packed, from, (uint)(MicroKernel.Rows * sizeof(T)));
            }
        for (; p < height; p++, packed += strip, from += along)
        {
            for (var j = 0; j < used; j++) packed[j] = from[j];
            new Span<T>(packed + used, strip - used).Clear();
        }
    }

    /// <summary>A line of the cache of each row or column at a time, so that long strides do not evict what is still needed.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Turn<T>(T* from, nint across, nint along, int used, int strip, int height, T* packed) where T : unmanaged
    {
        var turned = typeof(T) == typeof(float) && along == 1 ? used & -4 : 0;
        for (var p = 0; p < height; p += Lanes<T>.Count)
        {
            var end = Math.Min(height, p + Lanes<T>.Count);
            var square = turned > 0 ? p + ((end - p) & -4) : p;
            for (var j = 0; j < turned; j += 4)
            {
                var source = (float*)(from + j * across + p);
                for (nint i = 0; i < 4; i++) Lanes<T>.Prefetch((T*)source + i * across + 2 * Lanes<T>.Count);
                var target = (float*)(packed + (nint)p * strip + j);
                for (var q = p; q < square; q += 4, source += 4, target += 4 * strip) Lanes<float>.TransposeQuarter(ref *source, across, ref *target, strip);
            }
            for (var j = 0; j < used; j++)
            {
                var begin = j < turned ? square : p;
                var source = from + j * across + begin * along;
                var target = packed + (nint)begin * strip + j;
                for (var q = begin; q < end; q++, source += along, target += strip) *target = *source;
            }
        }
    }
}
