namespace Surprisal;

/// <summary>
/// An image as its decoder gives it: the rows from the top, each once, pixel by pixel, grey or red, green, blue. The whole is never in
/// memory.
/// </summary>
internal abstract class ImageRows(int width, int height, int channels) : IDisposable
{
    /// <summary>Above this an image is more likely an attack or a mistake than something to learn from.</summary>
    public const long DefaultMaxPixels = 100_000_000;

    private const int MaxSide = 65535;

    public int Width => width;

    public int Height => height;

    public int Channels => channels;

    /// <summary>The next row, Width * Channels bytes. After the last one the rest of the file is checked too.</summary>
    /// <exception cref="InvalidDataException">The file is damaged there.</exception>
    public abstract void Next(Span<byte> row);

    public abstract void Dispose();

    /// <summary>Refuses a size of 0, or one that no image in a training set has, before memory is asked for.</summary>
    public static void CheckSize(long width, long height, long maxPixels, string name)
    {
        if (Math.Min(width, height) < 1 || Math.Max(width, height) > MaxSide)
            throw new InvalidDataException($"{name}: the size is {width} x {height}; both must be in 1..{MaxSide}.");
        if (width * height > maxPixels)
            throw new InvalidDataException(
                $"{name}: the size is {width} x {height}, {width * height} pixels; at most {maxPixels} are read.");
    }
}
