using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>How methods that hold a loop over lanes are compiled.</summary>
internal static class Compile
{
    /// <summary>Compiles a method separately from its callers and fully optimised at the first call.</summary>
    /// <remarks>
    /// The compiler has a budget for inlining into one method; beyond it every lane operation becomes a call, ten times slower. So every
    /// loop is a method of its own. Where a lane block takes several registers (Vector512.IsHardwareAccelerated is false, a constant for
    /// the compiler), each operation is several instructions: there the formulas are calls too, one a block, with blocks by reference.
    /// Tiering is left out because what it inlines depends on what ran before. See docs/decisions/0007.
    /// </remarks>
    public const MethodImplOptions Separately = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>Raises the inlining budget of the method that mentions it; it is never called.</summary>
    /// <remarks>
    /// The budget grows with the length of the method's own code, counted before unreachable code is dropped. A loop whose formula is a
    /// type parameter has little code of its own: a call of this, under a condition that is false at compile time, adds enough for several
    /// hundred operations.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void InliningPadding(
        long a = Long,
        long b = Long,
        long c = Long,
        long d = Long,
        long e = Long,
        long f = Long,
        long g = Long,
        long h = Long,
        long i = Long,
        long j = Long,
        long k = Long,
        long l = Long,
        long m = Long,
        long n = Long,
        long o = Long,
        long p = Long,
        long q = Long,
        long r = Long,
        long s = Long,
        long t = Long,
        long a2 = Long,
        long b2 = Long,
        long c2 = Long,
        long d2 = Long,
        long e2 = Long,
        long f2 = Long,
        long g2 = Long,
        long h2 = Long,
        long i2 = Long,
        long j2 = Long,
        long k2 = Long,
        long l2 = Long,
        long m2 = Long,
        long n2 = Long,
        long o2 = Long,
        long p2 = Long,
        long q2 = Long,
        long r2 = Long,
        long s2 = Long,
        long t2 = Long) =>
        throw new System.Diagnostics.UnreachableException();

    private const long Long = long.MaxValue; // nine bytes of code each
}
