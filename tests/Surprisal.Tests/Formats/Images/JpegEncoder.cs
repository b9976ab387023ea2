using System.Buffers.Binary;

namespace Surprisal.Tests.Training;

/// <summary>
/// A small baseline JPEG encoder (T.81) with all quantizers 1, so that a decoder may differ from the source by rounding alone: grey, or
/// colour without subsampling. Every Huffman code has 8 bits, in the order of the symbols.
/// </summary>
internal static class JpegEncoder
{
    private static readonly int[] zigzag = ZigZag();

    /// <summary>The file of an image; <paramref name="orientation"/> 0 writes no EXIF data.</summary>
    public static byte[] Encode(byte[] pixels, int width, int height, int channels, int orientation = 0, bool bigEndian = false)
    {
        List<byte> file = [0xFF, 0xD8];
        if (orientation > 0) Segment(file, 0xE1, [.. "Exif\0\0"u8, .. Exif(orientation, bigEndian)]);
        Segment(file, 0xDB, [0, .. Enumerable.Repeat((byte)1, 64)]);
        Segment(file, 0xC0, [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, (byte)channels,
            .. Enumerable.Range(1, channels).SelectMany(static id => new byte[] { (byte)id, 0x11, 0 })]);
        Segment(file, 0xC4, [0, .. Codes(16), .. Enumerable.Range(0, 16).Select(static size => (byte)size)]);
        Segment(file, 0xC4, [0x10, .. Codes(255), .. Enumerable.Range(0, 255).Select(static symbol => (byte)symbol)]);
        Segment(file, 0xDA, [(byte)channels, .. Enumerable.Range(1, channels).SelectMany(static id => new byte[] { (byte)id, 0 }), 0, 63, 0]);
        file.AddRange(Scan(Components(pixels, channels), width, height));
        file.AddRange([0xFF, 0xD9]);
        return [.. file];
    }

    /// <summary>A TIFF structure whose first directory has one entry, the orientation.</summary>
    public static byte[] Exif(int orientation, bool bigEndian)
    {
        byte[] little = [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0];
        byte[] big = [(byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
        return bigEndian ? big : little;
    }

    public static void Segment(List<byte> file, byte marker, byte[] data)
    {
        file.AddRange([0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2)]);
        file.AddRange(data);
    }

    /// <summary>So many codes, all of 8 bits; the last of all, eight ones, may not be used.</summary>
    private static IEnumerable<byte> Codes(int count) => Enumerable.Range(1, 16).Select(bits => (byte)(bits == 8 ? count : 0));

    /// <summary>Y, Cb, Cr of JFIF; grey as it is.</summary>
    private static double[][] Components(byte[] pixels, int channels)
    {
        if (channels == 1) return [[.. pixels.Select(static level => level - 128.0)]];
        var planes = new[] { new double[pixels.Length / 3], new double[pixels.Length / 3], new double[pixels.Length / 3] };
        for (var i = 0; i < planes[0].Length; i++)
        {
            var (r, g, b) = (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]);
            planes[0][i] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
            planes[1][i] = -0.168736 * r - 0.331264 * g + 0.5 * b;
            planes[2][i] = 0.5 * r - 0.418688 * g - 0.081312 * b;
        }
        return planes;
    }

    private static List<byte> Scan(double[][] planes, int width, int height)
    {
        var (bytes, held, count) = (new List<byte>(), 0UL, 0);
        var before = new int[planes.Length];
        for (var top = 0; top < height; top += 8)
            for (var left = 0; left < width; left += 8)
                for (var c = 0; c < planes.Length; c++)
                {
                    var block = Block(planes[c], width, height, left, top);
                    Number(0, block[0] - before[c]);
                    before[c] = block[0];
                    var run = 0;
                    for (var k = 1; k < 64; k++)
                        if (block[k] == 0) run++;
                        else
                        {
                            for (; run > 15; run -= 16) Bits(0xF0, 8);
                            Number(run << 4, block[k]);
                            run = 0;
                        }
                    if (run > 0) Bits(0, 8);
                }
        Bits(0x7F, 7);
        return bytes;

        void Number(int symbol, int value)
        {
            var size = 32 - BitOperations.LeadingZeroCount((uint)Math.Abs(value));
            Bits(symbol | size, 8);
            Bits(value < 0 ? value + (1 << size) - 1 : value, size);
        }

        void Bits(int value, int length)
        {
            held = held << length | (uint)value;
            for (count += length; count >= 8; count -= 8)
            {
                var next = (byte)(held >> (count - 8));
                bytes.Add(next);
                if (next == 0xFF) bytes.Add(0);
            }
        }
    }

    /// <summary>The rounded cosine transform of 8 x 8 samples, from low to high; beyond the edge its last samples go on.</summary>
    private static int[] Block(double[] plane, int width, int height, int left, int top)
    {
        var block = new int[64];
        for (var v = 0; v < 8; v++)
            for (var u = 0; u < 8; u++)
            {
                var sum = 0.0;
                for (var y = 0; y < 8; y++)
                    for (var x = 0; x < 8; x++)
                        sum += plane[Math.Min(top + y, height - 1) * width + Math.Min(left + x, width - 1)]
                            * Math.Cos((2 * x + 1) * u * Math.PI / 16) * Math.Cos((2 * y + 1) * v * Math.PI / 16);
                block[zigzag[8 * v + u]] = (int)Math.Round(sum / 4 * (u == 0 ? Math.Sqrt(0.5) : 1) * (v == 0 ? Math.Sqrt(0.5) : 1));
            }
        return block;
    }

    /// <summary>The place of each coefficient, row by row, on the way through the diagonals.</summary>
    private static int[] ZigZag()
    {
        var order = (from v in Enumerable.Range(0, 8)
                     from u in Enumerable.Range(0, 8)
                     orderby u + v, (u + v) % 2 == 0 ? u : v
                     select 8 * v + u).ToArray();
        var places = new int[64];
        for (var i = 0; i < 64; i++) places[order[i]] = i;
        return places;
    }
}
