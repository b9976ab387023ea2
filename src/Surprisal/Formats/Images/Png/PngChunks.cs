using System.Buffers.Binary;
using System.Text;

namespace Surprisal;

/// <summary>
/// The chunks of a PNG file one after another (length, type, data, checksum); data is read in pieces, each checksum compared at the end.
/// </summary>
internal sealed class PngChunks(Stream file, string name)
{
    private Crc32 crc;
    private long start;

    /// <summary>The four letters of the present chunk; empty before the first.</summary>
    public string Type { get; private set; } = "";

    /// <summary>The bytes of its data that were not read yet.</summary>
    public long Left { get; private set; }

    /// <summary>Goes on to the next chunk; what was not read of the present one is read for its checksum.</summary>
    public void Next()
    {
        if (Type.Length > 0) Finish();
        Span<byte> bytes = stackalloc byte[8];
        start = file.Position;
        var rest = file.Length - start;
        if (rest < 12) throw new InvalidDataException($"{name}: truncated: the file ends at byte {file.Length}, before the chunk IEND.");
        file.ReadExactly(bytes);
        var type = Encoding.Latin1.GetString(bytes[4..8]);
        if (!type.All(char.IsAsciiLetter)) throw new InvalidDataException($"{name}: damaged: byte {start + 4} begins no chunk name.");
        Left = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (Left > rest - 12)
            throw new InvalidDataException(
                $"{name}: truncated: the chunk {type} at byte {start} promises {Left} bytes, but only {rest - 12} are there.");
        crc = default;
        crc.Add(bytes[4..8]);
        Type = type;
    }

    /// <summary>Reads what is left of the present chunk and compares its checksum.</summary>
    public void Finish()
    {
        Span<byte> bytes = stackalloc byte[4096];
        while (Left > 0) Read(bytes);
        file.ReadExactly(bytes[..4]);
        if (crc.Value != BinaryPrimitives.ReadUInt32BigEndian(bytes))
            throw new InvalidDataException($"{name}: damaged: the checksum of the chunk {Type} at byte {start} is wrong.");
    }

    /// <summary>Some more data of the present chunk; 0 bytes at its end.</summary>
    public int Read(Span<byte> data)
    {
        var count = (int)Math.Min(data.Length, Left);
        file.ReadExactly(data[..count]);
        crc.Add(data[..count]);
        Left -= count;
        return count;
    }

    /// <summary>All data of the present chunk, which must be short.</summary>
    public byte[] ReadAll(int maxLength, string expected)
    {
        if (Left > maxLength) throw new InvalidDataException($"{name}: the chunk {Type} has {Left} bytes; {expected} were expected.");
        var data = new byte[Left];
        Read(data);
        return data;
    }
}
