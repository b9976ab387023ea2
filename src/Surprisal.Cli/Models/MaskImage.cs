using Surprisal.Cli.Report;

namespace Surprisal.Cli.Models;

/// <summary>A mask as a PNG image with a palette: the index is the class, the colour for eyes.</summary>
internal static class MaskImage
{
    /// <summary>What a palette can tell apart.</summary>
    public const int MostClasses = 256;

    /// <summary>Writes it, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="classes">One a pixel, row by row.</param>
    /// <param name="width">Pixels a row.</param>
    public static void Write(string path, ReadOnlySpan<byte> classes, int width)
    {
        var bytes = PngFile.Of(classes, width, Palette());
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>The picture as the address of an image.</summary>
    /// <inheritdoc cref="Write"/>
    public static string DataUri(ReadOnlySpan<byte> classes, int width) =>
        $"data:image/png;base64,{Convert.ToBase64String(PngFile.Of(classes, width, Palette()))}";

    /// <summary>The colours of Pascal VOC: the bits of the class, three at a time, from the highest bit of each channel down.</summary>
    private static byte[] Palette()
    {
        var colours = new byte[3 * MostClasses];
        for (var c = 0; c < MostClasses; c++)
            for (var bit = 0; bit < 8; bit++)
                colours[3 * c + bit % 3] |= (byte)(((c >> bit) & 1) << (7 - bit / 3));
        return colours;
    }
}
