using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Surprisal;

/// <summary>What a .npy file is written with: a header of version 1.0, and numbers as they are in memory.</summary>
internal static class NpyHeaderText
{
    private const int Alignment = 64, Prefix = 10, Piece = 1 << 20;

    /// <summary>The header, padded by spaces and a newline so that the numbers begin at a multiple of 64 bytes.</summary>
    /// <exception cref="ArgumentException">The format has no such type, or there is no such shape.</exception>
    public static byte[] Format<T>(ReadOnlySpan<long> shape, out long length)
        where T : unmanaged
    {
        long[] sizes = [.. shape];
        var type = StoredType.Find<T>();
        var description = type is null ? null : NpyDescription.Format(type);
        if (description is null)
            throw new ArgumentException(
                $"a .npy file cannot hold {type?.Name ?? typeof(T).Name}; write it as float32, or a safetensors file.");
        if (StoredShape.Bytes(sizes, type!.Bits) is null || sizes.Length > 32)
            throw new ArgumentException(
                $"{StoredShape.Format(sizes)} is no shape: 32 sizes of 0 or more at most, and a file holds their product.",
                nameof(shape));
        length = StoredShape.Length(sizes)!.Value;
        var tuple = sizes.Length == 1 ? $"({sizes[0]},)" : $"({string.Join(", ", sizes)})";
        var text = $"{{'descr': '{description}', 'fortran_order': False, 'shape': {tuple}, }}";
        text = text.PadRight((Prefix + text.Length + Alignment) / Alignment * Alignment - Prefix - 1) + "\n";
        var header = new byte[Prefix + text.Length];
        NpyHeader.Magic.CopyTo(header);
        header[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)text.Length);
        Encoding.ASCII.GetBytes(text, header.AsSpan(Prefix));
        return header;
    }

    /// <summary>Writes numbers as they are in memory: little-endian on every machine that .NET is released for.</summary>
    public static void WriteNumbers<T>(Stream stream, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        // A span of bytes counts in an int.
        for (; !values.IsEmpty; values = values[Math.Min(Piece, values.Length)..])
            stream.Write(MemoryMarshal.AsBytes(values[..Math.Min(Piece, values.Length)]));
    }
}
