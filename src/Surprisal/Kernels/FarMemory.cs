using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>Memory beyond the caches: short rows are asked for before they are needed, and large results stored past the caches.</summary>
/// <remarks>A store past the caches saves reading what it overwrites, a third of a copy's traffic; it pays where nobody reads the result soon. The numbers are the same.</remarks>
internal static class FarMemory
{
    /// <summary>Results of more bytes than this do not stay in a cache until they are read.</summary>
    private const long Large = 32 << 20;

    /// <summary>Rows of so many bytes leave a page before the hardware has seen much of a pattern; of shorter ones a page has many, and it has.</summary>
    private const int LeastRow = 1024, MostRow = 16384;

    private const int Line = 64;

    /// <summary>Whether results of that many numbers, which were not just read from where they go, are better stored past the caches.</summary>
    public static bool IsFar<T>(int length) where T : unmanaged => (long)length * Unsafe.SizeOf<T>() > Large;

    /// <summary>Asks for the row at <paramref name="start"/>, if there is one and it pays.</summary>
    [MethodImpl(Compile.Alone)]
    public static unsafe void Ask<T>(ReadOnlySpan<T> rows, int start, int length) where T : unmanaged
    {
        if ((long)length * Unsafe.SizeOf<T>() is < LeastRow or > MostRow || start > rows.Length - length) return;
        fixed (T* row = rows[start..])
            for (var i = 0; i < length; i += Lanes<T>.Count)
                Lanes<T>.Prefetch(row + i);
    }

    /// <summary>y = f(x), stored past the caches.</summary>
    [MethodImpl(Compile.Alone)]
    public static unsafe void Map<T, TOp>(ReadOnlySpan<T> x, Span<T> y, TOp f) where T : unmanaged where TOp : struct, IUnary<T>
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        fixed (T* to = y)
        {
            var i = Unaligned(to, y.Length);
            Elementwise.Part(ref from, ref *to, i, f);
            for (; i <= y.Length - Lanes<T>.Count; i += Lanes<T>.Count) f.Apply(Lanes<T>.Load(ref from, i)).StoreFar(to + i);
            Elementwise.Part(ref Unsafe.Add(ref from, i), ref to[i], y.Length - i, f);
        }
    }

    /// <summary>z = f(x, y), stored past the caches.</summary>
    [MethodImpl(Compile.Alone)]
    public static unsafe void Map<T, TOp>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z, TOp f) where T : unmanaged where TOp : struct, IBinary<T>
    {
        ref var left = ref MemoryMarshal.GetReference(x);
        ref var right = ref MemoryMarshal.GetReference(y);
        fixed (T* to = z)
        {
            var i = Unaligned(to, z.Length);
            Elementwise.Part(ref left, ref right, ref *to, i, f);
            for (; i <= z.Length - Lanes<T>.Count; i += Lanes<T>.Count) f.Apply(Lanes<T>.Load(ref left, i), Lanes<T>.Load(ref right, i)).StoreFar(to + i);
            Elementwise.Part(ref Unsafe.Add(ref left, i), ref Unsafe.Add(ref right, i), ref to[i], z.Length - i, f);
        }
    }

    /// <summary>How many numbers lie before the first whole line; the caller has made sure that numbers do not straddle lines.</summary>
    private static unsafe int Unaligned<T>(T* to, int length) where T : unmanaged =>
        (int)Math.Min((nuint)length, ((nuint)Line - (nuint)to % Line) % Line / (nuint)sizeof(T));

    /// <summary>How many numbers lie before the first whole line; until the collector moves them, if it does.</summary>
    public static unsafe int Unaligned<T>(ReadOnlySpan<T> x) where T : unmanaged
    {
        fixed (T* at = x) return Unaligned(at, x.Length);
    }

    /// <summary>Whether each number lies in one line: memory from elsewhere may start anywhere.</summary>
    public static unsafe bool IsEven<T>(ReadOnlySpan<T> x) where T : unmanaged
    {
        fixed (T* at = x) return (nuint)at % (nuint)sizeof(T) == 0;
    }
}
