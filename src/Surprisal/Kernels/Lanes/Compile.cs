using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>How loops over lanes are compiled.</summary>
internal static class Compile
{
    /// <summary>
    /// By itself and at once. The compiler inlines only so much into one method, then each operation becomes a call, ten times slower: so every loop is a
    /// method of its own. Where a block of lanes is several registers (Vector512.IsHardwareAccelerated is false, which the compiler knows before it looks further), each
    /// operation is several: there formulas are calls too, one a block, which take blocks by reference. And what is inlined must not depend on the profile
    /// of what ran before: so the first code is the final code. See docs/decisions/0007.
    /// </summary>
    public const MethodImplOptions Separately = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>
    /// Never runs. How much the compiler inlines into a method follows from the length of the method's own code, before it drops what cannot run. Loops whose formulas
    /// come from elsewhere have little of it: a call of this, under a condition that is false at compile time, makes room for several hundred operations.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void InliningPadding(
        long a = Long, long b = Long, long c = Long, long d = Long, long e = Long, long f = Long, long g = Long, long h = Long, long i = Long, long j = Long,
        long k = Long, long l = Long, long m = Long, long n = Long, long o = Long, long p = Long, long q = Long, long r = Long, long s = Long, long t = Long,
        long a2 = Long, long b2 = Long, long c2 = Long, long d2 = Long, long e2 = Long, long f2 = Long, long g2 = Long, long h2 = Long, long i2 = Long, long j2 = Long,
        long k2 = Long, long l2 = Long, long m2 = Long, long n2 = Long, long o2 = Long, long p2 = Long, long q2 = Long, long r2 = Long, long s2 = Long, long t2 = Long) =>
        throw new System.Diagnostics.UnreachableException();

    private const long Long = long.MaxValue; // nine bytes of code each
}
