using System.Diagnostics;
using Apache.Arrow.Ipc;
using Surprisal.Columnar;
using Surprisal.Tests.Kernels;
using static Surprisal.Tests.Columnar.ArrowWriter;

namespace Surprisal.Tests.Columnar;

/// <summary>
/// Whatever the bytes are, a file of columns gives numbers or is refused in one line, in bounded memory and time. SURPRISAL_MUTATIONS=100000
/// tries so many of each format instead of three thousand. Decoders have threads of their own, so the memory of all is counted, and nothing
/// else may run.
/// </summary>
[Collection(Serial.Name)]
public sealed class ColumnarDamageTests(ITestOutputHelper output) : IDisposable
{
    private const long MaxAllocated = 64 << 20, Memory = 16 << 20;

    private static readonly byte[] interesting = [0, 1, 2, 3, 4, 8, 12, 15, 16, 0x15, 0x7F, 0x80, 0xFE, 0xFF];

    private readonly ColumnarFixture files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void Damaged_arrow_is_refused_or_read() => Mutate("Arrow",
        [.. ColumnarFixture.GoldenNames("arrow").Where(static name => !name.Contains("parquet", StringComparison.Ordinal)).Select(ColumnarFixture.Golden),
            .. new[] { CompressionCodecType.Lz4Frame, CompressionCodecType.Zstd }.Select(static codec =>
                Write([Batch(("z", Fixed(Floats(Enumerable.Range(0, 60).Select(static i => (float?)i)), 3)),
                    ("t", Dictionary(Ints(Enumerable.Repeat<int?>(0, 20)), Texts("cat", "dog"))))],
                    isFile: false, codec))]);

    [Fact]
    public void Damaged_parquet_is_refused_or_read() => Mutate("Parquet",
        [.. ColumnarFixture.GoldenNames("parquet")
            .Concat(ColumnarFixture.GoldenNames("arrow").Where(static name => name.Contains("parquet", StringComparison.Ordinal)))
            .Select(ColumnarFixture.Golden), ParquetFiles.Scores([3, 0, 5], 3)]);

