using System.Buffers.Binary;

namespace Surprisal;

/// <summary>The samples of a PNG image themselves, two bytes each, the low one first: what the pixels of a mask mean.</summary>
internal sealed class PngSamples(PngHeader header) : PngPixels(header, sizeof(ushort))
{
    public override void Convert(ReadOnlySpan<byte> row, Span<byte> pixels)
    {
        for (var x = 0; x < pixels.Length / sizeof(ushort); x++)
            BinaryPrimitives.WriteUInt16LittleEndian(pixels[(2 * x)..], (ushort)Sample(row, x));
    }
}
