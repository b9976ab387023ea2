namespace Surprisal;

/// <summary>The rows of a PNG image, decoded one by one.</summary>
internal sealed class PngRows : ImageRows
{
    private readonly PngHeader header;
    private readonly PngChunks chunks;
    private readonly PngPixels pixels;
    private readonly string name;
    private readonly PngScanlines scanlines;
    private int y;

    /// <param name="header">The header.</param>
    /// <param name="chunks">The file, at its first IDAT chunk.</param>
    /// <param name="pixels">What makes pixels of samples.</param>
    /// <param name="name">The file, for messages.</param>
    public PngRows(PngHeader header, PngChunks chunks, PngPixels pixels, string name) : base(header.Width, header.Height, pixels.Channels)
    {
        (this.header, this.chunks, this.pixels, this.name) = (header, chunks, pixels, name);
        scanlines = new PngScanlines(header, new PngData(chunks), name);
    }

    public override void Next(Span<byte> row)
    {
        pixels.Convert(scanlines.Next(Width, y++), row);
        if (y == Height) End();
    }

    /// <summary>Reads an interlaced image whole and puts it together from its seven coarse ones.</summary>
    public InMemoryImage ReadInterlaced()
    {
        var whole = new byte[(long)Width * Height * Channels];
        var line = new byte[Width * Channels];
        foreach (var pass in header.Passes)
        {
            scanlines.Begin();
            for (var down = 0; down < pass.Rows; down++)
            {
                var top = pass.Y + down * pass.Down;
                pixels.Convert(scanlines.Next(pass.Columns, top), line.AsSpan(0, pass.Columns * Channels));
                for (var x = 0; x < pass.Columns; x++)
                    line.AsSpan(x * Channels, Channels).CopyTo(whole.AsSpan((top * Width + pass.X + x * pass.Right) * Channels));
            }
        }
        End();
        Dispose();
        return new InMemoryImage(Width, Height, Channels, whole);
    }

    public override void Dispose() => scanlines.Dispose();

    /// <summary>What follows the pixels up to IEND, so that a file that was cut is not taken for a whole one.</summary>
    private void End()
    {
        scanlines.End();
        for (; chunks.Type != "IEND"; chunks.Next()) PngImage.Skip(chunks, name);
        if (chunks.Left > 0) throw new InvalidDataException($"{name}: the chunk IEND has {chunks.Left} bytes; none were expected.");
        chunks.Finish();
    }
}
