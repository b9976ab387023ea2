namespace Surprisal.Columnar;

/// <summary>Thrift's compact protocol, read within its bytes: what goes beyond them is a <see cref="FormatException"/>.</summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>How many bytes were read.</summary>
    public int Position { get; private set; }

    /// <summary>Whether it failed because the bytes ended, and more of them might do.</summary>
    public bool IsShort { get; private set; }

    public int Left => bytes.Length - Position;

    public byte Byte()
    {
        if (Left == 0) throw Short();
        return bytes[Position++];
    }

    /// <summary>A number of up to 64 bits, 7 in a byte, the lowest first.</summary>
    public ulong Varint()
    {
        var value = 0ul;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw new FormatException("a number has more than 10 bytes");
    }

    /// <summary>A signed one: 0, -1, 1, -2, ... as 0, 1, 2, 3, ...</summary>
    public long Signed()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A length that the bytes which are left bear, if each item takes one or more.</summary>
    public int Length()
    {
        var length = Varint();
        if (length > (ulong)Left) throw Short();
        return (int)length;
    }

    public void Pass(int count)
    {
        if (count > Left) throw Short();
        Position += count;
    }

    private FormatException Short()
    {
        IsShort = true;
        return new FormatException("it is cut off, or promises more than there is");
    }
}
