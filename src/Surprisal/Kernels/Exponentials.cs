using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>exp of numbers that are at most 0, with the same bits: of any, or of those whose exponential is a normal number.</summary>
internal static class Exponentials<T> where T : unmanaged
{
    public readonly struct Down : IUnary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x) => x.ExpDown();
    }

    public readonly struct Near : IUnary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply(Lanes<T> x) => x.ExpNear();
    }
}
