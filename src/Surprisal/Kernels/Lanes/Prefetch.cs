using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>Software prefetch of rows.</summary>
internal static class Prefetch
{
    /// <summary>
    /// The sizes of rows for which it pays: longer ones leave a page before the hardware prefetcher has seen a pattern; of shorter ones a
    /// page holds many, so it has.
    /// </summary>
    private const int MinBytes = 1024, MaxBytes = 16384;

    /// <summary>Prefetches the row at <paramref name="start"/> if there is one and its size is worth it.</summary>
    [MethodImpl(Compile.Separately)]
    public static unsafe void Row<T>(ReadOnlySpan<T> rows, int start, int length) where T : unmanaged
    {
        if ((long)length * Unsafe.SizeOf<T>() is < MinBytes or > MaxBytes || start > rows.Length - length) return;
        fixed (T* row = rows[start..])
            for (var i = 0; i < length; i += Lanes<T>.Count)
                Lanes<T>.Prefetch(row + i);
    }
}
