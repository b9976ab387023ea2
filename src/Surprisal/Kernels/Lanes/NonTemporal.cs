using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// Elementwise maps with non-temporal stores: these bypass the caches and do not read the lines that they overwrite, a third of a copy's
/// traffic.
/// </summary>
/// <remarks>
/// They pay where the result is larger than the caches and nobody reads it soon. The results have the bits of <see cref="Elementwise"/>'s.
/// </remarks>
internal static class NonTemporal
{
    /// <summary>The bytes above which a result does not stay in a cache until it is read.</summary>
    private const long Threshold = 32 << 20;

    /// <summary>Whether a result of <paramref name="length"/> elements is large enough; it must not be memory that was just read.</summary>
    public static bool IsAboveThreshold<T>(int length) where T : unmanaged => (long)length * Unsafe.SizeOf<T>() > Threshold;

    /// <summary>
    /// Whether y, made of x, is written past the caches: it is large enough, its elements lie within lines, and it is not x, which was just
    /// read.
    /// </summary>
    public static bool Suits<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y) where T : unmanaged =>
        IsAboveThreshold<T>(y.Length) && CacheLine.IsAligned(y) && !x.Overlaps(y);

    /// <summary>y = x, where NaN is the one NaN of results.</summary>
    public static void Copy<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged => Map(x, y, default(Identity<T>));

    private readonly struct Identity<T> : IUnary<T> where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x) => x;
    }

    /// <summary>y = f(x).</summary>
    [MethodImpl(Compile.Separately)]
    public static unsafe void Map<T, TOp>(ReadOnlySpan<T> x, Span<T> y, TOp f) where T : unmanaged where TOp : struct, IUnary<T>
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        fixed (T* to = y)
        {
            var i = CacheLine.ElementsBefore(to, y.Length);
            Elementwise.MapPartial(ref from, ref *to, i, f);
            for (; i <= y.Length - Lanes<T>.Count; i += Lanes<T>.Count) f.Apply(Lanes<T>.Load(ref from, i)).StoreNonTemporal(to + i);
            Elementwise.MapPartial(ref Unsafe.Add(ref from, i), ref to[i], y.Length - i, f);
        }
    }

    /// <summary>z = f(x, y).</summary>
    [MethodImpl(Compile.Separately)]
    public static unsafe void Map<T, TOp>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z, TOp f)
        where T : unmanaged
        where TOp : struct, IBinary<T>
    {
        ref var left = ref MemoryMarshal.GetReference(x);
        ref var right = ref MemoryMarshal.GetReference(y);
        fixed (T* to = z)
        {
            var i = CacheLine.ElementsBefore(to, z.Length);
            Elementwise.MapPartial(ref left, ref right, ref *to, i, f);
            for (; i <= z.Length - Lanes<T>.Count; i += Lanes<T>.Count)
                f.Apply(Lanes<T>.Load(ref left, i), Lanes<T>.Load(ref right, i)).StoreNonTemporal(to + i);
            Elementwise.MapPartial(ref Unsafe.Add(ref left, i), ref Unsafe.Add(ref right, i), ref to[i], z.Length - i, f);
        }
    }
}
