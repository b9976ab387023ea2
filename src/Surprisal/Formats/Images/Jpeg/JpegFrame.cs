using System.Buffers.Binary;

namespace Surprisal;

/// <summary>What the frame header (SOF) of a JPEG image says.</summary>
internal sealed record JpegFrame(int Width, int Height, int Components, bool IsProgressive, long Blocks)
{
    private const int Precision = 8;

    /// <summary>The frame of a segment's data; other codings than Huffman's, and other depths, are refused by name.</summary>
    public static JpegFrame Parse(byte marker, ReadOnlySpan<byte> data, long maxPixels, string name)
    {
        if (marker > 0xC2)
            throw new InvalidDataException($"{name}: a JPEG image with {Coding(marker)}; " +
                "baseline, extended or progressive with Huffman codes was expected.");
        if (data.Length < 6 || data.Length != 6 + 3 * data[5])
            throw new InvalidDataException(
                $"{name}: damaged: the frame header has {data.Length} bytes, 6 and 3 a component were expected.");
        if (data[0] != Precision)
            throw new InvalidDataException($"{name}: a JPEG image of {data[0]} bits a sample; {Precision} were expected.");
        var (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(data[1..]), BinaryPrimitives.ReadUInt16BigEndian(data[3..]));
        ImageRows.CheckSize(width, height, maxPixels, name);
        if (data[5] is not (1 or 3 or 4))
            throw new InvalidDataException($"{name}: a JPEG image of {data[5]} components; 1, 3 or 4 were expected.");
        return new JpegFrame(width, height, data[5], marker == 0xC2, CountBlocks(data[6..], width, height, name));
    }

    /// <summary>
    /// Refuses a size that so many bytes of coded pixels cannot hold: a block takes a bit, and without progression two, for each code has
    /// one at least.
    /// </summary>
    public void CheckCoded(long bytes, string name)
    {
        if (Blocks * (IsProgressive ? 1 : 2) > bytes * 8)
            throw new InvalidDataException(
                $"{name}: truncated: {Width} x {Height} pixels are {Blocks} blocks, more than {bytes} bytes of coded pixels can hold.");
    }

    /// <summary>The blocks of 8 x 8 samples of all components, each of which has its own share of the width and height.</summary>
    private static long CountBlocks(ReadOnlySpan<byte> components, int width, int height, string name)
    {
        var (across, down, blocks) = (1, 1, 0L);
        for (var i = 1; i < components.Length; i += 3)
        {
            var (x, y) = (components[i] >> 4, components[i] & 15);
            if (x is < 1 or > 4 || y is < 1 or > 4)
                throw new InvalidDataException($"{name}: damaged: a component is sampled {x} x {y} times; 1 to 4 was expected.");
            (across, down) = (Math.Max(across, x), Math.Max(down, y));
        }
        for (var i = 1; i < components.Length; i += 3)
            blocks += (long)Blocks8(width, components[i] >> 4, across) * Blocks8(height, components[i] & 15, down);
        return blocks;
    }

    private static int Blocks8(int pixels, int sampling, int most) => ((pixels * sampling + most - 1) / most + 7) / 8;

    private static string Coding(byte marker) => marker switch
    {
        0xC3 => "lossless coding",
        0xC5 or 0xC6 or 0xC7 => "hierarchical coding",
        0xC9 or 0xCA or 0xCB or 0xCD or 0xCE or 0xCF => "arithmetic coding",
        _ => $"the unknown frame {marker:X2}",
    };
}
