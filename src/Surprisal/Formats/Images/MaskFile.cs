using System.Buffers.Binary;

namespace Surprisal;

/// <summary>Reads masks: PNG images whose samples are classes. They are never mixed, so a mask is resized to the nearest sample.</summary>
internal static class MaskFile
{
    /// <summary>The samples of size x size, and the size of the mask in the file.</summary>
    /// <exception cref="InvalidDataException">No mask, damaged, or of more pixels than allowed.</exception>
    public static (ushort[] Samples, int Width, int Height) ReadSquare(string path, int size, long maxPixels)
    {
        using var file = ImageFile.OpenImage(path);
        var start = FileSignature.ReadStart(file, stackalloc byte[FileSignature.Length]);
        if (!PngImage.IsOne(start))
            throw new InvalidDataException($"{path}: not a mask: {FileSignature.Describe(start)}; " +
                "a PNG image whose samples are classes was expected: save the palette image.");
        file.Position = 0;
        using var rows = PngImage.OpenSamples(file, maxPixels, path);
        var (row, samples) = (new byte[rows.Width * rows.Channels], new ushort[size * size]);
        for (int y = 0, made = 0; y < rows.Height; y++)
        {
            rows.Next(row);
            for (; made < size && Nearest(made, size, rows.Height) == y; made++)
                for (var x = 0; x < size; x++)
                    samples[made * size + x] = BinaryPrimitives.ReadUInt16LittleEndian(row.AsSpan(2 * Nearest(x, size, rows.Width)));
        }
        return (samples, rows.Width, rows.Height);
    }

    /// <summary>The old pixel that the centre of a new one lies in.</summary>
    private static int Nearest(int place, int size, int from) => (int)((2L * place + 1) * from / (2L * size));
}
