using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Surprisal;

/// <summary>An array on its way into a .npz file: a stored member whose sizes take 64 bits, as NumPy writes them too.</summary>
internal sealed class NpzMember
{
    private const int LargeField = 20;

    private readonly byte[] name, header;
    private readonly Action<ByteSink> numbers;
    private readonly long size;

    private NpzMember(string name, Tensor tensor)
    {
        this.name = Encoding.UTF8.GetBytes(name + ".npy");
        (header, numbers, size) = tensor switch
        {
            Tensor<float> t => Parts(t),
            Tensor<double> t => Parts(t),
            Tensor<Half> t => Parts(t),
            Tensor<long> t => Parts(t),
            Tensor<int> t => Parts(t),
            Tensor<short> t => Parts(t),
            Tensor<sbyte> t => Parts(t),
            Tensor<byte> t => Parts(t),
            _ => throw new ArgumentException(
                $"array \"{name}\" holds {tensor.ElementName}, which a .npz file cannot; write it as float32, or a " +
                "safetensors file.", nameof(tensor)),
        };
    }

    private delegate void ByteSink(ReadOnlySpan<byte> bytes);

    /// <summary>The members in the order of their names' bytes.</summary>
    public static List<NpzMember> All(IReadOnlyDictionary<string, Tensor> arrays)
    {
        foreach (var name in arrays.Keys)
            if (ZipEntryReader.Refusal(name) is { } reason)
                throw new ArgumentException($"the name of the array \"{OneLine.Short(name)}\" {reason}.", nameof(arrays));
        var members = arrays.Select(static pair => new NpzMember(pair.Key, pair.Value)).ToList();
        members.Sort(static (a, b) => a.name.AsSpan().SequenceCompareTo(b.name));
        return members;
    }

    public static void Write(Stream stream, List<NpzMember> members)
    {
        var directory = new MemoryStream();
        long at = 0;
        foreach (var member in members)
        {
            var crc = default(Crc32);
            crc.Add(member.header);
            member.numbers(bytes => crc.Add(bytes));
            var local = member.Record(crc.Value, isEntry: false, offset: 0);
            directory.Write(member.Record(crc.Value, isEntry: true, at));
            stream.Write(local);
            stream.Write(member.header);
            member.numbers(stream.Write);
            at += local.Length + member.size;
        }
        var end = End(members.Count, directory.Length, at);
        directory.WriteTo(stream);
        stream.Write(end);
    }

    private static (byte[] Header, Action<ByteSink> Numbers, long Size) Parts<T>(Tensor<T> tensor)
        where T : unmanaged, INumber<T>
    {
        var header = NpyHeaderText.Format<T>([.. tensor.Shape.Select(static axis => (long)axis)], out var length);
        return (header, sink =>
        {
            for (var rest = tensor.AsReadOnlySpan(); !rest.IsEmpty; rest = rest[Math.Min(1 << 20, rest.Length)..])
                sink(MemoryMarshal.AsBytes(rest[..Math.Min(1 << 20, rest.Length)]));
        }, header.Length + length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
    }

    /// <summary>The header before the data, or the entry in the directory: the same fields, of which the entry has some more.</summary>
    private byte[] Record(uint crc, bool isEntry, long offset)
    {
        var fields = new BinaryFields();
        fields.Add(isEntry ? 0x02014B50u : 0x04034B50u);
        if (isEntry) fields.Add((ushort)45);
        fields.Add((ushort)45, (ushort)0x0800, (ushort)0, (ushort)0, (ushort)0x0021); // 4.5 for large sizes, UTF-8, stored, 1 January 1980
        fields.Add(crc, uint.MaxValue, uint.MaxValue);
        fields.Add((ushort)name.Length, (ushort)(isEntry ? LargeField + 8 : LargeField));
        if (isEntry)
        {
            fields.Add((ushort)0, (ushort)0, (ushort)0);
            fields.Add(0u, uint.MaxValue);
        }
        fields.Add(name);
        fields.Add((ushort)1, (ushort)(isEntry ? 24 : 16));
        fields.Add(size, size);
        if (isEntry) fields.Add(offset);
        return fields.ToArray();
    }

    private static byte[] End(int count, long size, long start)
    {
        var fields = new BinaryFields();
        fields.Add(0x06064B50u);
        fields.Add(44L);
        fields.Add((ushort)45, (ushort)45);
        fields.Add(0u, 0u);
        fields.Add(count, count, size, start);
        fields.Add(0x07064B50u, 0u);
        fields.Add(start + size);
        fields.Add(1u, 0x06054B50u);
        fields.Add((ushort)0, (ushort)0, ushort.MaxValue, ushort.MaxValue);
        fields.Add(uint.MaxValue, uint.MaxValue);
        fields.Add((ushort)0);
        return fields.ToArray();
    }

    /// <summary>Numbers one after another, little-endian.</summary>
    private sealed class BinaryFields
    {
        private readonly ArrayBufferWriter<byte> bytes = new();

        public void Add(params ReadOnlySpan<ushort> values)
        {
            foreach (var value in values)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.GetSpan(sizeof(ushort)), value);
                bytes.Advance(sizeof(ushort));
            }
        }

        public void Add(params ReadOnlySpan<uint> values)
        {
            foreach (var value in values)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.GetSpan(sizeof(uint)), value);
                bytes.Advance(sizeof(uint));
            }
        }

        public void Add(params ReadOnlySpan<long> values)
        {
            foreach (var value in values)
            {
                BinaryPrimitives.WriteInt64LittleEndian(bytes.GetSpan(sizeof(long)), value);
                bytes.Advance(sizeof(long));
            }
        }

        public void Add(byte[] values) => bytes.Write(values);

        public byte[] ToArray() => bytes.WrittenSpan.ToArray();
    }
}
