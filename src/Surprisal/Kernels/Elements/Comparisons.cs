using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>A comparison of two numbers, over lanes of any type: all bits of a lane are set where it holds.</summary>
internal interface IComparison
{
    Lanes<T> Apply<T>(Lanes<T> x, Lanes<T> y) where T : unmanaged;
}

/// <summary>The comparisons for <see cref="Comparison"/>. Of NaN none holds but <see cref="NotEqual"/>; -0 equals 0.</summary>
internal static class Comparisons
{
    public readonly struct Equal : IComparison
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply<T>(Lanes<T> x, Lanes<T> y) where T : unmanaged => Lanes<T>.Equal(x, y);
    }

    public readonly struct NotEqual : IComparison
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply<T>(Lanes<T> x, Lanes<T> y) where T : unmanaged => Lanes<T>.NotEqual(x, y);
    }

    public readonly struct Greater : IComparison
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply<T>(Lanes<T> x, Lanes<T> y) where T : unmanaged => Lanes<T>.Greater(x, y);
    }

    public readonly struct GreaterOrEqual : IComparison
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply<T>(Lanes<T> x, Lanes<T> y) where T : unmanaged => Lanes<T>.GreaterOrEqual(x, y);
    }

    public readonly struct Less : IComparison
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply<T>(Lanes<T> x, Lanes<T> y) where T : unmanaged => Lanes<T>.Greater(y, x);
    }

    public readonly struct LessOrEqual : IComparison
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes<T> Apply<T>(Lanes<T> x, Lanes<T> y) where T : unmanaged => Lanes<T>.GreaterOrEqual(y, x);
    }
}
