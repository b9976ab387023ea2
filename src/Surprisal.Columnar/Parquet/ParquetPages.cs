using Parquet.Meta;

namespace Surprisal.Columnar;

/// <summary>Goes over the pages of a column in a row group before they are decoded: that they are all there, as large as they say, of a
/// kind that is read, and undamaged where they have checksums.</summary>
internal sealed class ParquetPages(FileBytes file, ParquetChunk chunk, long memory)
{
    private const int SmallHeader = 1 << 12, LargeHeader = 1 << 24, Piece = 1 << 16;

    private const int Plain = 0, PlainDictionary = 2, DeltaBinaryPacked = 5, DeltaByteArray = 7, RleDictionary = 8, ByteStreamSplit = 9;

    /// <summary>How many bytes the pages have, decompressed; the largest is held beside the values.</summary>
    public long Size { get; private set; }

    /// <exception cref="InvalidDataException">The column is damaged, or of a kind that is not read.</exception>
    public void Check()
    {
        var values = 0L;
        for (var at = chunk.Start; values < chunk.Values;)
        {
            var page = Header(at);
            at = page.Start + page.CompressedSize;
            CheckOne(page);
            if (page.Kind != ParquetPage.Dictionary) values += page.Values;
            Size += page.Size;
        }
        if (values != chunk.Values)
            throw Wrong(chunk.Start, $"has {values} values in its pages, but {chunk.Values} by the footer");
    }

    private ParquetPage Header(long at)
    {
        for (var window = SmallHeader; ; window *= 4)
        {
            var length = (int)Math.Min(window, chunk.End - at);
            if (length <= 0) throw Wrong(at, $"ends with fewer values than the footer says, {chunk.Values}: pages are missing");
            var reader = new ThriftReader(file.Read(at, length));
            try
            {
                return new ParquetPage(ThriftCheck.Read(ref reader, ThriftShape.PageHeader).Numbers, at + reader.Position);
            }
            catch (FormatException) when (reader.IsShort && length == window && window < LargeHeader)
            {
            }
            catch (FormatException error)
            {
                throw Wrong(at, $"has a damaged header: {error.Message}");
            }
        }
    }

    private void CheckOne(ParquetPage page)
    {
        if (page.CompressedSize <= 0 && page.Size != 0 || page.CompressedSize < 0 || page.CompressedSize > chunk.End - page.Start)
            throw Wrong(page.Start, $"has {page.CompressedSize} bytes of data, but {chunk.End - page.Start} are left of the column");
        if (page.Size < 0 || page.Size > memory)
            throw Wrong(page.Start, $"has {page.Size} bytes, decompressed, but {ByteSize.Format(memory)} of memory may be used (--memory)");
        if (page.Kind is not (ParquetPage.Data or ParquetPage.Dictionary or ParquetPage.DataV2))
            throw Wrong(page.Start, $"is of kind {page.Kind}; pages of data or of a dictionary were expected");
        if (page.Kind == ParquetPage.DataV2 && chunk.IsList)
            throw Wrong(page.Start, "is of version 2, which is not read in lists; write data pages of version 1");
        if (page.LevelBytes < 0 || page.LevelBytes > Math.Min(page.CompressedSize, page.Size))
            throw Wrong(page.Start, $"has {page.LevelBytes} bytes of levels in {page.CompressedSize}");
        if (page.Values < 0 || page.Values > (page.Kind == ParquetPage.Dictionary ? 8 * page.Size : chunk.Values))
            throw Wrong(page.Start, $"has {page.Values} values in {page.Size} bytes, and {chunk.Values} the column");
        if (page.Kind != ParquetPage.Dictionary && page.Values == 0 && page.CompressedSize == 0) throw Wrong(page.Start, "is empty");
        if (page.Kind != ParquetPage.Dictionary && (chunk.IsBoolean ? page.Encoding != Plain : page.Encoding
            is not (Plain or PlainDictionary or RleDictionary or ByteStreamSplit or (>= DeltaBinaryPacked and <= DeltaByteArray))))
            throw Wrong(page.Start, $"is encoded in a way that is not read here (number {page.Encoding} of Parquet's encodings)");
        CheckSum(page);
        var data = file.Read(page.Start + page.LevelBytes, (int)(page.CompressedSize - page.LevelBytes));
        var codec = page.IsCompressed ? chunk.Codec : CompressionCodec.UNCOMPRESSED;
        if (ParquetCodec.Complaint(codec, data, page.Size - page.LevelBytes, memory) is { } complaint)
            throw Wrong(page.Start, complaint);
        if (page.Kind == ParquetPage.Dictionary || page.Encoding is not (>= DeltaBinaryPacked and <= DeltaByteArray)) return;
        var differences = ParquetCodec.Decompress(codec, data, page.Size - page.LevelBytes)
            ?? throw Wrong(page.Start, $"does not come out of its compression ({codec}): it is damaged");
        if (ParquetDelta.Complaint(differences, page.Kind == ParquetPage.Data ? Levels : 0, page.Values) is { } wrong)
            throw Wrong(page.Start, wrong);
    }

    /// <summary>How many kinds of levels stand before the values of a page of version 1.</summary>
    private int Levels => (chunk.IsList ? 1 : 0) + (chunk.CanBeNull ? 1 : 0);

    private void CheckSum(ParquetPage page)
    {
        if (page.Checksum is not { } expected) return;
        var (sum, buffer) = (new Crc32(), new byte[Math.Min(Piece, page.CompressedSize)]);
        for (var at = 0L; at < page.CompressedSize;)
        {
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, page.CompressedSize - at));
            file.Read(page.Start + at, piece);
            sum.Add(piece);
            at += piece.Length;
        }
        if (sum.Value != expected)
            throw Wrong(page.Start, $"has the checksum {sum.Value:X8}, but {expected:X8} was expected: it is damaged");
    }

    private InvalidDataException Wrong(long at, string what) => new($"{chunk.Name}: the page at byte {at} {what}.");
}
