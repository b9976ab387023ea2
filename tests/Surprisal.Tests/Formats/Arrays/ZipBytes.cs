using System.IO.Compression;
using System.Text;

namespace Surprisal.Tests.Formats;

/// <summary>A ZIP archive put together field by field after APPNOTE 6.3.10, so that any of them can be wrong.</summary>
internal sealed class ZipBytes
{
    private readonly List<Member> members = [];

    public int? Count { get; init; }

    public ushort Disk { get; init; }

    public string Comment { get; init; } = "";

    public ZipBytes Add(Member member)
    {
        members.Add(member);
        return this;
    }

    /// <summary>The archive; with so many bytes of nothing before its directory.</summary>
    public byte[] ToArray(int gap = 0)
    {
        using var bytes = new MemoryStream();
        using var directory = new MemoryStream();
        foreach (var member in members)
        {
            var (packed, at) = (member.Packed, (uint)bytes.Position);
            var crc = member.Crc ?? Crc(member.Data);
            var sizes = Fields(crc, (uint)packed.Length, member.Size ?? (uint)member.Data.Length);
            var name = member.RawName ?? Encoding.UTF8.GetBytes(member.Name);
            var localName = Encoding.UTF8.GetBytes(member.LocalName ?? member.Name);
            if (member.RawName is not null) localName = member.RawName;
            bytes.Write([.. "PK\u0003\u0004"u8, .. Shorts(20, member.LocalFlags ?? member.Flags, member.LocalMethod ?? member.Method, 0, 33),
                .. member.LocalSizes is { } local ? Fields(local) : sizes, .. Shorts((ushort)localName.Length, 0), .. localName, .. packed]);
            directory.Write([.. "PK\u0001\u0002"u8, .. Shorts(20, 20, member.Flags, member.Method, 0, 33), .. sizes,
                .. Shorts((ushort)name.Length, 0, 0, 0, 0), .. Fields(0, member.Offset ?? at), .. name]);
        }
        bytes.Write(new byte[gap]);
        var start = (uint)bytes.Position;
        directory.WriteTo(bytes);
        var count = (ushort)(Count ?? members.Count);
        bytes.Write([.. "PK\u0005\u0006"u8, .. Shorts(Disk, 0, count, count), .. Fields((uint)directory.Length, start), .. Shorts((ushort)Comment.Length),
            .. Encoding.ASCII.GetBytes(Comment)]);
        return bytes.ToArray();
    }

    /// <summary>Bit by bit, as the polynomial says.</summary>
    public static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB88320;
        }
        return ~crc;
    }

    public static byte[] Deflate(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(data);
        return packed.ToArray();
    }

    private static byte[] Shorts(params ushort[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static byte[] Fields(params uint[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    internal sealed record Member(string Name, byte[] Data)
    {
        public byte[]? RawName { get; init; }

        public string? LocalName { get; init; }

        public ushort Method { get; init; }

        public ushort? LocalMethod { get; init; }

        public ushort Flags { get; init; }

        public ushort? LocalFlags { get; init; }

        public uint? Crc { get; init; }

        public uint? Size { get; init; }

        /// <summary>Checksum, packed size, size.</summary>
        public uint[]? LocalSizes { get; init; }

        public uint? Offset { get; init; }

        /// <summary>What stands in the archive, where it is not the data deflated or as they are.</summary>
        public byte[]? PackedAs { get; init; }

        public byte[] Packed => PackedAs ?? (Method == 8 ? Deflate(Data) : Data);
    }
}
