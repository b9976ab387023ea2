namespace Surprisal.Cuda;

/// <summary>
/// How a product is cut: a block of threads makes <see cref="Rows"/> x <see cref="Columns"/> elements of the result, each thread a few side
/// by side, from <see cref="Step"/> products at a time, while the next are on their way.
/// </summary>
/// <typeparam name="T">What is computed in.</typeparam>
internal static class ProductTile<T> where T : struct, IRealFormat
{
    public const int Threads = 256, Rows = 128, Columns = 64, RowsOfAThread = 8, ColumnsOfAThread = 4;

    /// <summary>64 bytes of each row.</summary>
    public static int Step => 64 / T.Size;

    /// <summary>Two tiles of both factors.</summary>
    public static int SharedBytes => 2 * Bytes;

    /// <summary>One tile of both.</summary>
    public static int Bytes => Step * (Pitch(Rows) + Pitch(Columns)) * T.Size;

    /// <summary>Where that of the second begins.</summary>
    public static int Second => Step * Pitch(Rows) * T.Size;

    /// <summary>Numbers from one product to the next: 16 bytes more, so that threads that store a column use different banks.</summary>
    public static int Pitch(int width) => width + 16 / T.Size;
}
