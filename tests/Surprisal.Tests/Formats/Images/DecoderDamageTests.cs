using System.Buffers.Binary;
using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>
/// Whatever the bytes are, a decoder gives pixels or refuses in its own words, in bounded time, and asks for no memory that the limit does not
/// allow. SURPRISAL_MUTATIONS=100000 damages so many photos instead of three thousand.
/// </summary>
public sealed class DecoderDamageTests(ITestOutputHelper output)
{
    private static readonly TimeSpan longest = TimeSpan.FromSeconds(5);

    private const int Rounds = 40, MaxPixels = 100_000, MaxAllocated = 4_000_000;

    private static readonly byte[] interesting = [0, 1, 2, 3, 4, 6, 8, 16, 0x7F, 0x80, 0xFE, 0xFF];

    [Fact]
    public void Damaged_png_images_are_refused_or_read()
    {
        var random = new SeededBytes(1919);
        foreach (var row in PillowFixtures.Pngs)
            for (var round = 0; round < Rounds; round++)
                AssertBounded(Renewed(Mutated(Convert.FromBase64String(row.Data.Item5), random)), static file => PngImage.Open(file, MaxPixels, "png"), "png");
    }

    [Theory]
    [InlineData("P2 # text\n3 2 255\n0 1 2\n3 4 255 # end\n")]
    [InlineData("P3 1 2 65535 1 2 3 4 5 6")]
    [InlineData("P5 4 2 255\nabcdefgh")]
    [InlineData("P6\n1 2\n1000\nabcdefghijkl")]
    public void Damaged_pnm_images_are_refused_or_read(string text)
    {
        var random = new SeededBytes(1920);
        for (var round = 0; round < 20 * Rounds; round++)
            AssertBounded(Mutated(System.Text.Encoding.ASCII.GetBytes(text), random), static file => PnmImage.Open(file, MaxPixels, "pnm"), "pnm");
    }

    [Fact]
    public void Damaged_idx_files_are_refused_or_read()
    {
        var random = new SeededBytes(1921);
        byte[] plain = DataFolder.Idx([4, 5, 5], random.Bytes(100)), zipped = DataFolder.Gzip(plain);
        for (var round = 0; round < 20 * Rounds; round++)
            foreach (var whole in new[] { plain, zipped })
                AssertBounded(Mutated(whole, random), static file => IdxFile.Read(file, "idx"), "idx");
    }

    [Fact]
    public void Damaged_photos_are_refused_or_read()
    {
        var rounds = Environment.GetEnvironmentVariable("SURPRISAL_MUTATIONS") is { Length: > 0 } text ? int.Parse(text) : 3_000;
        var seed = (uint)Environment.TickCount;
        output.WriteLine($"seed {seed}, {rounds} mutations");
        var random = new SeededBytes(seed);
        byte[][] photos =
        [
            JpegEncoder.Encode(JpegImageTests.Picture(19, 11, 3), 19, 11, 3, orientation: 6), JpegEncoder.Encode(JpegImageTests.Picture(9, 9, 1), 9, 9, 1),
            Convert.FromBase64String(PillowFixtures.Jpeg), .. JpegFixtures.Progressive,
        ];
        var read = 0;
        byte[] markers = [0, 1, 2, 7, 8, 0x11, 0x7F, 0x80, 0xC0, 0xC2, 0xC4, 0xD0, 0xD8, 0xD9, 0xDA, 0xDB, 0xDD, 0xE1, 0xFE, 0xFF];
        for (var round = 0; round < rounds; round++)
        {
            var began = Environment.TickCount64;
            var photo = random.Damaged(photos[random.Below(photos.Length)], markers);
            if (AssertBounded(photo, static file => JpegImage.Open(file, MaxPixels, "jpeg"), "jpeg")) read++;
            Assert.True(Environment.TickCount64 - began < longest.TotalMilliseconds, Convert.ToHexString(photo));
        }
        output.WriteLine($"{read} were read");
        Assert.InRange(read, rounds / 20, rounds - 1);
    }

    [Fact]
    public void Damaged_bitmaps_are_refused_or_read()
    {
        var random = new SeededBytes(1922);
        for (var round = 0; round < 20 * Rounds; round++)
            foreach (var whole in BmpImageTests.Files)
                AssertBounded(Mutated(whole, random), static file => BmpImage.Open(file, MaxPixels, "bmp"), "bmp");
    }

    private static bool AssertBounded(byte[] file, Func<Stream, ImageRows> open, string name) => AssertBounded(
        file,
        stream =>
        {
            using var rows = open(stream);
            ImageResizer.Resize(rows, 7, grey: true);
        },
        name);

    /// <summary>Returns whether it was read.</summary>
    private static bool AssertBounded(byte[] file, Action<Stream> read, string name)
    {
        var isRead = false;
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using var stream = new MemoryStream(file);
            read(stream);
            isRead = true;
        }
        catch (InvalidDataException error)
        {
            Assert.True(error.Message.StartsWith($"{name}: ", StringComparison.Ordinal), $"{Convert.ToHexString(file)}: {error.Message}");
        }
        catch (Exception error)
        {
            Assert.Fail($"{Convert.ToHexString(file)}: {error}");
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxAllocated);
        return isRead;
    }

    /// <summary>One to four bytes changed, cut out or put in.</summary>
    private static byte[] Mutated(byte[] whole, SeededBytes random)
    {
        var bytes = whole.ToList();
        for (var changes = 1 + random.Below(4); changes > 0 && bytes.Count > 8; changes--)
        {
            var at = random.Below(bytes.Count);
            var value = random.Below(2) == 0 ? interesting[random.Below(interesting.Length)] : random.Bytes(1)[0];
            switch (random.Below(8))
            {
                case 0: bytes.RemoveAt(at); break;
                case 1: bytes.Insert(at, value); break;
                case 2: bytes.RemoveRange(at, bytes.Count - at); break;
                default: bytes[at] = value; break;
            }
        }
        return [.. bytes];
    }

    /// <summary>With the checksums that the changed chunks should have, so that damage gets past them.</summary>
    private static byte[] Renewed(byte[] png)
    {
        for (long at = 8; at + 12 <= png.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan((int)at));
            if (at + 12 + length > png.Length) break;
            var body = png.AsSpan((int)at + 4, 4 + (int)length);
            var chunk = PngImageTests.Chunk(System.Text.Encoding.Latin1.GetString(body[..4]), body[4..].ToArray());
            chunk.AsSpan(8 + (int)length).CopyTo(png.AsSpan((int)(at + 8 + length)));
            at += 12 + length;
        }
        return png;
    }
}
