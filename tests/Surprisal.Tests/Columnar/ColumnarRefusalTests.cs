using System.Buffers.Binary;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using static Surprisal.Tests.Columnar.ArrowWriter;

namespace Surprisal.Tests.Columnar;

/// <summary>What is refused, with the whole message behind the file's name.</summary>
public sealed class ColumnarRefusalTests : IDisposable
{
    private readonly ColumnarFixture files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("row", ":row: row 5 is null; a value was expected.")]
    [InlineData("item", ":item: row 4 has a null at place 1 of its list; a number was expected.")]
    [InlineData("uneven", ":uneven: row 3 has 2 numbers; 3 were expected, as the first row has.")]
    [InlineData("y", ":y: row 6 is null; a value was expected.")]
    public void Arrow_rows_that_make_no_array(string column, string message) => Assert.Equal(message, files.Refusal(ColumnarFixture.Golden("nulls"), column));

    [Theory]
    [InlineData("null row", "z", ":z: row 5 is null; a list was expected.")]
    [InlineData("null row", "y", ":y: row 4 is null; a value was expected.")]
    [InlineData("null item", "z", ":z: row 4 has a null at place 2 of its list; a number was expected.")]
    [InlineData("uneven", "z", ":z: row 4 has 2 numbers; 3 were expected, as rows before it have, or most.")]
    [InlineData("uneven", "e", ":e: row 1 has 0 numbers; a list of them was expected.")]
    public void Parquet_rows_that_make_no_array(string golden, string column, string message) =>
        Assert.Equal(message, files.Refusal(ColumnarFixture.Golden(golden), column));

    [Fact]
    public void Rows_count_through_all_batches_and_slices_keep_their_nulls()
    {
        var batch = Batch(("z", Fixed(Floats(1, 2, 3, 4, 5, 6, null, 8), 2, 1)));
        Assert.Equal(":z: row 4 is null; a value was expected.", files.Refusal(InStream(batch.Slice(2, 1), batch.Slice(2, 1), batch.Slice(2, 1),
            batch.Slice(0, 2)), "z"));
        Assert.Equal(":z: row 2 has a null at place 0 of its list; a number was expected.",
            files.Refusal(InStream(batch.Slice(2, 1), batch.Slice(2, 2)), "z"));
    }

    [Fact]
    public void Text_is_a_class_by_its_name_alone()
    {
        var bytes = InStream(Batch(("y", Dictionary(Ints(1, 0), Texts("cat", "dog"))), ("n", Dictionary(Ints(1, 0), Ints(7, 8))),
            ("i", Dictionary(Ints(0, null), Texts("cat")))));
        Assert.Equal(":y holds text by a dictionary; its order is no order of classes: the names of the classes are needed too (--class-names).",
            files.Refusal(bytes, "y"));
        Assert.Equal(":y: row 0 is \"dog\", which is none of the 2 names of classes.", files.Refusal(bytes, "y", ["cat", "mouse"]));
        Assert.Equal(":n holds a dictionary of int32; float16, float32, float64, integers, bool or lists of one of these were expected.",
            files.Refusal(bytes, "n", ["7", "8"]));
        Assert.Equal(":i: row 1 is null; a value was expected.", files.Refusal(bytes, "i", ["cat"]));
    }

    [Fact]
    public void Nothing_is_guessed()
    {
        var bytes = InStream(Batch(("x_0", Floats(1)), ("x_2", Floats(2)), ("y", Ints(3)), ("y", Ints(4)), ("z_0", Floats(5)),
            ("z_1", Ints(6)), ("t", Texts("a"))));
        Assert.Equal(" has x_0 (float32), x_2 (float32), y (int32), y (int32), z_0 (float32), z_1 (int32), t (text); name one of them, " +
            $"as {files.Path}:x_0.", files.Refusal(bytes));
        Assert.Equal(" has 2 columns \"y\"; one was expected.", files.Refusal(bytes, "y"));
        Assert.Equal(" has the columns x_0, x_2; x_0, x_1, ... were expected, each once and without a gap.", files.Refusal(bytes, "x"));
        Assert.Equal(" has z_1 of int32 beside z_0 of float32; classes of one type were expected.", files.Refusal(bytes, "z"));
        Assert.Equal(" has no column \"logits\"; it has x_0 (float32), x_2 (float32), y (int32), y (int32), z_0 (float32), z_1 (int32), t (text).",
            files.Refusal(bytes, "logits"));
        Assert.Equal([7, 8], files.Read<float>(InStream(Batch(("p_1", Floats(8)), ("p_0", Floats(7)))), null));
        Assert.Equal(" has no column that is read, but t (text); numbers or lists of them were expected.", files.Refusal(InStream(Batch(("t", Texts("a"))))));
    }

    [Fact]
    public void A_stream_that_was_cut_says_how_many_rows_there_were()
    {
        var (one, two) = (InStream(Batch(("y", Ints(1, 2, 3)))), InStream(Batch(("y", Ints(1, 2, 3))), Batch(("y", Ints(4, 5)))));
        var cut = two[..(one.Length - 8)];
        Assert.Equal($" ends at byte {cut.Length} without the mark of its end, after 3 rows: it is cut off.", files.Refusal(cut, "y"));
        Assert.Equal($" ends at byte {two.Length - 8} without the mark of its end, after 5 rows: it is cut off.", files.Refusal(two[..^8], "y"));
        Assert.Equal($" goes on for 3 bytes behind its end, at byte {one.Length}; they belong to nothing.", files.Refusal([.. one, 1, 2, 3], "y"));
        Assert.Equal(": it is empty; an Arrow file or stream, or a Parquet file was expected.", files.Refusal([], "y"));
    }

    [Fact]
    public void Older_formats_are_named()
    {
        Assert.Equal(" is a Feather file of version 1; save it as Feather 2, which is Arrow.", files.Refusal([.. "FEA1"u8, .. new byte[80]]));
        using var stream = new MemoryStream();
        using (var writer = new ArrowStreamWriter(stream, Batch(("y", Ints(1))).Schema, leaveOpen: true, new IpcOptions { WriteLegacyIpcFormat = true }))
        {
            writer.WriteRecordBatch(Batch(("y", Ints(1))));
            writer.WriteEnd();
        }
        const string Old = " is of an Arrow before 0.15, without marks between its messages; write it again with a newer one.";
        Assert.Equal(Old, files.Refusal(stream.ToArray()));
        Assert.Equal(Old, files.Refusal([.. "ARROW1\0\0"u8, .. stream.ToArray()]));
    }

    [Fact]
    public void A_file_that_is_something_else_is_named()
    {
        Assert.Equal(": it is gzip data; an Arrow file or stream, or a Parquet file was expected.", files.Refusal([0x1F, 0x8B, 8, 0]));
        Assert.Equal(" is an encrypted Parquet file; a plain one was expected.", files.Refusal([.. "PARE"u8, .. new byte[20], .. "PARE"u8]));
        Assert.Throws<FileNotFoundException>(() => Surprisal.Columnar.ColumnarFile.Open(files.At("none")));
    }

    [Fact]
    public void Groups_above_the_memory_are_refused_with_their_size()
    {
        var bytes = InStream(Batch(("z", Fixed(Floats(Enumerable.Range(0, 30_000).Select(static i => (float?)i)), 3))));
        Assert.StartsWith(": batch 0 (rows 0 to 9999) takes 120", files.Refusal(bytes, "z", memory: 100_000), StringComparison.Ordinal);
        Assert.EndsWith(" bytes of memory, but 100000 bytes may be used: allow more (--memory), or write smaller batches.",
            files.Refusal(bytes, "z", memory: 100_000), StringComparison.Ordinal);
        Assert.Equal(30_000, files.Read<float>(bytes, "z", memory: 400_000).Length);
        var zeros = Write([Batch(("z", Fixed(Floats(Enumerable.Repeat<float?>(0, 300_000)), 3)))], isFile: true, CompressionCodecType.Zstd);
        Assert.InRange(zeros.Length, 0, 20_000);
        Assert.Matches(@"^: batch 0 takes 1\.2 MB of memory, but 1 MB may be used", files.Refusal(zeros, "z", memory: 1_000_000));
        var groups = ParquetFiles.Scores([10, 20_000], 5);
        Assert.Equal(":z: row group 1 (rows 10 to 20009) takes 1.2 MB of memory, but 1 MB may be used: allow more (--memory), or write smaller row groups.",
            files.Refusal(groups, "z", memory: 1_000_000));
        Assert.Equal(100_050, files.Read<float>(groups, "z", memory: 1_300_000).Length);
    }

    [Theory]
    [InlineData("version 2", "list", @"^:list: the page at byte \d+ is of version 2, which is not read in lists; write data pages of version 1\.$")]
    [InlineData("version 2, bits", "y", @"^:y: the page at byte \d+ is encoded in a way that is not read here \(number 3 of Parquet's encodings\)\.$")]
    public void What_the_decoder_gets_wrong_is_refused(string golden, string column, string message) =>
        Assert.Matches(message, files.Refusal(ColumnarFixture.Golden(golden), column));

    [Fact]
    public void A_wrong_checksum_is_found()
    {
        var bytes = ColumnarFixture.Golden("checksums");
        Assert.Equal(ColumnarFixture.Labels, files.Read<long>(bytes, "y"));
        var found = 0;
        // Behind PAR1 are the pages; a byte of their data is not what its checksum says.
        for (var at = 4; at < BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - 8)) && found < 5; at++)
        {
            var flipped = bytes.ToArray();
            flipped[at] ^= 1;
            try
            {
                files.Read<double>(flipped, "z");
            }
            catch (InvalidDataException error) when (error.Message.Contains("has the checksum ", StringComparison.Ordinal))
            {
                Assert.Matches(@"^:z: the page at byte \d+ has the checksum [0-9A-F]{8}, but [0-9A-F]{8} was expected: it is damaged\.$",
                    error.Message[files.Path.Length..]);
                found++;
            }
            catch (InvalidDataException)
            {
            }
        }
        Assert.Equal(5, found);
    }
}
