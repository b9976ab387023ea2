namespace Surprisal.Kernels;

/// <summary>Where memory lies between the lines of the caches.</summary>
internal static unsafe class CacheLine
{
    /// <summary>Its bytes, which are those of a lane block.</summary>
    public const int Bytes = 64;

    /// <summary>How many numbers lie before the first whole line; the caller has made sure that numbers do not straddle lines.</summary>
    public static int ElementsBefore<T>(T* to, int length) where T : unmanaged =>
        (int)Math.Min((nuint)length, ((nuint)Bytes - (nuint)to % Bytes) % Bytes / (nuint)sizeof(T));

    /// <summary>How many numbers lie before the first whole line; until the collector moves them, if it does.</summary>
    public static int ElementsBefore<T>(ReadOnlySpan<T> x) where T : unmanaged
    {
        fixed (T* at = x) return ElementsBefore(at, x.Length);
    }

    /// <summary>Whether each number lies in one line: memory from elsewhere may start anywhere.</summary>
    public static bool IsAligned<T>(ReadOnlySpan<T> x) where T : unmanaged
    {
        fixed (T* at = x) return (nuint)at % (nuint)sizeof(T) == 0;
    }
}
