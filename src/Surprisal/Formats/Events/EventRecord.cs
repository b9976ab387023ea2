using System.Buffers.Binary;

namespace Surprisal;

/// <summary>
/// One record of an event file: length (8 bytes), its checksum, the event, its checksum; all little-endian. An event in protocol buffers:
/// 1 wall_time (double), 2 step, 3 file_version or 5 summary { 1 value { 1 tag, 2 simple_value (float) } }.
/// </summary>
internal static class EventRecord
{
    public static byte[] OfVersion(double time) => Framed(new ProtobufMessage().Add(1, time).Add(3, "brain.Event:2"));

    public static byte[] OfScalar(double time, long step, string tag, float value)
    {
        var one = new ProtobufMessage().Add(1, tag).Add(2, value);
        return Framed(new ProtobufMessage().Add(1, time).Add(2, step).Add(5, new ProtobufMessage().Add(1, one)));
    }

    /// <summary>CRC-32C, rotated and shifted so that the checksum of bytes with checksums in them is not special.</summary>
    public static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        var inverted = uint.MaxValue;
        foreach (var value in bytes) inverted = BitOperations.Crc32C(inverted, value);
        return BitOperations.RotateRight(~inverted, 15) + 0xA282EAD8;
    }

    private static byte[] Framed(ProtobufMessage message)
    {
        var record = new byte[8 + 4 + message.Size + 4];
        var payload = record.AsSpan(12, (int)message.Size);
        message.WriteTo(new MemoryStream(record, 12, payload.Length));
        BinaryPrimitives.WriteInt64LittleEndian(record, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedChecksum(record.AsSpan(0, 8)));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + payload.Length), MaskedChecksum(payload));
        return record;
    }
}
