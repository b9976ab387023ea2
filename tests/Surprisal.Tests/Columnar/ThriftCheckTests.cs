using Surprisal.Columnar;

namespace Surprisal.Tests.Columnar;

/// <summary>
/// Bytes of Thrift's compact protocol, written out by hand: a field is (step to its number, type), so 0x15 is the next one, an i32; 0 ends a
/// structure. The footer has an i32, a list of structures, an i64, a list of structures.
/// </summary>
public sealed class ThriftCheckTests
{
    [Theory]
    [InlineData("15 02 19 0C 16 00 19 0C 00", "")] // version 1, no schema, 0 rows, no groups
    [InlineData("15 02 19 1C 48 01 61 00 00", "")] // a schema of one element named a
    [InlineData("15 02 15 02 00", "field 2 is of another type than it should be")]
    [InlineData("15 02 19 15 02 00", "field 2 is a list of another type than it should be")]
    [InlineData("15 02 19 FC FF FF FF FF 0F 00", "it is cut off, or promises more than there is")]
    [InlineData("15 02 19 1C 48 7F 61 00 00", "it is cut off, or promises more than there is")]
    [InlineData("15 02", "it is cut off, or promises more than there is")]
    [InlineData("15 82 82 82 82 82 82 82 82 82 82 82 82 00", "a number has more than 10 bytes")]
    [InlineData("15 FE FF FF FF FF 01 00", "field 1 is 34359738367")]
    [InlineData("05 C8 01 02 00", "")] // field 100, which nobody knows, an i32
    [InlineData("0C C8 01 00 00", "")] // an unknown structure without fields
    [InlineData("0C C8 01 15 02 00 00", "field 100 is a structure that is not known: the file is damaged, or of a newer Parquet")]
    [InlineData("09 C8 01 2C 00 00 00", "field 100 is a list of another type than it should be")]
    [InlineData("0B C8 01 00 00", "field 100 is of the type 11, which is not known")]
    public void A_footer_is_gone_over(string hex, string complaint)
    {
        var reader = new ThriftReader(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        string? found = null;
        try
        {
            ThriftCheck.Read(ref reader, ThriftShape.Footer);
            Assert.Equal(0, reader.Left);
        }
        catch (FormatException error)
        {
            found = error.Message;
        }
        Assert.Equal(complaint, found ?? "");
    }

    [Fact]
    public void Numbers_of_a_page_header_are_kept_by_their_fields()
    {
        // A page of data: kind 0, 16 bytes, 12 compressed, checksum -1; 5 values, plain.
        var reader = new ThriftReader([0x15, 0, 0x15, 32, 0x15, 24, 0x15, 1, 0x1C, 0x15, 10, 0x15, 0, 0x15, 6, 0x15, 6, 0, 0]);
        var page = new ParquetPage(ThriftCheck.Read(ref reader, ThriftShape.PageHeader).Numbers, 100 + reader.Position);
        Assert.Equal((0, 16, 12, uint.MaxValue, 5, 0, 119),
            (page.Kind, page.Size, page.CompressedSize, page.Checksum, page.Values, page.Encoding, page.Start));
    }

    /// <summary>Groups in groups: whoever builds that schema runs out of stack.</summary>
    [Theory]
    [InlineData(100_000, 1, "the schema is more than 64 deep")]
    [InlineData(3, 2, "the schema promises more fields than it has")]
    [InlineData(2, -1, "a group of the schema has -1 fields")]
    public void A_schema_that_is_no_tree_is_refused(int count, int children, string complaint)
    {
        var varint = new List<byte>();
        for (var left = count; left > 0 || varint.Count == 0; left >>= 7) varint.Add((byte)(left & 0x7F | (left > 0x7F ? 0x80 : 0)));
        byte[] element = [0x48, 1, (byte)'a', 0x15, (byte)(children < 0 ? 1 : 2 * children), 0];
        byte[] footer = [0x15, 2, 0x19, 0xFC, .. varint, .. Enumerable.Repeat(element, count).SelectMany(static one => one), 0x16, 0, 0x19, 0x0C, 0];
        using var files = new ColumnarFixture();
        var refusal = files.Refusal([.. "PAR1"u8, .. footer, .. BitConverter.GetBytes(footer.Length), .. "PAR1"u8]);
        Assert.EndsWith($": {complaint}.", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Structures_without_end_are_refused()
    {
        // Each element of an unknown list of lists opens another list of one.
        var reader = new ThriftReader([0x09, 0xC8, 0x01, .. Enumerable.Repeat((byte)0x19, 100_000)]);
        string? found = null;
        try
        {
            ThriftCheck.Read(ref reader, ThriftShape.Footer);
        }
        catch (FormatException error)
        {
            found = error.Message;
        }
        Assert.Equal("structures are more than 32 deep", found);
    }
}
