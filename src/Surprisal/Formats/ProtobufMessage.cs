using System.Buffers.Binary;
using System.Text;

namespace Surprisal;

/// <summary>
/// A message of protocol buffers, field after field: a key (number and wire type), then the value. Long bytes are not copied until the
/// message is written.
/// </summary>
internal sealed class ProtobufMessage
{
    private const int Varint = 0, EightBytes = 1, Length = 2, FourBytes = 5; // wire types

    private readonly List<ReadOnlyMemory<byte>> parts = [];

    /// <summary>How many bytes the fields take.</summary>
    public long Size { get; private set; }

    /// <summary>Adds an integer; a negative one takes ten bytes.</summary>
    public ProtobufMessage Add(int field, long value) => Append([.. Key(field, Varint), .. Bytes((ulong)value)]);

    /// <summary>Adds a number of 4 bytes.</summary>
    public ProtobufMessage Add(int field, float value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return Append([.. Key(field, FourBytes), .. bytes]);
    }

    /// <summary>Adds a number of 8 bytes.</summary>
    public ProtobufMessage Add(int field, double value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return Append([.. Key(field, EightBytes), .. bytes]);
    }

    /// <summary>Adds words, in UTF-8.</summary>
    public ProtobufMessage Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text));

    /// <summary>Adds bytes, which must stay as they are until the message is written.</summary>
    public ProtobufMessage Add(int field, ReadOnlyMemory<byte> bytes) =>
        Append([.. Key(field, Length), .. Bytes((ulong)bytes.Length)]).Append(bytes);

    /// <summary>Adds a message, which is complete.</summary>
    public ProtobufMessage Add(int field, ProtobufMessage message)
    {
        Append([.. Key(field, Length), .. Bytes((ulong)message.Size)]);
        foreach (var part in message.parts) Append(part);
        return this;
    }

    /// <summary>Writes the fields.</summary>
    public void WriteTo(Stream stream)
    {
        foreach (var part in parts) stream.Write(part.Span);
    }

    private ProtobufMessage Append(ReadOnlyMemory<byte> part)
    {
        parts.Add(part);
        Size += part.Length;
        return this;
    }

    private ProtobufMessage Append(byte[] part) => Append((ReadOnlyMemory<byte>)part);

    private static byte[] Key(int field, int type) => Bytes((ulong)(field << 3 | type));

    /// <summary>Seven bits a byte, the lowest first; the top bit says that more follow.</summary>
    private static byte[] Bytes(ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value >>= 7) bytes.Add((byte)(value | 128));
        return [.. bytes, (byte)value];
    }
}
