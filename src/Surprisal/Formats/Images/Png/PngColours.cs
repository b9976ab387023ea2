using System.Buffers.Binary;

namespace Surprisal;

/// <summary>From the samples of a PNG image to pixels of bytes: palettes looked up, depths scaled, opacity over white.</summary>
internal sealed class PngColours : PngPixels
{
    private readonly PngHeader header;
    private readonly string name;
    private readonly byte[] palette;
    private readonly int[] transparent = [];

    /// <param name="header">The header.</param>
    /// <param name="palette">Red, green, blue of each colour; empty where the image has none.</param>
    /// <param name="transparency">The tRNS chunk: an opacity for each colour of the palette, or the one grey or colour that is
    /// transparent.</param>
    /// <param name="name">The file, for messages.</param>
    public PngColours(PngHeader header, byte[] palette, byte[] transparency, string name) : base(header, header.Channels)
    {
        (this.header, this.palette, this.name) = (header, palette, name);
        if (transparency.Length == 0) return;
        if (header.Colour == PngHeader.Palette)
        {
            if (transparency.Length > palette.Length / 3)
                throw new InvalidDataException(
                    $"{name}: tRNS has {transparency.Length} entries, but the palette {palette.Length / 3} colours.");
            for (var i = 0; i < 3 * transparency.Length; i++) palette[i] = OverWhite(palette[i], transparency[i / 3]);
        }
        else if (header.Colour is PngHeader.Grey or PngHeader.Rgb)
        {
            if (transparency.Length != 2 * header.Samples)
                throw new InvalidDataException(
                    $"{name}: tRNS has {transparency.Length} bytes; {2 * header.Samples} were expected for colour type {header.Colour}.");
            transparent = new int[header.Samples];
            for (var i = 0; i < transparent.Length; i++) transparent[i] = BinaryPrimitives.ReadUInt16BigEndian(transparency.AsSpan(2 * i));
        }
        else throw new InvalidDataException($"{name}: there is a tRNS chunk, but colour type {header.Colour} has its own opacity.");
    }

    /// <summary>The pixels of a row of samples, channels interleaved.</summary>
    public override void Convert(ReadOnlySpan<byte> row, Span<byte> pixels)
    {
        if (header.Depth == 8 && header.Samples == header.Channels && header.Colour != PngHeader.Palette && transparent.Length == 0)
        {
            row.CopyTo(pixels);
            return;
        }
        Span<int> samples = stackalloc int[4];
        samples = samples[..header.Samples];
        for (var x = 0; x < pixels.Length / header.Channels; x++)
        {
            for (var i = 0; i < samples.Length; i++) samples[i] = Sample(row, x * samples.Length + i);
            Write(samples, pixels.Slice(x * header.Channels, header.Channels));
        }
    }

    private void Write(ReadOnlySpan<int> samples, Span<byte> pixel)
    {
        if (header.Colour == PngHeader.Palette)
        {
            if (3 * samples[0] >= palette.Length)
                throw new InvalidDataException($"{name}: damaged: a pixel has colour {samples[0]} of a palette of {palette.Length / 3}.");
            palette.AsSpan(3 * samples[0], 3).CopyTo(pixel);
            return;
        }
        var opacity = samples.Length > pixel.Length ? Byte(samples[^1])
            : transparent.Length > 0 && samples.SequenceEqual(transparent) ? 0
            : 255;
        for (var i = 0; i < pixel.Length; i++) pixel[i] = OverWhite(Byte(samples[i]), opacity);
    }

    /// <summary>Of 16 bits the high byte; fewer than 8 are spread over 0 .. 255.</summary>
    private int Byte(int sample) => header.Depth == 16 ? sample >> 8 : sample * 255 / ((1 << header.Depth) - 1);

    private static byte OverWhite(int value, int opacity) =>
        opacity == 255 ? (byte)value : (byte)((value * opacity + 255 * (255 - opacity) + 127) / 255);
}
