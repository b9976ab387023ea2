using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>y = f(x) with stores past the caches, which do not read what they overwrite: a third of a copy's traffic. The numbers are the same.</summary>
/// <remarks>It pays where the result is larger than the caches and nobody reads it soon.</remarks>
internal static class NonTemporal
{
    /// <summary>Results of more bytes than this do not stay in a cache until they are read.</summary>
    private const long Threshold = 32 << 20;

    /// <summary>Whether results of that many numbers, which were not just read from where they go, are better stored past the caches.</summary>
    public static bool IsAboveThreshold<T>(int length) where T : unmanaged => (long)length * Unsafe.SizeOf<T>() > Threshold;

    /// <summary>y = f(x), stored past the caches.</summary>
    [MethodImpl(Compile.Separately)]
    public static unsafe void Map<T, TOp>(ReadOnlySpan<T> x, Span<T> y, TOp f) where T : unmanaged where TOp : struct, IUnary<T>
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        fixed (T* to = y)
        {
            var i = CacheLine.ElementsBefore(to, y.Length);
            Elementwise.Part(ref from, ref *to, i, f);
            for (; i <= y.Length - Lanes<T>.Count; i += Lanes<T>.Count) f.Apply(Lanes<T>.Load(ref from, i)).StoreNonTemporal(to + i);
            Elementwise.Part(ref Unsafe.Add(ref from, i), ref to[i], y.Length - i, f);
        }
    }

    /// <summary>z = f(x, y), stored past the caches.</summary>
    [MethodImpl(Compile.Separately)]
    public static unsafe void Map<T, TOp>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z, TOp f) where T : unmanaged where TOp : struct, IBinary<T>
    {
        ref var left = ref MemoryMarshal.GetReference(x);
        ref var right = ref MemoryMarshal.GetReference(y);
        fixed (T* to = z)
        {
            var i = CacheLine.ElementsBefore(to, z.Length);
            Elementwise.Part(ref left, ref right, ref *to, i, f);
            for (; i <= z.Length - Lanes<T>.Count; i += Lanes<T>.Count) f.Apply(Lanes<T>.Load(ref left, i), Lanes<T>.Load(ref right, i)).StoreNonTemporal(to + i);
            Elementwise.Part(ref Unsafe.Add(ref left, i), ref Unsafe.Add(ref right, i), ref to[i], z.Length - i, f);
        }
    }
}
