using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>Prefetches the row that comes next while this one is computed.</summary>
/// <param name="next">The next row, or null; nothing is read that is not there.</param>
/// <param name="result">Where the next row's results go, or null where the row is too long to wait in a near cache.</param>
internal readonly unsafe struct PrefetchNext<T>(T* next, T* result = null) : ICompanion where T : unmanaged
{
    /// <summary>
    /// The sizes up to which a row is prefetched, and its results: with them it must stay in a core's cache until its turn comes.
    /// </summary>
    private const long MaxBytes = 512 << 10, MaxResultBytes = 16 << 10;

    private readonly T* next = next, result = result;

    /// <summary>The companion of the row at <paramref name="start"/>; the memory is pinned by the caller.</summary>
    public static PrefetchNext<T> After(int start, int length, T* rows, T* results, int end)
    {
        var bytes = (long)length * sizeof(T);
        if (bytes > MaxBytes || start > end - 2L * length) return default;
        return new(rows + start + length, results is null || bytes > MaxResultBytes ? null : results + start + length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void At(nint index)
    {
        if (next is not null) Lanes<T>.PrefetchSoon(next + index);
        if (result is not null) Lanes<T>.PrefetchSoon(result + index);
    }

    /// <summary>The next rows of two matrices.</summary>
    public readonly struct Pair(PrefetchNext<T> first, PrefetchNext<T> second) : ICompanion
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void At(nint index)
        {
            first.At(index);
            second.At(index);
        }
    }
}
