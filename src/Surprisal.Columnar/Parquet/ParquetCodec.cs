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
            CompressionCodec.BROTLI => Decompressed(data, size, static (from, to) =>
                BrotliDecoder.TryDecompress(from, to, out var written) ? written : -1),
            CompressionCodec.LZ4 or CompressionCodec.LZ4_RAW => Decompressed(data, size, static (from, to) => LZ4Codec.Decode(from, to)),
            CompressionCodec.GZIP => size,
            _ => -2,
        };
        if (found == size) return null;
        return found == -2 ? $"is compressed by {codec}, which is not read; snappy, gzip, brotli, zstd and lz4_raw are"
            : found < 0 ? $"does not come out of its compression ({codec}): it is damaged"
            : $"has {found} bytes, decompressed, but {size} by its header: it is damaged";
    }

    /// <summary>The data of a page, decompressed; null where they do not come out as long as they should.</summary>
    /// <param name="codec">How they are compressed.</param>
    /// <param name="data">The data as they lie there.</param>
    /// <param name="size">How long they should be.</param>
    public static byte[]? Decompress(CompressionCodec codec, byte[] data, long size)
    {
        var to = new byte[size];
        try
        {
            var written = codec switch
            {
                CompressionCodec.UNCOMPRESSED => Copy(data, to),
                CompressionCodec.SNAPPY => Snappier.Snappy.Decompress(data, to),
                CompressionCodec.ZSTD => Unwrap(data, to),
                CompressionCodec.BROTLI => BrotliDecoder.TryDecompress(data, to, out var count) ? count : -1,
                CompressionCodec.LZ4 or CompressionCodec.LZ4_RAW => LZ4Codec.Decode(data, to),
                CompressionCodec.GZIP => Inflate(data, to),
                _ => -1,
            };
            return written == to.Length ? to : null;
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException or ZstdSharp.ZstdException)
        {
            return null;
        }
    }

    private static int Copy(byte[] from, byte[] to)
    {
        if (from.Length == to.Length) from.CopyTo(to, 0);
        return from.Length;
    }

    private static int Unwrap(byte[] from, byte[] to)
    {
        using var decompressor = new ZstdSharp.Decompressor();
        return decompressor.Unwrap(from, to);
    }

    private static int Inflate(byte[] from, byte[] to)
    {
        using var stream = new GZipStream(new MemoryStream(from), CompressionMode.Decompress);
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

    private static long Decompressed(ReadOnlySpan<byte> data, long size, DecompressSpan decompress)
    {
        if (size == 0) return 0;
        var buffer = ArrayPool<byte>.Shared.Rent((int)size);
        try
        {
            return decompress(data, buffer.AsSpan(0, (int)size));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private delegate int DecompressSpan(ReadOnlySpan<byte> from, Span<byte> to);
}
