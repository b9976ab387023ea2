using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Surprisal.Kernels;

/// <summary>
/// The micro-kernel of <see cref="MatrixMultiply"/>: a few rows of A, a few columns of B -> a tile of C, whose sums stay in registers for
/// one pass over both.
/// </summary>
/// <remarks>
/// The tile is what the registers hold: where a lane block is one register of 32, 12 rows x 2 blocks; elsewhere a block is two registers of
/// 16 or four of 32, and the tile is computed as 6 rows x 1 block twice, 12 or 24 of them. Halves of both serve the edges. Each element
/// adds its products in the same order in all, so the bits are the same. A larger tile would live in memory, ten times slower. Where the
/// products' factors lie is read from two lists, so A and B may be packed, lie where they are, or be stretches of an image.
/// </remarks>
internal static unsafe partial class MicroKernel
{
    /// <summary>The rows of a tile, and of a micro-panel of A.</summary>
    public const int MR = 12;

    /// <summary>Whether a lane block is one register of 32; a constant for the compiler.</summary>
    private static bool HasWideRegisters
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx512F.IsSupported;
    }

    /// <summary>The columns of a tile on the widest registers: for sizes that errors name, which are the same on every machine.</summary>
    public static int MostNR<T>() where T : unmanaged => 2 * Lanes<T>.Count;

    /// <summary>The columns of a tile, and of a micro-panel of B: whole lane blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int NR<T>() where T : unmanaged => HasWideRegisters ? 2 * Lanes<T>.Count : Lanes<T>.Count;

    /// <summary>c[i, j] = the sum over p of a[i stride + steps[p]] b[rows[p] + j], or += that; rows of c are <paramref name="ldc"/>
    /// apart.</summary>
    /// <param name="a">The first row's first element.</param>
    /// <param name="stride">From one row of A to the next.</param>
    /// <param name="steps">Where in a row each product's factor lies.</param>
    /// <param name="b">What <paramref name="rows"/> count from.</param>
    /// <param name="rows">Where each row of B begins.</param>
    /// <param name="kc">The products.</param>
    /// <param name="c">The tile's first element.</param>
    /// <param name="ldc">From one row of C to the next.</param>
    /// <param name="add">Whether C is added to.</param>
    /// <param name="isHigh">Whether it has MR rows, or half of them.</param>
    /// <param name="isWide">Whether it has <see cref="NR{T}"/> columns, or one lane block.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<T>(
        T* a, nint stride, nint* steps, T* b, nint* rows, int kc, T* c, int ldc, bool add, bool isHigh, bool isWide) where T : unmanaged
    {
        if (HasWideRegisters && isWide)
        {
            if (isHigh) Multiply12x2(a, stride, steps, b, rows, kc, c, ldc, add);
            else Multiply6x2(a, stride, steps, b, rows, kc, c, ldc, add);
        }
        else if (HasWideRegisters && isHigh) Multiply12x1(a, stride, steps, b, rows, kc, c, ldc, add);
        else if (HasHalfRegisters<T>())
        {
            Multiply6x1Halves(a, stride, steps, b, rows, kc, c, ldc, add);
            if (isHigh) Multiply6x1Halves(a + MR / 2 * stride, stride, steps, b, rows, kc, c + (nint)(MR / 2) * ldc, ldc, add);
        }
        else
        {
            Multiply6x1(a, stride, steps, b, rows, kc, c, ldc, add);
            if (isHigh) Multiply6x1(a + MR / 2 * stride, stride, steps, b, rows, kc, c + (nint)(MR / 2) * ldc, ldc, add);
        }
    }

    /// <summary>12 rows x 2 lane blocks: 24 sums in registers.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Multiply12x2<T>(T* a, nint stride, nint* steps, T* b, nint* rows, int kc, T* c, int ldc, bool add)
        where T : unmanaged
    {
        Lanes<T> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default,
            s8 = default, s9 = default, s10 = default, s11 = default;
        Lanes<T> t0 = default, t1 = default, t2 = default, t3 = default, t4 = default, t5 = default, t6 = default, t7 = default,
            t8 = default, t9 = default, t10 = default, t11 = default;
        var stride2 = 2 * stride;
        var stride3 = 3 * stride;
        // C's lines are asked for one row after the other: all at once they would keep those of A and B waiting
        for (int p = 0, row = 0; row < MR; row++)
        {
            Lanes<T>.Prefetch(c + (nint)row * ldc);
            Lanes<T>.Prefetch(c + (nint)row * ldc + Lanes<T>.Count);
            for (var end = kc * (row + 1) / MR; p < end; p++)
            {
                T* a0 = a + steps[p], a3 = a0 + stride3, a6 = a3 + stride3, a9 = a6 + stride3;
                var from = b + rows[p];
                Lanes<T> x = Lanes<T>.Load(ref *from, 0), y = Lanes<T>.Load(ref *from, Lanes<T>.Count);
                var r = Lanes<T>.All(*a0); s0 = Lanes<T>.Fma(r, x, s0); t0 = Lanes<T>.Fma(r, y, t0);
                r = Lanes<T>.All(a0[stride]); s1 = Lanes<T>.Fma(r, x, s1); t1 = Lanes<T>.Fma(r, y, t1);
                r = Lanes<T>.All(a0[stride2]); s2 = Lanes<T>.Fma(r, x, s2); t2 = Lanes<T>.Fma(r, y, t2);
                r = Lanes<T>.All(*a3); s3 = Lanes<T>.Fma(r, x, s3); t3 = Lanes<T>.Fma(r, y, t3);
                r = Lanes<T>.All(a3[stride]); s4 = Lanes<T>.Fma(r, x, s4); t4 = Lanes<T>.Fma(r, y, t4);
                r = Lanes<T>.All(a3[stride2]); s5 = Lanes<T>.Fma(r, x, s5); t5 = Lanes<T>.Fma(r, y, t5);
                r = Lanes<T>.All(*a6); s6 = Lanes<T>.Fma(r, x, s6); t6 = Lanes<T>.Fma(r, y, t6);
                r = Lanes<T>.All(a6[stride]); s7 = Lanes<T>.Fma(r, x, s7); t7 = Lanes<T>.Fma(r, y, t7);
                r = Lanes<T>.All(a6[stride2]); s8 = Lanes<T>.Fma(r, x, s8); t8 = Lanes<T>.Fma(r, y, t8);
                r = Lanes<T>.All(*a9); s9 = Lanes<T>.Fma(r, x, s9); t9 = Lanes<T>.Fma(r, y, t9);
                r = Lanes<T>.All(a9[stride]); s10 = Lanes<T>.Fma(r, x, s10); t10 = Lanes<T>.Fma(r, y, t10);
                r = Lanes<T>.All(a9[stride2]); s11 = Lanes<T>.Fma(r, x, s11); t11 = Lanes<T>.Fma(r, y, t11);
            }
        }
        StoreRow(c, add, s0, t0); StoreRow(c + ldc, add, s1, t1); StoreRow(c + 2 * ldc, add, s2, t2); StoreRow(c + 3 * ldc, add, s3, t3);
        StoreRow(c + 4 * ldc, add, s4, t4); StoreRow(c + 5 * ldc, add, s5, t5); StoreRow(c + 6 * ldc, add, s6, t6);
        StoreRow(c + 7 * ldc, add, s7, t7); StoreRow(c + 8 * ldc, add, s8, t8); StoreRow(c + 9 * ldc, add, s9, t9);
        StoreRow(c + 10 * ldc, add, s10, t10); StoreRow(c + 11 * ldc, add, s11, t11);
    }

    /// <summary>6 rows x 2 lane blocks.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Multiply6x2<T>(T* a, nint stride, nint* steps, T* b, nint* rows, int kc, T* c, int ldc, bool add)
        where T : unmanaged
    {
        Lanes<T> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        Lanes<T> t0 = default, t1 = default, t2 = default, t3 = default, t4 = default, t5 = default;
        var stride2 = 2 * stride;
        var stride3 = 3 * stride;
        for (var p = 0; p < kc; p++)
        {
            T* a0 = a + steps[p], a3 = a0 + stride3;
            var row = b + rows[p];
            Lanes<T> x = Lanes<T>.Load(ref *row, 0), y = Lanes<T>.Load(ref *row, Lanes<T>.Count);
            var r = Lanes<T>.All(*a0); s0 = Lanes<T>.Fma(r, x, s0); t0 = Lanes<T>.Fma(r, y, t0);
            r = Lanes<T>.All(a0[stride]); s1 = Lanes<T>.Fma(r, x, s1); t1 = Lanes<T>.Fma(r, y, t1);
            r = Lanes<T>.All(a0[stride2]); s2 = Lanes<T>.Fma(r, x, s2); t2 = Lanes<T>.Fma(r, y, t2);
            r = Lanes<T>.All(*a3); s3 = Lanes<T>.Fma(r, x, s3); t3 = Lanes<T>.Fma(r, y, t3);
            r = Lanes<T>.All(a3[stride]); s4 = Lanes<T>.Fma(r, x, s4); t4 = Lanes<T>.Fma(r, y, t4);
            r = Lanes<T>.All(a3[stride2]); s5 = Lanes<T>.Fma(r, x, s5); t5 = Lanes<T>.Fma(r, y, t5);
        }
        StoreRow(c, add, s0, t0); StoreRow(c + ldc, add, s1, t1); StoreRow(c + 2 * ldc, add, s2, t2); StoreRow(c + 3 * ldc, add, s3, t3);
        StoreRow(c + 4 * ldc, add, s4, t4); StoreRow(c + 5 * ldc, add, s5, t5);
    }

    /// <summary>12 rows x 1 lane block of one register.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Multiply12x1<T>(T* a, nint stride, nint* steps, T* b, nint* rows, int kc, T* c, int ldc, bool add)
        where T : unmanaged
    {
        Lanes<T> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default,
            s8 = default, s9 = default, s10 = default, s11 = default;
        for (var i = 0; i < MR; i++) Lanes<T>.Prefetch(c + (nint)i * ldc);
        var stride2 = 2 * stride;
        var stride3 = 3 * stride;
        for (var p = 0; p < kc; p++)
        {
            T* a0 = a + steps[p], a3 = a0 + stride3, a6 = a3 + stride3, a9 = a6 + stride3;
            var row = b + rows[p];
            var x = Lanes<T>.Load(ref *row, 0);
            s0 = Lanes<T>.Fma(Lanes<T>.All(*a0), x, s0);
            s1 = Lanes<T>.Fma(Lanes<T>.All(a0[stride]), x, s1);
            s2 = Lanes<T>.Fma(Lanes<T>.All(a0[stride2]), x, s2);
            s3 = Lanes<T>.Fma(Lanes<T>.All(*a3), x, s3);
            s4 = Lanes<T>.Fma(Lanes<T>.All(a3[stride]), x, s4);
            s5 = Lanes<T>.Fma(Lanes<T>.All(a3[stride2]), x, s5);
            s6 = Lanes<T>.Fma(Lanes<T>.All(*a6), x, s6);
            s7 = Lanes<T>.Fma(Lanes<T>.All(a6[stride]), x, s7);
            s8 = Lanes<T>.Fma(Lanes<T>.All(a6[stride2]), x, s8);
            s9 = Lanes<T>.Fma(Lanes<T>.All(*a9), x, s9);
            s10 = Lanes<T>.Fma(Lanes<T>.All(a9[stride]), x, s10);
            s11 = Lanes<T>.Fma(Lanes<T>.All(a9[stride2]), x, s11);
        }
        StoreRow(c, add, s0); StoreRow(c + ldc, add, s1); StoreRow(c + 2 * ldc, add, s2); StoreRow(c + 3 * ldc, add, s3);
        StoreRow(c + 4 * ldc, add, s4); StoreRow(c + 5 * ldc, add, s5); StoreRow(c + 6 * ldc, add, s6); StoreRow(c + 7 * ldc, add, s7);
        StoreRow(c + 8 * ldc, add, s8); StoreRow(c + 9 * ldc, add, s9); StoreRow(c + 10 * ldc, add, s10);
        StoreRow(c + 11 * ldc, add, s11);
    }

    /// <summary>6 rows x 1 lane block, half a tile where registers are narrower.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Multiply6x1<T>(T* a, nint stride, nint* steps, T* b, nint* rows, int kc, T* c, int ldc, bool add)
        where T : unmanaged
    {
        Lanes<T> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        for (var i = 0; i < MR / 2; i++) Lanes<T>.Prefetch(c + (nint)i * ldc);
        var stride2 = 2 * stride;
        var stride3 = 3 * stride;
        for (var p = 0; p < kc; p++)
        {
            T* a0 = a + steps[p], a3 = a0 + stride3;
            var row = b + rows[p];
            var x = Lanes<T>.Load(ref *row, 0);
            s0 = Lanes<T>.Fma(Lanes<T>.All(*a0), x, s0);
            s1 = Lanes<T>.Fma(Lanes<T>.All(a0[stride]), x, s1);
            s2 = Lanes<T>.Fma(Lanes<T>.All(a0[stride2]), x, s2);
            s3 = Lanes<T>.Fma(Lanes<T>.All(*a3), x, s3);
            s4 = Lanes<T>.Fma(Lanes<T>.All(a3[stride]), x, s4);
            s5 = Lanes<T>.Fma(Lanes<T>.All(a3[stride2]), x, s5);
        }
        StoreRow(c, add, s0); StoreRow(c + ldc, add, s1); StoreRow(c + 2 * ldc, add, s2); StoreRow(c + 3 * ldc, add, s3);
        StoreRow(c + 4 * ldc, add, s4); StoreRow(c + 5 * ldc, add, s5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // a call would spill all sums to the stack
    private static void StoreRow<T>(T* c, bool add, Lanes<T> s, Lanes<T> t) where T : unmanaged
    {
        if (add)
        {
            s += Lanes<T>.Load(ref *c, 0);
            t += Lanes<T>.Load(ref *c, Lanes<T>.Count);
        }
        s.StoreResult(ref *c, 0);
        t.StoreResult(ref *c, Lanes<T>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRow<T>(T* c, bool add, Lanes<T> s) where T : unmanaged =>
        (add ? s + Lanes<T>.Load(ref *c, 0) : s).StoreResult(ref *c, 0);
}
