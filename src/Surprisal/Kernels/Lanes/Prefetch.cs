using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>Asks memory for a row before it is needed.</summary>
internal static class Prefetch
{
    /// <summary>Rows of so many bytes leave a page before the hardware has seen much of a pattern; of shorter ones a page has many, and it has.</summary>
    private const int LeastBytes = 1024, MostBytes = 16384;

    /// <summary>Asks for the row at <paramref name="start"/>, if there is one and it pays.</summary>
    [MethodImpl(Compile.Separately)]
    public static unsafe void Row<T>(ReadOnlySpan<T> rows, int start, int length) where T : unmanaged
    {
        if ((long)length * Unsafe.SizeOf<T>() is < LeastBytes or > MostBytes || start > rows.Length - length) return;
        fixed (T* row = rows[start..])
            for (var i = 0; i < length; i += Lanes<T>.Count)
                Lanes<T>.Prefetch(row + i);
    }
}
