using System.Buffers.Binary;
using System.Text;

namespace Surprisal.Cli.Rows;

/// <summary>
/// Several arrays of known lengths into one .npz, side by side and in pieces: members are stored, so each one's place follows from the
/// lengths; headers and the directory are written last, with the checksums.
/// </summary>
/// <remarks>ZIP with its extension for large files throughout (APPNOTE 6.3.10, 4.5.3): the same bytes for the same numbers.</remarks>
internal sealed class NpzWriter
{
    private const int LocalBytes = 30, EntryBytes = 46, LocalExtra = 20, EntryExtra = 28, Version = 45, FirstOfJanuary1980 = 0x21;

    private readonly Stream stream;
    private readonly IReadOnlyList<NpzPart> members;

    public NpzWriter(Stream stream, IReadOnlyList<NpzPart> members)
    {
        (this.stream, this.members) = (stream, members);
        var at = 0L;
        foreach (var member in members)
        {
            (member.Offset, member.Start) = (at, at + LocalBytes + member.Name.Length + LocalExtra);
            at = member.Start + member.Size;
            member.WriteHeader(stream);
        }
        End = at;
    }

    /// <summary>Where the data end and the directory begins.</summary>
    private long End { get; }

    public void Write<T>(NpzPart member, ReadOnlySpan<T> values) where T : unmanaged => member.Write(stream, values);

    /// <summary>Writes what is known at the end only.</summary>
    public void Finish()
    {
        foreach (var member in members)
        {
            stream.Position = member.Offset;
            stream.Write(Header(member, isEntry: false));
        }
        stream.Position = End;
        foreach (var member in members) stream.Write(Header(member, isEntry: true));
        stream.Write(Ending(stream.Position - End));
    }

    /// <summary>The header before a member, or its entry in the directory.</summary>
    private static byte[] Header(NpzPart member, bool isEntry)
    {
        var (fields, extra) = isEntry ? (EntryBytes, EntryExtra) : (LocalBytes, LocalExtra);
        var bytes = new byte[fields + member.Name.Length + extra];
        U32(bytes, 0, isEntry ? 0x02014b50u : 0x04034b50u);
        U16(bytes, 4, Version);
        var at = isEntry ? 6 : 4; // an entry says first by which version it was made
        U16(bytes, at, Version);
        U16(bytes, at + 8, FirstOfJanuary1980);
        U32(bytes, at + 10, member.Checksum);
        U32(bytes, at + 14, uint.MaxValue);
        U32(bytes, at + 18, uint.MaxValue);
        U16(bytes, at + 22, (ushort)member.Name.Length);
        U16(bytes, at + 24, (ushort)extra);
        if (isEntry) U32(bytes, 42, uint.MaxValue);
        Encoding.ASCII.GetBytes(member.Name, bytes.AsSpan(fields));
        var large = bytes.AsSpan(fields + member.Name.Length);
        U16(large, 0, 1);
        U16(large, 2, (ushort)(extra - 4));
        U64(large, 4, member.Size);
        U64(large, 12, member.Size);
        if (isEntry) U64(large, 20, member.Offset);
        return bytes;
    }

    /// <summary>The record of large archives, the way to it, and the end that says to look there.</summary>
    private byte[] Ending(long directoryBytes)
    {
        var bytes = new byte[56 + 20 + 22];
        U32(bytes, 0, 0x06064b50);
        U64(bytes, 4, 44);
        U16(bytes, 12, Version);
        U16(bytes, 14, Version);
        U64(bytes, 24, members.Count);
        U64(bytes, 32, members.Count);
        U64(bytes, 40, directoryBytes);
        U64(bytes, 48, End);
        U32(bytes, 56, 0x07064b50);
        U64(bytes, 64, End + directoryBytes);
        U32(bytes, 72, 1);
        U32(bytes, 76, 0x06054b50);
        U32(bytes, 84, uint.MaxValue); // both numbers of members
        U32(bytes, 88, uint.MaxValue);
        U32(bytes, 92, uint.MaxValue);
        return bytes;
    }

    private static void U16(Span<byte> bytes, int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes[at..], value);

    private static void U32(Span<byte> bytes, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], value);

    private static void U64(Span<byte> bytes, int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(bytes[at..], value);
}
