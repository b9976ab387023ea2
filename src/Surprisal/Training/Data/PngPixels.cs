using System.Buffers.Binary;

namespace Surprisal.Training;

/// <summary>From the decompressed rows of a PNG image to pixels: filters undone, samples to bytes, opacity over white.</summary>
internal sealed class PngPixels
{
    private readonly PngHeader header;
    private readonly string name;
    private readonly byte[] palette;
    private readonly int[] transparent = [];

    /// <param name="header">The header.</param>
    /// <param name="palette">Red, green, blue of each colour; empty where the image has none.</param>
    /// <param name="transparency">The tRNS chunk: an opacity for each colour of the palette, or the one grey or colour that is transparent.</param>
    /// <param name="name">The file, for messages.</param>
    public PngPixels(PngHeader header, byte[] palette, byte[] transparency, string name)
    {
        (this.header, this.palette, this.name) = (header, palette, name);
        if (transparency.Length == 0) return;
        if (header.Colour == PngHeader.Palette)
        {
            if (transparency.Length > palette.Length / 3)
                throw new InvalidDataException($"{name}: tRNS has {transparency.Length} entries, but the palette {palette.Length / 3} colours.");
            for (var i = 0; i < 3 * transparency.Length; i++) palette[i] = OverWhite(palette[i], transparency[i / 3]);
        }
        else if (header.Colour is PngHeader.Grey or PngHeader.Rgb)
        {
            if (transparency.Length != 2 * header.Samples)
                throw new InvalidDataException($"{name}: tRNS has {transparency.Length} bytes; {2 * header.Samples} were expected for colour type {header.Colour}.");
            transparent = new int[header.Samples];
            for (var i = 0; i < transparent.Length; i++) transparent[i] = BinaryPrimitives.ReadUInt16BigEndian(transparency.AsSpan(2 * i));
        }
        else throw new InvalidDataException($"{name}: there is a tRNS chunk, but colour type {header.Colour} has its own opacity.");
    }

    public DecodedImage Decode(Span<byte> scanlines)
    {
        var pixels = new byte[header.PixelBytes];
        var distance = Math.Max(1, header.Samples * header.Depth / 8);
        Span<int> samples = stackalloc int[4];
        samples = samples[..header.Samples];
        foreach (var pass in header.Passes)
        {
            var rowBytes = (int)header.RowBytes(pass.Columns);
            ReadOnlySpan<byte> above = new byte[rowBytes];
            for (var y = 0; y < pass.Rows; y++)
            {
                var row = scanlines.Slice(1, rowBytes);
                Unfilter(scanlines[0], row, above, distance, pass.Y + y * pass.Down);
                var line = (pass.Y + y * pass.Down) * header.Width;
                if (header.Depth == 8 && header.Samples == header.Channels && header.Colour != PngHeader.Palette && transparent.Length == 0 && pass.Right == 1)
                    row.CopyTo(pixels.AsSpan(line * header.Channels));
                else
                    for (var x = 0; x < pass.Columns; x++)
                    {
                        for (var i = 0; i < samples.Length; i++) samples[i] = Sample(row, x * samples.Length + i);
                        var at = line + pass.X + x * pass.Right;
                        Write(samples, pixels.AsSpan(at * header.Channels, header.Channels));
                    }
                above = row;
                scanlines = scanlines[(1 + rowBytes)..];
            }
        }
        return new DecodedImage(header.Width, header.Height, header.Channels, pixels);
    }

    /// <summary>Adds the prediction from the left, the row above and the corner between them to each byte.</summary>
    private void Unfilter(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int distance, int y)
    {
        if (filter > 4) throw new InvalidDataException($"{name}: damaged: row {y} has filter {filter}; 0 to 4 was expected.");
        for (var i = filter is 1 or 3 or 4 ? 0 : row.Length; i < row.Length; i++)
        {
            var (left, corner) = i < distance ? (0, 0) : (row[i - distance], above[i - distance]);
            row[i] += (byte)(filter switch { 1 => left, 3 => (left + above[i]) / 2, _ => Paeth(left, above[i], corner) });
        }
        if (filter == 2)
            for (var i = 0; i < row.Length; i++) row[i] += above[i];
    }

    /// <summary>Whichever of the three lies nearest to left + above - corner; ties in this order.</summary>
    private static int Paeth(int left, int above, int corner)
    {
        var (toLeft, toAbove, toCorner) = (Math.Abs(above - corner), Math.Abs(left - corner), Math.Abs(left + above - 2 * corner));
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }

    /// <summary>The number of a sample as it stands in the file, 0 .. 2^depth - 1.</summary>
    private int Sample(ReadOnlySpan<byte> row, int index) => header.Depth switch
    {
        8 => row[index],
        16 => row[2 * index] << 8 | row[2 * index + 1],
        var depth => row[index * depth / 8] >> (8 - depth - index * depth % 8) & ((1 << depth) - 1),
    };

    private void Write(ReadOnlySpan<int> samples, Span<byte> pixel)
    {
        if (header.Colour == PngHeader.Palette)
        {
            if (3 * samples[0] >= palette.Length)
                throw new InvalidDataException($"{name}: damaged: a pixel has colour {samples[0]} of a palette of {palette.Length / 3}.");
            palette.AsSpan(3 * samples[0], 3).CopyTo(pixel);
            return;
        }
        var opacity = samples.Length > pixel.Length ? Byte(samples[^1]) : transparent.Length > 0 && samples.SequenceEqual(transparent) ? 0 : 255;
        for (var i = 0; i < pixel.Length; i++) pixel[i] = OverWhite(Byte(samples[i]), opacity);
    }

    /// <summary>Of 16 bits the high byte; fewer than 8 are spread over 0 .. 255.</summary>
    private int Byte(int sample) => header.Depth == 16 ? sample >> 8 : sample * 255 / ((1 << header.Depth) - 1);

    private static byte OverWhite(int value, int opacity) => (byte)((value * opacity + 255 * (255 - opacity) + 127) / 255);
}
