using System.Buffers.Binary;

namespace Surprisal.Columnar;

/// <summary>A table of a flatbuffer. Whatever the bytes are, a place outside of them is a <see cref="FormatException"/>.</summary>
internal readonly ref struct FlatTable
{
    private readonly ReadOnlySpan<byte> bytes;
    private readonly long at, slots;
    private readonly int size;

    private FlatTable(ReadOnlySpan<byte> bytes, long at)
    {
        this.bytes = bytes;
        this.at = at;
        slots = at - Int32(at);
        size = UInt16(slots);
    }

    /// <summary>The outermost table.</summary>
    public static FlatTable Root(ReadOnlySpan<byte> bytes) =>
        new(bytes, bytes.Length < 4 ? throw Outside() : BinaryPrimitives.ReadUInt32LittleEndian(bytes));

    /// <summary>Where it is among the bytes.</summary>
    public int Start => (int)at;

    /// <summary>Whether the field was written; what was not has its default.</summary>
    public bool Has(int field) => Place(field) != 0;

    public byte Byte(int field) => Place(field) is > 0 and var place ? Slice(place, 1)[0] : (byte)0;

    public short Int16(int field) => Place(field) is > 0 and var place ? BinaryPrimitives.ReadInt16LittleEndian(Slice(place, 2)) : (short)0;

    public long Int64(int field) => Place(field) is > 0 and var place ? BinaryPrimitives.ReadInt64LittleEndian(Slice(place, 8)) : 0;

    /// <summary>A table inside.</summary>
    public FlatTable Table(int field) => new(bytes, Target(Place(field) is > 0 and var place ? place : throw Outside()));

    /// <summary>The numbers of a vector of 8-byte integers, or of structures made of them; none where it was not written.</summary>
    /// <param name="field">The field.</param>
    /// <param name="words">How many 8-byte words one element has.</param>
    public ReadOnlySpan<long> Words(int field, int words)
    {
        if (Place(field) is not (> 0 and var place)) return [];
        var (first, count) = Vector(place, 8L * words);
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(Slice(first, count * 8 * words));
    }

    /// <summary>How many tables a vector holds; 0 where it was not written.</summary>
    public int Count(int field) => Place(field) is > 0 and var place ? (int)Vector(place, 4).Count : 0;

    /// <summary>One of the tables of a vector.</summary>
    public FlatTable Element(int field, int index) => new(bytes, Target(Vector(Place(field), 4).First + 4L * index));

    private long Place(int field)
    {
        var slot = 4 + 2 * field;
        return slot + 2 <= size && UInt16(slots + slot) is > 0 and var offset ? at + offset : 0;
    }

    private (long First, long Count) Vector(long place, long elementSize)
    {
        var start = Target(place);
        long count = BinaryPrimitives.ReadUInt32LittleEndian(Slice(start, 4));
        Slice(start + 4, count * elementSize);
        return (start + 4, count);
    }

    private long Target(long place) => place + BinaryPrimitives.ReadUInt32LittleEndian(Slice(place, 4));

    private int Int32(long place) => BinaryPrimitives.ReadInt32LittleEndian(Slice(place, 4));

    private int UInt16(long place) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(place, 2));

    private ReadOnlySpan<byte> Slice(long place, long length) =>
        place >= 0 && length >= 0 && place + length <= bytes.Length ? bytes.Slice((int)place, (int)length) : throw Outside();

    private static FormatException Outside() => new("it points outside of itself");
}
