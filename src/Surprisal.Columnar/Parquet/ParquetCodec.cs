using System.Buffers;
using System.IO.Compression;
using K4os.Compression.LZ4;
using Parquet.Meta;

namespace Surprisal.Columnar;

/// <summary>
/// Whether a page comes out of its compression as long as it says. The decoder gives more memory than was meant to some, and to others what
/// was in it before.
/// </summary>
internal static class ParquetCodec
{
    private const int SnappyLengthBytes = 5;

    /// <summary>What is wrong with the data of a page; null where nothing is.</summary>
    /// <param name="codec">How they are compressed.</param>
    /// <param name="data">The data as they lie there.</param>
    /// <param name="size">How long they should be.</param>
    /// <param name="memory">How long they may be.</param>
    public static string? Complaint(CompressionCodec codec, ReadOnlySpan<byte> data, long size, long memory)
    {
        var found = codec switch
        {
            CompressionCodec.UNCOMPRESSED => data.Length,
            CompressionCodec.SNAPPY => SnappyLength(data),
            CompressionCodec.ZSTD => ZstdLength(data, size, memory),
            CompressionCodec.BROTLI or CompressionCodec.LZ4 or CompressionCodec.LZ4_RAW => LengthOf(codec, data, size),
            CompressionCodec.GZIP => size,
            _ => -2,
        };
        if (found == size) return null;
        return found == -2 ? $"is compressed by {codec}, which is not read; snappy, gzip, brotli, zstd and lz4_raw are"
            : found < 0 ? $"does not come out of its compression ({codec}): it is damaged"
            : $"has {found} bytes, decompressed, but {size} by its header: it is damaged";
    }

    /// <summary>The data, decompressed, of a page without a complaint; null where they do not come out after all.</summary>
    /// <param name="codec">How they are compressed.</param>
    /// <param name="data">The data as they lie there.</param>
    /// <param name="size">How long they should be; those of Zstandard are as long as they say themselves.</param>
    public static byte[]? Decompress(CompressionCodec codec, byte[] data, long size)
    {
        try
        {
            switch (codec)
            {
                case CompressionCodec.UNCOMPRESSED: return data;
                case CompressionCodec.SNAPPY: return Snappier.Snappy.DecompressToArray(data);
                case CompressionCodec.ZSTD:
                    using (var decompressor = new ZstdSharp.Decompressor()) return decompressor.Unwrap(data).ToArray();
            }
            var to = new byte[size];
            return Decompress(codec, data, to) == size ? to : null;
        }
        catch (Exception error) when (error is InvalidDataException or ZstdSharp.ZstdException)
        {
            return null;
        }
    }

    /// <summary>Decompresses where the length is known; how many bytes came out, or a negative number.</summary>
    private static int Decompress(CompressionCodec codec, ReadOnlySpan<byte> data, Span<byte> to)
    {
        if (codec == CompressionCodec.BROTLI) return BrotliDecoder.TryDecompress(data, to, out var written) ? written : -1;
        if (codec != CompressionCodec.GZIP) return LZ4Codec.Decode(data, to);
        using var stream = new GZipStream(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
        return stream.ReadAtLeast(to, to.Length, throwOnEndOfStream: false);
    }

    private static long SnappyLength(ReadOnlySpan<byte> data)
    {
        var reader = new ThriftReader(data[..Math.Min(data.Length, SnappyLengthBytes)]);
        try
        {
            return (long)reader.Varint();
        }
        catch (FormatException)
        {
            return -1;
        }
    }

    /// <summary>Some writers' headers are wrong about pages of Zstandard, whose own length the decoder goes by: it only must not be too
    /// much.</summary>
    private static long ZstdLength(ReadOnlySpan<byte> data, long size, long memory)
    {
        try
        {
            var length = ZstdSharp.Decompressor.GetDecompressedSize(data);
            return length <= (ulong)memory ? size : (long)Math.Min(length, long.MaxValue);
        }
        catch (ZstdSharp.ZstdException)
        {
            return -1;
        }
    }

    private static long LengthOf(CompressionCodec codec, ReadOnlySpan<byte> data, long size)
    {
        if (size == 0) return 0;
        var buffer = ArrayPool<byte>.Shared.Rent((int)size);
        try
        {
            return Decompress(codec, data, buffer.AsSpan(0, (int)size));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
