namespace Surprisal;

/// <summary>The rows of a Windows bitmap from the top, which most files begin at the bottom: red, green, blue.</summary>
internal sealed class BmpRows(Stream file, int width, int height, int bits, long pixels, bool isBottomUp, byte[] palette, string name)
    : ImageRows(width, height, 3)
{
    private readonly byte[] line = new byte[((long)width * bits + 31) / 32 * 4];
    private int y;

    public override void Next(Span<byte> row)
    {
        file.Position = pixels + (long)(isBottomUp ? Height - 1 - y : y) * line.Length;
        file.ReadExactly(line);
        for (var x = 0; x < Width; x++)
        {
            var pixel = bits > 8 ? line.AsSpan(x * bits / 8, 3) : Colour(x);
            (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = bits > 8 ? (pixel[2], pixel[1], pixel[0]) : (pixel[0], pixel[1], pixel[2]);
        }
        y++;
    }

    public override void Dispose()
    {
    }

    private Span<byte> Colour(int x)
    {
        var index = line[x * bits / 8] >> (8 - bits - x * bits % 8) & ((1 << bits) - 1);
        return 3 * index < palette.Length ? palette.AsSpan(3 * index, 3)
            : throw new InvalidDataException(
                $"{name}: damaged: the pixel {x} of row {y} has colour {index} of a palette of {palette.Length / 3}.");
    }
}
