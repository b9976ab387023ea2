using System.Buffers.Binary;
using System.Text;

namespace Surprisal;

/// <summary>
/// One record of an event file: length (8 bytes), its checksum, the event, its checksum; all little-endian. An event in protocol buffers:
/// 1 wall_time (double), 2 step, 3 file_version or 5 summary { 1 value { 1 tag, 2 simple_value (float) } }.
/// </summary>
internal static class EventRecord
{
    private const byte Double = 1, Bytes = 2, Float = 5; // wire types

    public static byte[] OfVersion(double time) => Framed([.. Time(time), .. Field(3, "brain.Event:2"u8)]);

    public static byte[] OfScalar(double time, long step, string tag, float value)
    {
        byte[] number = [Key(2, Float), 0, 0, 0, 0];
        BinaryPrimitives.WriteSingleLittleEndian(number.AsSpan(1), value);
        byte[] one = [.. Field(1, Encoding.UTF8.GetBytes(tag)), .. number];
        return Framed([.. Time(time), Key(2, 0), .. Varint((ulong)step), .. Field(5, Field(1, one))]);
    }

    /// <summary>CRC-32C, rotated and shifted so that the checksum of bytes with checksums in them is not special.</summary>
    public static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        var inverted = uint.MaxValue;
        foreach (var value in bytes) inverted = BitOperations.Crc32C(inverted, value);
        return BitOperations.RotateRight(~inverted, 15) + 0xA282EAD8;
    }

    private static byte[] Framed(byte[] payload)
    {
        var record = new byte[8 + 4 + payload.Length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(record, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedChecksum(record.AsSpan(0, 8)));
        payload.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + payload.Length), MaskedChecksum(payload));
        return record;
    }

    private static byte[] Time(double seconds)
    {
        byte[] field = [Key(1, Double), 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteDoubleLittleEndian(field.AsSpan(1), seconds);
        return field;
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> bytes) => [Key(number, Bytes), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte Key(int number, byte type) => (byte)(number << 3 | type);

    /// <summary>Seven bits a byte, the lowest first; the top bit says that more follow.</summary>
    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value >>= 7) bytes.Add((byte)(value | 128));
        return [.. bytes, (byte)value];
    }
}
