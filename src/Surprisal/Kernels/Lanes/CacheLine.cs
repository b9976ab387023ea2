namespace Surprisal.Kernels;

/// <summary>The alignment of memory to the lines of the caches.</summary>
internal static unsafe class CacheLine
{
    /// <summary>The size of a line, which is that of a lane block.</summary>
    public const int Bytes = 64;

    /// <summary>Counts the elements before the first line boundary. No element may straddle a line (see <see cref="IsAligned"/>).</summary>
    public static int ElementsBefore<T>(T* start, int length) where T : unmanaged =>
        (int)Math.Min((nuint)length, ((nuint)Bytes - (nuint)start % Bytes) % Bytes / (nuint)sizeof(T));

    /// <summary>Counts the elements before the first line boundary, which holds until the collector moves the memory.</summary>
    public static int ElementsBefore<T>(ReadOnlySpan<T> x) where T : unmanaged
    {
        fixed (T* start = x) return ElementsBefore(start, x.Length);
    }

    /// <summary>Whether every element lies within one line; a caller's memory may start at any byte.</summary>
    public static bool IsAligned<T>(ReadOnlySpan<T> x) where T : unmanaged
    {
        fixed (T* start = x) return (nuint)start % (nuint)sizeof(T) == 0;
    }
}
