using System.Buffers.Binary;

namespace Surprisal;

/// <summary>What the IHDR chunk of a PNG image says.</summary>
internal sealed record PngHeader(int Width, int Height, int Depth, int Colour, bool Interlaced)
{
    public const int Grey = 0, Rgb = 2, Palette = 3, GreyAlpha = 4, Rgba = 6;

    // Adam7: seven coarse images, each one a grid of pixels from (X, Y) in steps of (Right, Down).
    private static readonly (int X, int Y, int Right, int Down)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private static readonly (int X, int Y, int Right, int Down)[] Whole = [(0, 0, 1, 1)];

    /// <summary>Samples of one pixel in the file.</summary>
    public int Samples => Colour switch { Grey or Palette => 1, GreyAlpha => 2, Rgb => 3, _ => 4 };

    /// <summary>Channels of the decoded image.</summary>
    public int Channels => Colour is Grey or GreyAlpha ? 1 : 3;

    public long PixelBytes => (long)Width * Height * Channels;

    /// <summary>The parts of the image in the order of the file, with their sizes; empty ones are left out.</summary>
    public IEnumerable<(int X, int Y, int Right, int Down, int Columns, int Rows)> Passes =>
        from pass in Interlaced ? Adam7 : Whole
        let columns = (Width - pass.X + pass.Right - 1) / pass.Right
        let rows = (Height - pass.Y + pass.Down - 1) / pass.Down
        where columns > 0 && rows > 0
        select (pass.X, pass.Y, pass.Right, pass.Down, columns, rows);

    /// <summary>The bytes of all rows, with the byte before each that names its filter.</summary>
    public long ScanlineBytes => Passes.Sum(pass => pass.Rows * (1 + RowBytes(pass.Columns)));

    public long RowBytes(int columns) => ((long)columns * Samples * Depth + 7) / 8;

    public static PngHeader Parse(ReadOnlySpan<byte> data, long maxPixels, string name)
    {
        if (data.Length != 13) throw new InvalidDataException($"{name}: the IHDR chunk has {data.Length} bytes; 13 were expected.");
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
        ImageRows.CheckSize(width, height, maxPixels, name);
        var (depth, colour) = (data[8], data[9]);
        var known = colour switch
        {
            Grey => depth is 1 or 2 or 4 or 8 or 16,
            Palette => depth is 1 or 2 or 4 or 8,
            Rgb or GreyAlpha or Rgba => depth is 8 or 16,
            _ => false,
        };
        if (!known) throw new InvalidDataException($"{name}: colour type {colour} with {depth} bits a sample is no kind of PNG image.");
        if (data[10] != 0 || data[11] != 0 || data[12] > 1)
            throw new InvalidDataException($"{name}: compression {data[10]}, filter {data[11]}, interlace {data[12]}; " +
                "PNG knows compression 0, filter 0, interlace 0 or 1.");
        return new PngHeader((int)width, (int)height, depth, colour, data[12] == 1);
    }
}
