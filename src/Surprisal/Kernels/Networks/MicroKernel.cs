using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Surprisal.Kernels;

/// <summary>A part of C = A B whose sums all stay in registers while one pass is made over a strip of rows of A and a strip of columns of B.</summary>
/// <remarks>
/// Its size is what the registers hold: where a lane block is one register of 32, 12 rows x 2 blocks; elsewhere it is two of 16 or four of 32, and 6 rows x 1 block
/// are 12 or 24 of them. Each element adds its products in the same order in both, so the bits are the same; larger tiles would live in memory, ten times slower.
/// </remarks>
internal static unsafe class MicroKernel
{
    /// <summary>The rows of a tile, and of a strip of A.</summary>
    public const int Rows = 12;

    /// <summary>Whether a lane block is one register of 32. Known when the code is compiled.</summary>
    private static bool IsWide
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx512F.IsSupported;
    }

    /// <summary>The columns of a tile, and of a strip of B: whole lane blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Columns<T>() where T : unmanaged => IsWide ? 2 * Lanes<T>.Count : Lanes<T>.Count;

    /// <summary>c[i, j] = the sum over p of a[p, i] b[p, j], or += that; rows of c are n apart. Of more than half of the <paramref name="rows"/> all are made, else half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<T>(T* a, T* b, int depth, T* c, int n, bool add, int rows) where T : unmanaged
    {
        if (IsWide && rows > Rows / 2) Wide(a, b, depth, c, n, add);
        else if (IsWide) Half(a, b, depth, c, n, add);
        else
        {
            Narrow(a, b, depth, c, n, add);
            if (rows > Rows / 2) Narrow(a + Rows / 2, b, depth, c + (nint)(Rows / 2) * n, n, add);
        }
    }

    /// <summary>12 rows x 2 lane blocks: 24 sums.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Wide<T>(T* a, T* b, int depth, T* c, int n, bool add) where T : unmanaged
    {
        Lanes<T> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        Lanes<T> s8 = default, s9 = default, s10 = default, s11 = default, t0 = default, t1 = default, t2 = default, t3 = default;
        Lanes<T> t4 = default, t5 = default, t6 = default, t7 = default, t8 = default, t9 = default, t10 = default, t11 = default;
        for (var i = 0; i < Rows; i++)
        {
            Lanes<T>.Prefetch(c + (nint)i * n);
            Lanes<T>.Prefetch(c + (nint)i * n + Lanes<T>.Count);
        }
        for (var p = 0; p < depth; p++, a += Rows, b += 2 * Lanes<T>.Count)
        {
            var x = Lanes<T>.Load(ref *b, 0);
            var y = Lanes<T>.Load(ref *b, Lanes<T>.Count);
            var r = Lanes<T>.All(a[0]); s0 = Lanes<T>.Fma(r, x, s0); t0 = Lanes<T>.Fma(r, y, t0);
            r = Lanes<T>.All(a[1]); s1 = Lanes<T>.Fma(r, x, s1); t1 = Lanes<T>.Fma(r, y, t1);
            r = Lanes<T>.All(a[2]); s2 = Lanes<T>.Fma(r, x, s2); t2 = Lanes<T>.Fma(r, y, t2);
            r = Lanes<T>.All(a[3]); s3 = Lanes<T>.Fma(r, x, s3); t3 = Lanes<T>.Fma(r, y, t3);
            r = Lanes<T>.All(a[4]); s4 = Lanes<T>.Fma(r, x, s4); t4 = Lanes<T>.Fma(r, y, t4);
            r = Lanes<T>.All(a[5]); s5 = Lanes<T>.Fma(r, x, s5); t5 = Lanes<T>.Fma(r, y, t5);
            r = Lanes<T>.All(a[6]); s6 = Lanes<T>.Fma(r, x, s6); t6 = Lanes<T>.Fma(r, y, t6);
            r = Lanes<T>.All(a[7]); s7 = Lanes<T>.Fma(r, x, s7); t7 = Lanes<T>.Fma(r, y, t7);
            r = Lanes<T>.All(a[8]); s8 = Lanes<T>.Fma(r, x, s8); t8 = Lanes<T>.Fma(r, y, t8);
            r = Lanes<T>.All(a[9]); s9 = Lanes<T>.Fma(r, x, s9); t9 = Lanes<T>.Fma(r, y, t9);
            r = Lanes<T>.All(a[10]); s10 = Lanes<T>.Fma(r, x, s10); t10 = Lanes<T>.Fma(r, y, t10);
            r = Lanes<T>.All(a[11]); s11 = Lanes<T>.Fma(r, x, s11); t11 = Lanes<T>.Fma(r, y, t11);
        }
        Put(c, add, s0, t0); Put(c + n, add, s1, t1); Put(c + 2 * n, add, s2, t2); Put(c + 3 * n, add, s3, t3);
        Put(c + 4 * n, add, s4, t4); Put(c + 5 * n, add, s5, t5); Put(c + 6 * n, add, s6, t6); Put(c + 7 * n, add, s7, t7);
        Put(c + 8 * n, add, s8, t8); Put(c + 9 * n, add, s9, t9); Put(c + 10 * n, add, s10, t10); Put(c + 11 * n, add, s11, t11);
    }

    /// <summary>The upper 6 rows of a wide tile, for the last rows of a matrix.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Half<T>(T* a, T* b, int depth, T* c, int n, bool add) where T : unmanaged
    {
        Lanes<T> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        Lanes<T> t0 = default, t1 = default, t2 = default, t3 = default, t4 = default, t5 = default;
        for (var p = 0; p < depth; p++, a += Rows, b += 2 * Lanes<T>.Count)
        {
            var x = Lanes<T>.Load(ref *b, 0);
            var y = Lanes<T>.Load(ref *b, Lanes<T>.Count);
            var r = Lanes<T>.All(a[0]); s0 = Lanes<T>.Fma(r, x, s0); t0 = Lanes<T>.Fma(r, y, t0);
            r = Lanes<T>.All(a[1]); s1 = Lanes<T>.Fma(r, x, s1); t1 = Lanes<T>.Fma(r, y, t1);
            r = Lanes<T>.All(a[2]); s2 = Lanes<T>.Fma(r, x, s2); t2 = Lanes<T>.Fma(r, y, t2);
            r = Lanes<T>.All(a[3]); s3 = Lanes<T>.Fma(r, x, s3); t3 = Lanes<T>.Fma(r, y, t3);
            r = Lanes<T>.All(a[4]); s4 = Lanes<T>.Fma(r, x, s4); t4 = Lanes<T>.Fma(r, y, t4);
            r = Lanes<T>.All(a[5]); s5 = Lanes<T>.Fma(r, x, s5); t5 = Lanes<T>.Fma(r, y, t5);
        }
        Put(c, add, s0, t0); Put(c + n, add, s1, t1); Put(c + 2 * n, add, s2, t2);
        Put(c + 3 * n, add, s3, t3); Put(c + 4 * n, add, s4, t4); Put(c + 5 * n, add, s5, t5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // a call would push all sums to the stack
    private static void Put<T>(T* c, bool add, Lanes<T> s, Lanes<T> t) where T : unmanaged
    {
        if (add)
        {
            s += Lanes<T>.Load(ref *c, 0);
            t += Lanes<T>.Load(ref *c, Lanes<T>.Count);
        }
        s.StoreResult(ref *c, 0);
        t.StoreResult(ref *c, Lanes<T>.Count);
    }

    /// <summary>6 rows x 1 lane block: 6 sums.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Narrow<T>(T* a, T* b, int depth, T* c, int n, bool add) where T : unmanaged
    {
        Lanes<T> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        for (var i = 0; i < Rows / 2; i++) Lanes<T>.Prefetch(c + (nint)i * n);
        for (var p = 0; p < depth; p++, a += Rows, b += Lanes<T>.Count)
        {
            var x = Lanes<T>.Load(ref *b, 0);
            s0 = Lanes<T>.Fma(Lanes<T>.All(a[0]), x, s0);
            s1 = Lanes<T>.Fma(Lanes<T>.All(a[1]), x, s1);
            s2 = Lanes<T>.Fma(Lanes<T>.All(a[2]), x, s2);
            s3 = Lanes<T>.Fma(Lanes<T>.All(a[3]), x, s3);
            s4 = Lanes<T>.Fma(Lanes<T>.All(a[4]), x, s4);
            s5 = Lanes<T>.Fma(Lanes<T>.All(a[5]), x, s5);
        }
        Put(c, add, s0); Put(c + n, add, s1); Put(c + 2 * n, add, s2); Put(c + 3 * n, add, s3); Put(c + 4 * n, add, s4); Put(c + 5 * n, add, s5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<T>(T* c, bool add, Lanes<T> s) where T : unmanaged => (add ? s + Lanes<T>.Load(ref *c, 0) : s).StoreResult(ref *c, 0);
}
