using System.Buffers.Binary;
using System.Text;

namespace Surprisal.Tests.Formats;

/// <summary>Event files: bytes worked out by hand from the format, and read back by a decoder of their own.</summary>
public sealed class TensorBoardWriterTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surprisal").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void AScalarsBytesAreThoseOfTensorFlow() =>
        Assert.Equal("1a00000000000000129bd82d09000000000000004010072a0d0a0b0a046c6f7373150000003fc33fc24a",
            Convert.ToHexStringLower(EventRecord.OfScalar(2, 7, "loss", 0.5f)));

    [Fact]
    public void TheChecksumIsTheMaskedCastagnoli()
    {
        Assert.Equal(0xE3069283, Castagnoli("123456789"u8)); // the check value of every description of the CRC
        Assert.Equal(0xC78AB0E5, EventRecord.MaskedChecksum("123456789"u8));
        Assert.Equal(0xA282EAD8, EventRecord.MaskedChecksum([]));
    }

    [Fact]
    public void AFileBeginsWithItsVersionAndHasEveryPoint()
    {
        var clock = new Clock();
        (string Tag, double Value, long Step)[] points =
        [
            ("loss", 0.5, 0), ("loss", 0.25, 1), ("validation/loss", double.NaN, 127), ("Größe", -1e30, 128), (new string('x', 300), 3, long.MaxValue),
            ("negative", 1, -1),
        ];
        string location;
        using (var board = new TensorBoardWriter(Path.Combine(folder, "new"), clock))
        {
            location = board.Location;
            for (var i = 0; i < points.Length; i++)
            {
                clock.Seconds = i + 0.5;
                board.Scalar(points[i].Tag, points[i].Value, points[i].Step);
                Assert.Equal(2 + i, Records(location).Count); // written through, while the file is open
            }
        }
        Assert.StartsWith($"events.out.tfevents.{1_700_000_000:D10}.", Path.GetFileName(location), StringComparison.Ordinal);
        Assert.EndsWith($".{Environment.ProcessId}.0", location, StringComparison.Ordinal);
        var records = Records(location).Select(Fields).ToList();
        Assert.Equal("brain.Event:2", Encoding.UTF8.GetString(Bytes(records[0].Single(static field => field.Number == 3))));
        for (var i = 0; i < points.Length; i++)
        {
            var value = Fields(Bytes(Fields(Bytes(records[i + 1].Single(static field => field.Number == 5))).Single()));
            Assert.Equal(1_700_000_000 + i + 0.5, BitConverter.UInt64BitsToDouble(records[i + 1].Single(static field => field.Number == 1).Value));
            Assert.Equal(points[i].Step, (long)records[i + 1].Single(static field => field.Number == 2).Value);
            Assert.Equal(points[i].Tag, Encoding.UTF8.GetString(Bytes(value.Single(static field => field.Number == 1))));
            Assert.Equal((float)points[i].Value, BitConverter.UInt32BitsToSingle((uint)value.Single(static field => field.Number == 2).Value));
        }
    }

    [Fact]
    public void TwoWritersInOneSecondHaveAFileEach()
    {
        var clock = new Clock();
        using var first = new TensorBoardWriter(folder, clock);
        using var second = new TensorBoardWriter(folder, clock);
        first.Scalar("a", 1, 1);
        second.Scalar("b", 2, 2);
        Assert.EndsWith(".1", second.Location, StringComparison.Ordinal);
        Assert.Equal((2, 2), (Records(first.Location).Count, Records(second.Location).Count));
    }

    [Fact]
    public void WhatCannotBeIsRefused()
    {
        Assert.Throws<ArgumentException>(static () => new TensorBoardWriter(""));
        var board = new TensorBoardWriter(folder);
        Assert.Throws<ArgumentException>(() => board.Scalar("", 1, 1));
        board.Dispose();
        board.Dispose();
        Assert.Throws<ObjectDisposedException>(() => board.Scalar("a", 1, 1));
        var file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        Assert.ThrowsAny<IOException>(() => new TensorBoardWriter(file));
    }

    /// <summary>The payloads of a file, each checksum of which is right.</summary>
    private static List<byte[]> Records(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var records = new List<byte[]>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            Assert.Equal(Masked(bytes.AsSpan(at + 12, length)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            records.Add(bytes[(at + 12)..(at + 12 + length)]);
            at += 16 + length;
        }
        return records;
    }

    /// <summary>The fields of a message in protocol buffers: numbers as bits, the rest as bytes.</summary>
    private static List<(int Number, ulong Value, byte[]? Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, ulong, byte[]?)>();
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message, ref at);
            switch (key & 7)
            {
                case 0:
                    fields.Add(((int)(key >> 3), Varint(message, ref at), null));
                    break;
                case 1:
                    fields.Add(((int)(key >> 3), BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(at)), null));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    fields.Add(((int)(key >> 3), 0, message[at..(at + length)]));
                    at += length;
                    break;
                default:
                    Assert.Equal(5ul, key & 7);
                    fields.Add(((int)(key >> 3), BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(at)), null));
                    at += 4;
                    break;
            }
        }
        return fields;
    }

    private static byte[] Bytes((int Number, ulong Value, byte[]? Bytes) field) => field.Bytes!;

    private static ulong Varint(byte[] bytes, ref int at)
    {
        var (value, shift) = (0ul, 0);
        while (true)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 127) << shift;
            if (next < 128) return value;
            shift += 7;
        }
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = Castagnoli(bytes);
        return (crc >> 15 | crc << 17) + 0xA282EAD8;
    }

    /// <summary>The remainder bit by bit, of the polynomial 0x1EDC6F41 turned round.</summary>
    private static uint Castagnoli(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFF;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0x82F63B78;
        }
        return ~crc;
    }

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(1_700_000_000).AddSeconds(Seconds);
    }
}
