using System.Runtime.InteropServices;
using System.Text;

namespace Surprisal.Cli.Rows;

/// <summary>One array of a .npz that is written in pieces: its place in the file is known before its numbers are.</summary>
internal sealed class NpzPart
{
    private const int Prefix = 10, Alignment = 64;

    private readonly byte[] header;
    private Crc32 checksum;
    private long written;

    /// <param name="name">As NumPy calls it.</param>
    /// <param name="type">What NumPy calls its numbers: '&lt;f4'.</param>
    /// <param name="bytes">Of a number.</param>
    /// <param name="length">How many there are; null for a single number without axes.</param>
    public NpzPart(string name, string type, int bytes, long? length)
    {
        Name = name + ".npy";
        var text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({(length is { } rows ? $"{rows}," : "")}), }}";
        text = text.PadRight((Prefix + text.Length + Alignment) / Alignment * Alignment - Prefix - 1) + "\n";
        header = [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, (byte)(text.Length >> 8), .. Encoding.ASCII.GetBytes(text)];
        Size = header.Length + (length ?? 1) * bytes;
        checksum.Add(header);
    }

    /// <summary>Of the member in the archive.</summary>
    public string Name { get; }

    /// <summary>The bytes of its header and its numbers.</summary>
    public long Size { get; }

    /// <summary>Where the header of the archive's member begins.</summary>
    public long Offset { get; set; }

    /// <summary>Where the array begins.</summary>
    public long Start { get; set; }

    /// <summary>Of what has been written.</summary>
    public uint Checksum => checksum.Value;

    public bool IsWhole => header.Length + written == Size;

    public void WriteHeader(Stream stream)
    {
        stream.Position = Start;
        stream.Write(header);
    }

    /// <summary>Writes the next numbers, wherever the stream is.</summary>
    public void Write<T>(Stream stream, ReadOnlySpan<T> values) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        checksum.Add(bytes);
        stream.Position = Start + header.Length + written;
        stream.Write(bytes);
        written += bytes.Length;
    }
}