    [Theory]
    [InlineData("layouts, stream")]
    [InlineData("batches, file")]
    [InlineData("polars lz4")]
    [InlineData("codec snappy")]
    [InlineData("checksums")]
    public void A_file_cut_at_any_byte_is_refused(string golden)
    {
        var whole = ColumnarFixture.Golden(golden);
        for (var length = 0; length < whole.Length; length++)
        {
            files.Write(whole[..length]);
            var error = Assert.Throws<InvalidDataException>(ReadEverything);
            Assert.StartsWith(files.Path, error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Bits flipped in the pages never change numbers in silence where pages have checksums.</summary>
    [Fact]
    public void A_bit_flipped_in_a_file_with_checksums_never_gives_other_numbers()
    {
        var whole = ColumnarFixture.Golden("checksums");
        var refused = 0;
        for (var at = 4; at < whole.Length - 8; at += 3)
        {
            var bytes = whole.ToArray();
            bytes[at] ^= (byte)(1 << at / 3 % 8);
            try
            {
                Assert.Equal(ColumnarFixture.Logits, files.Read<double>(bytes, "z", memory: Memory));
                Assert.Equal(ColumnarFixture.Labels, files.Read<long>(bytes, "y", memory: Memory));
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }
        output.WriteLine($"{refused} of {whole.Length / 3} were refused; the others are in what nobody reads");
        Assert.InRange(refused, whole.Length / 12, whole.Length / 3);
    }

    /// <summary>A structure ends with 0; a field of the type 0 that has a number is one that the decoder reads as what it should be.</summary>
    [Theory, InlineData(0x10), InlineData(0x20), InlineData(0x60), InlineData(0xF0)]
    public void AFieldOfTheTypeZeroIsNoEnd(byte head)
    {
        var bytes = ParquetFiles.Scores([3, 0, 5], 3);
        var footer = bytes.Length - 8 - BitConverter.ToInt32(bytes, bytes.Length - 8);
        bytes[footer] = head;
        files.Write(bytes);
        var error = Assert.Throws<InvalidDataException>(ReadEverything);
        Assert.StartsWith($"{files.Path} has a footer that is damaged at byte {footer + 1}: field {head >> 4} is of ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The first page of i32: at 21 the length of its levels, at 27 the size of a block of differences, their parts, their number.</summary>
    [Theory]
    [InlineData(27, "FFFF7F", "says that 0 differences are in blocks of 2097151 in 3 parts; at most 65536 a block were expected, and 3 in all: it is damaged")]
    [InlineData(27, "80800000", "says that 0 differences are in blocks of 0 in 0 parts; ")]
    [InlineData(29, "00", "says that 3 differences are in blocks of 128 in 0 parts; ")]
    [InlineData(30, "7F", "says that 127 differences are in blocks of 128 in 4 parts; ")]
    [InlineData(21, "FFFF", "has levels of 65535 bytes in 24")]
    public void BlocksOfDifferencesAreLookedAtBeforeTheDecoderTakesMemoryForThem(int at, string hex, string expected)
    {
        var bytes = ColumnarFixture.Golden("delta");
        Convert.FromHexString(hex).CopyTo(bytes, at);
        var error = Assert.Throws<InvalidDataException>(() => files.Read<long>(bytes, "i32"));
        Assert.StartsWith($"{files.Path}:i32: the page at byte 21 {expected}", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The same in compressed pages, of compressions that keep so few bytes as they are.</summary>
    [Theory]
    [InlineData("snappy", "V1"), InlineData("snappy", "V2"), InlineData("lz4", "V1"), InlineData("lz4", "V2")]
    public void BlocksOfDifferencesAreLookedAtInCompressedPagesToo(string codec, string version)
    {
        var bytes = ColumnarFixture.Golden($"delta, {codec}, {version}");
        var head = bytes.AsSpan().IndexOf<byte>([0x80, 0x02, 0x04, 0x03]); // blocks of 256 in 4 parts, 3 numbers
        Assert.True(head > 0);
        bytes.AsSpan(head, 3).Fill(0xFF);
        bytes[head + 2] = 0x7F;
        var error = Assert.Throws<InvalidDataException>(() => files.Read<long>(bytes, "y"));
        Assert.StartsWith($"{files.Path}:y: the page at byte ", error.Message, StringComparison.Ordinal);
        Assert.Contains(" says that 0 differences are in blocks of 2097151 in 3 parts; ", error.Message, StringComparison.Ordinal);
    }

    private void Mutate(string format, byte[][] goldens)
    {
        var rounds = Environment.GetEnvironmentVariable("SURPRISAL_MUTATIONS") is { Length: > 0 } text ? int.Parse(text) : 3_000;
        var seed = (uint)Environment.TickCount;
        output.WriteLine($"{format}: seed {seed}, {rounds} mutations");
        var random = new Training.SeededBytes(seed);
        var (read, slowest, largest) = (0, TimeSpan.Zero, 0L);
        for (var round = 0; round < rounds; round++)
        {
            var bytes = random.Damaged(goldens[random.Below(goldens.Length)], interesting);
            files.Write(bytes);
            var (before, clock) = (GC.GetTotalAllocatedBytes(), Stopwatch.StartNew());
            try
            {
                ReadEverything();
                read++;
            }
            catch (InvalidDataException error)
            {
                if (!error.Message.StartsWith(files.Path, StringComparison.Ordinal) || error.Message.Any(char.IsControl) || error.Message.Length > 2000)
                    Assert.Fail($"{Convert.ToHexString(bytes)}: {error.Message}");
            }
            catch (Exception error)
            {
                Assert.Fail($"{Convert.ToHexString(bytes)}: {error}");
            }
            var allocated = GC.GetTotalAllocatedBytes() - before;
            if (allocated > MaxAllocated) Assert.Fail($"{Convert.ToHexString(bytes)} takes {allocated} bytes");
            // The machine may stand still for a while; a decoder that loops does so for ever.
            if (clock.Elapsed.TotalSeconds > 60) Assert.Fail($"{Convert.ToHexString(bytes)} takes {clock.Elapsed}");
            (slowest, largest) = (clock.Elapsed > slowest ? clock.Elapsed : slowest, Math.Max(largest, allocated));
        }
        output.WriteLine($"{read} were read; the slowest took {slowest.TotalMilliseconds:F0} ms, the largest {largest / 1e6:F1} MB");
        Assert.InRange(read, 1, rounds - 1);
    }

    /// <summary>Every array of the file that can be opened, all of it.</summary>
    private void ReadEverything()
    {
        using var file = ColumnarFile.Open(files.Path, Memory);
        InvalidDataException? refusal = null;
        foreach (var entry in file.Entries)
            try
            {
                using var array = file.OpenArray(entry.Name, ColumnarFixture.Names);
                array.Verify();
            }
            catch (InvalidDataException error)
            {
                refusal = error;
            }
        if (refusal is not null) throw refusal;
    }
}
