namespace Surprisal;

/// <summary>From the samples of a PNG image to the bytes of its pixels.</summary>
internal abstract class PngPixels(PngHeader header, int channels)
{
    /// <summary>The bytes of a pixel.</summary>
    public int Channels => channels;

    /// <summary>The pixels of a row of samples, channels interleaved.</summary>
    public abstract void Convert(ReadOnlySpan<byte> row, Span<byte> pixels);

    /// <summary>The number of a sample as it stands in the file, 0 .. 2^depth - 1.</summary>
    protected int Sample(ReadOnlySpan<byte> row, int index) => header.Depth switch
    {
        8 => row[index],
        16 => row[2 * index] << 8 | row[2 * index + 1],
        var depth => row[index * depth / 8] >> (8 - depth - index * depth % 8) & ((1 << depth) - 1),
    };
}
