using System.Buffers.Binary;

namespace Surprisal;

/// <summary>The numbers of a ZIP archive: little-endian, at any byte.</summary>
internal static class ZipFields
{
    public static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    public static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    public static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    /// <summary>Whether PK and these two bytes stand there.</summary>
    public static bool IsMark(ReadOnlySpan<byte> bytes, int at, byte third, byte fourth) =>
        bytes[at..] is [(byte)'P', (byte)'K', var c, var d, ..] && c == third && d == fourth;

    public static InvalidDataException Damaged(string name, string reason) => new($"{name}: the ZIP archive is damaged: {reason}.");
}
