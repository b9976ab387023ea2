using System.IO.Compression;

namespace Surprisal;

/// <summary>The decompressed rows of a PNG image, one at a time, filters undone.</summary>
internal sealed class PngScanlines(PngHeader header, Stream compressed, string name) : IDisposable
{
    private readonly ZLibStream decompressed = new(compressed, CompressionMode.Decompress);
    private readonly int pixelBytes = Math.Max(1, header.Samples * header.Depth / 8);

    // The row and the one above, each behind the byte that names its filter.
    private byte[] present = new byte[1 + header.RowBytes(header.Width)], above = new byte[1 + header.RowBytes(header.Width)];
    private long bytesRead;

    /// <summary>Begins an image (interlaced ones have seven): there is no row above the next one.</summary>
    public void Begin() => Array.Clear(present);

    /// <summary>The next row of so many pixels; <paramref name="y"/> is its place in the whole image, for messages.</summary>
    public ReadOnlySpan<byte> Next(int columns, int y)
    {
        (present, above) = (above, present);
        var length = (int)header.RowBytes(columns);
        Fill(present.AsSpan(0, 1 + length));
        var row = present.AsSpan(1, length);
        Unfilter(present[0], row, above.AsSpan(1, length), y);
        return row;
    }

    /// <summary>Reads past the end, which makes the stream compare its checksum; what some writers leave there is no pixel.</summary>
    public void End() => Read(stackalloc byte[1]);

    public void Dispose() => decompressed.Dispose();

    private void Fill(Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var count = Read(bytes);
            bytesRead += count;
            if (count == 0)
                throw new InvalidDataException($"{name}: truncated: {header.Width} x {header.Height} pixels need " +
                    $"{header.ScanlineBytes} decompressed bytes, but only {bytesRead} are there.");
            bytes = bytes[count..];
        }
    }

    private int Read(Span<byte> bytes)
    {
        try
        {
            return decompressed.Read(bytes);
        }
        catch (Exception error)
            when (error is IOException or InvalidDataException && !error.Message.StartsWith(name, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{name}: damaged: the compressed pixels do not decompress.", error);
        }
    }

    /// <summary>Adds the prediction from the left, the row above and the corner between them to each byte.</summary>
    private void Unfilter(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int y)
    {
        if (filter > 4) throw new InvalidDataException($"{name}: damaged: row {y} has filter {filter}; 0 to 4 was expected.");
        for (var i = filter is 1 or 3 or 4 ? 0 : row.Length; i < row.Length; i++)
        {
            var (left, corner) = i < pixelBytes ? (0, 0) : (row[i - pixelBytes], above[i - pixelBytes]);
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
}
