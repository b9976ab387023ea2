namespace Surprisal;

/// <summary>
/// Reads PNG images (ISO/IEC 15948) of every colour type, depth and interlacing; opacity is composed over white, gamma is left alone.
/// </summary>
internal static class PngImage
{
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Whether these first bytes are those of one.</summary>
    public static bool IsOne(ReadOnlySpan<byte> start) => start.StartsWith(Signature);

    /// <summary>Opens an image in a stream that can seek, up to its first pixels; <paramref name="name"/> stands in the messages.</summary>
    /// <remarks>
    /// Rows are decoded as they are asked for. Only interlaced images, whose last row comes with the last byte, are held as a whole, as
    /// bytes.
    /// </remarks>
    /// <exception cref="InvalidDataException">The file is no PNG image, is damaged, or has more pixels than allowed.</exception>
    public static ImageRows Open(Stream file, long maxPixels, string name) => Open(file, maxPixels, name, areSamples: false);

    /// <summary>
    /// Opens a mask: each pixel is two bytes, the low one first, that hold its sample as it stands in the file, the index of a palette or a
    /// grey of 1 to 16 bits.
    /// </summary>
    /// <exception cref="InvalidDataException">As for images; or the image has colours or opacity.</exception>
    public static ImageRows OpenSamples(Stream file, long maxPixels, string name) => Open(file, maxPixels, name, areSamples: true);

    private static ImageRows Open(Stream file, long maxPixels, string name, bool areSamples)
    {
        var start = FileSignature.ReadStart(file, stackalloc byte[FileSignature.Length]);
        if (!IsOne(start)) throw new InvalidDataException($"{name}: not a PNG image: {FileSignature.Describe(start)}.");
        file.Position = Signature.Length;
        var chunks = new PngChunks(file, name);
        chunks.Next();
        if (chunks.Type != "IHDR") throw new InvalidDataException($"{name}: the first chunk is {chunks.Type}; IHDR was expected.");
        var header = PngHeader.Parse(chunks.ReadAll(13, "13"), maxPixels, name);
        if (areSamples && header.Colour is not (PngHeader.Grey or PngHeader.Palette))
            throw new InvalidDataException($"{name}: a mask with {(header.Colour == PngHeader.GreyAlpha ? "opacity" : "colours")}; " +
                "one number a pixel was expected: save the palette image, or the classes as grey.");
        byte[] palette = [], transparency = [];
        for (chunks.Next(); chunks.Type != "IDAT"; chunks.Next())
        {
            if (chunks.Type == "PLTE") palette = chunks.Left % 3 == 0 && chunks.Left is > 0 and <= 3 * 256 ? chunks.ReadAll(3 * 256, "")
                : throw new InvalidDataException(
                    $"{name}: the palette has {chunks.Left} bytes; 3 for each of 1 to 256 colours were expected.");
            else if (chunks.Type == "tRNS") transparency = chunks.ReadAll(256, "at most 256");
            else if (chunks.Type == "IEND") throw new InvalidDataException($"{name}: there is no IDAT chunk, so no pixels.");
            else Skip(chunks, name);
        }
        if (header.Colour == PngHeader.Palette && palette.Length == 0)
            throw new InvalidDataException($"{name}: the image has colour type 3, but no PLTE chunk.");
        var held = header.Interlaced ? Math.Max(header.PixelBytes, 2L * header.Width * header.Height) : 0;
        if (header.ScanlineBytes > file.Length * IdxFile.MaxExpansion || held > Array.MaxLength)
            throw new InvalidDataException($"{name}: the header promises {header.Width} x {header.Height} pixels, " +
                $"more than {file.Length} bytes can hold or this reader holds.");
        PngPixels pixels = areSamples ? new PngSamples(header) : new PngColours(header, palette, transparency, name);
        var rows = new PngRows(header, chunks, pixels, name);
        return header.Interlaced ? rows.ReadInterlaced() : rows;
    }

    /// <summary>
    /// Passes over a chunk that says nothing about the pixels; a capital first letter marks one without which the image cannot be
    /// understood.
    /// </summary>
    public static void Skip(PngChunks chunks, string name)
    {
        if (chunks.Type == "IHDR") throw new InvalidDataException($"{name}: there is a second IHDR chunk.");
        if (chunks.Type is not ("IDAT" or "PLTE") && char.IsAsciiLetterUpper(chunks.Type[0]))
            throw new InvalidDataException($"{name}: the chunk {chunks.Type} is unknown, but marked as necessary.");
    }
}
