using System.Buffers.Binary;

#if COMMAND // which has a copy of its own, for the library does not offer it
namespace Surprisal.Cli;
#elif COLUMNAR
namespace Surprisal.Columnar;
#else
namespace Surprisal;
#endif

/// <summary>The checksum of ZIP and PNG (IEEE 802.3), over bytes that come in pieces; eight bytes a step.</summary>
internal struct Crc32
{
    /// <summary>Table k has, for each byte, its share of the remainder when k more bytes follow.</summary>
    private static readonly uint[][] tables = Tables();

    private uint inverted;

    /// <summary>The checksum of what was added; 0 of nothing.</summary>
    public readonly uint Value => inverted;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var crc = ~inverted;
        uint[] t0 = tables[0], t1 = tables[1], t2 = tables[2], t3 = tables[3];
        uint[] t4 = tables[4], t5 = tables[5], t6 = tables[6], t7 = tables[7];
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = t7[(byte)low] ^ t6[(byte)(low >> 8)] ^ t5[(byte)(low >> 16)] ^ t4[low >> 24]
                ^ t3[(byte)high] ^ t2[(byte)(high >> 8)] ^ t1[(byte)(high >> 16)] ^ t0[high >> 24];
        }
        foreach (var value in bytes) crc = t0[(byte)(crc ^ value)] ^ crc >> 8;
        inverted = ~crc;
    }

    /// <summary>The reflected polynomial 0xEDB88320 for each byte, and for each with zeros behind it.</summary>
    private static uint[][] Tables()
    {
        var made = new uint[8][];
        for (var k = 0; k < made.Length; k++)
        {
            made[k] = new uint[256];
            for (var i = 0u; i < 256; i++)
            {
                var crc = k == 0 ? i : made[k - 1][i];
                for (var bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0xEDB88320 & (0 - (crc & 1)));
                made[k][i] = crc;
            }
        }
        return made;
    }
}
