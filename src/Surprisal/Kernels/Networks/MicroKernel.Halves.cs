using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Surprisal.Kernels;

/// <content>
/// Where a lane block is two registers, the kernel is written in halves: of whole blocks the compiler makes a fourth more instructions,
/// copies between registers among them, and takes a sixth longer.
/// </content>
internal static unsafe partial class MicroKernel
{
    /// <summary>Whether a lane block is two registers of 16; a constant for the compiler.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasHalfRegisters<T>() =>
        Avx2.IsSupported && System.Runtime.Intrinsics.X86.Fma.IsSupported && (typeof(T) == typeof(float) || typeof(T) == typeof(double));

    /// <summary>6 rows x 1 lane block of two registers.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Multiply6x1Halves<T>(T* a, nint stride, nint* steps, T* b, nint* rows, int kc, T* c, int ldc, bool add)
        where T : unmanaged
    {
        Vector256<T> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        Vector256<T> t0 = default, t1 = default, t2 = default, t3 = default, t4 = default, t5 = default;
        for (var i = 0; i < MR / 2; i++) Lanes<T>.Prefetch(c + (nint)i * ldc);
        var stride2 = 2 * stride;
        var stride3 = 3 * stride;
        for (var end = steps + kc; steps < end; steps++, rows++)
        {
            T* a0 = a + *steps, a3 = a0 + stride3;
            var row = b + *rows;
            Vector256<T> x = Vector256.Load(row), y = Vector256.Load(row + Vector256<T>.Count);
            var r = Vector256.Create(*a0); s0 = Fma(r, x, s0); t0 = Fma(r, y, t0);
            r = Vector256.Create(a0[stride]); s1 = Fma(r, x, s1); t1 = Fma(r, y, t1);
            r = Vector256.Create(a0[stride2]); s2 = Fma(r, x, s2); t2 = Fma(r, y, t2);
            r = Vector256.Create(*a3); s3 = Fma(r, x, s3); t3 = Fma(r, y, t3);
            r = Vector256.Create(a3[stride]); s4 = Fma(r, x, s4); t4 = Fma(r, y, t4);
            r = Vector256.Create(a3[stride2]); s5 = Fma(r, x, s5); t5 = Fma(r, y, t5);
        }
        StoreRow(c, add, Both(s0, t0)); StoreRow(c + ldc, add, Both(s1, t1)); StoreRow(c + 2 * ldc, add, Both(s2, t2));
        StoreRow(c + 3 * ldc, add, Both(s3, t3)); StoreRow(c + 4 * ldc, add, Both(s4, t4)); StoreRow(c + 5 * ldc, add, Both(s5, t5));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Fma<T>(Vector256<T> a, Vector256<T> b, Vector256<T> c) where T : unmanaged => typeof(T) == typeof(float)
        ? Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
        : Vector256.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<T> Both<T>(Vector256<T> lower, Vector256<T> upper) where T : unmanaged => new(Vector512.Create(lower, upper));
}
