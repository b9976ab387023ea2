using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using static Surprisal.Tests.Columnar.ArrowWriter;

namespace Surprisal.Tests.Columnar;

/// <summary>What Apache.Arrow itself writes: batches of any size, slices, dictionaries that change, compression.</summary>
public sealed class ArrowLayoutTests : IDisposable
{
    private readonly ColumnarFixture files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void Batches_without_rows_are_not_the_end()
    {
        RecordBatch[] batches =
        [
            Batch(("z", Lists(Floats(), []))), Batch(("z", Lists(Floats(1, 2), [2]))), Batch(("z", Lists(Floats(), []))),
            Batch(("z", Lists(Floats(), []))), Batch(("z", Lists(Floats(3, 4, 5, 6, 7, 8), [2, 2, 2]))), Batch(("z", Lists(Floats(), []))),
        ];
        foreach (var bytes in (byte[][])[InFile(batches), InStream(batches)])
            Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], files.Read<float>(bytes, "z"));
    }

    [Fact]
    public void Slices_are_what_was_sliced()
    {
        var all = Batch(("f", Fixed(Floats(Enumerable.Range(0, 18).Select(static i => (float?)i)), 3)),
            ("l", Lists(Floats(Enumerable.Range(0, 18).Select(static i => (float?)i)), [3, 3, 3, 3, 3, 3])), ("y", Ints(0, 1, 2, 3, 4, 5)),
            ("b", new BooleanArray.Builder().AppendRange([true, false, false, true, true, false]).Build()));
        var part = all.Slice(2, 3);
        foreach (var bytes in (byte[][])[InFile(part), InStream(part)])
        {
            foreach (var name in (string[])["f", "l"])
                Assert.Equal(Enumerable.Range(6, 9).Select(static i => (float)i), files.Read<float>(bytes, name));
            Assert.Equal([2, 3, 4], files.Read<long>(bytes, "y"));
            Assert.Equal([0, 1, 1], files.Read<long>(bytes, "b"));
        }
    }

    [Theory]
    [InlineData(CompressionCodecType.Lz4Frame)]
    [InlineData(CompressionCodecType.Zstd)]
    public void Compressed_batches_are_read(CompressionCodecType codec)
    {
        float?[] numbers = [.. Enumerable.Range(0, 3000).Select(static i => (float?)(i % 7))];
        foreach (var isFile in (bool[])[true, false])
        {
            var bytes = Write([Batch(("z", Fixed(Floats(numbers), 3)), ("y", Ints(Enumerable.Range(0, 1000).Select(static i => (int?)i))))], isFile, codec);
            Assert.Equal(numbers, files.Read<float>(bytes, "z").Select(static x => (float?)x));
            Assert.Equal(Enumerable.Range(0, 1000).Select(static i => (long)i), files.Read<long>(bytes, "y"));
        }
    }

    [Fact]
    public void A_dictionary_may_change_between_batches()
    {
        // Apache.Arrow writes the first dictionary only: two streams, the second without its schema, make one.
        var (first, second) = (InStream(Batch(("y", Dictionary(Ints(1, 0, 1), Texts("cat", "dog"))))),
            InStream(Batch(("y", Dictionary(Ints(2, 0, 1), Texts("dog", "鱼", "cat"))))));
        byte[] bytes = [.. first[..^8], .. second[(8 + BitConverter.ToInt32(second, 4))..]];
        Assert.Equal([1, 0, 1, 0, 1, 2], files.Read<long>(bytes, "y", ColumnarFixture.Names));
        using var array = Surprisal.Columnar.ColumnarFile.OpenArray(files.Write(bytes), "y", ColumnarFixture.Names);
        var one = new long[1];
        foreach (var (row, expected) in new[] { (5, 2L), (0, 1L), (3, 0L) })
        {
            array.Read(row, one);
            Assert.Equal(expected, one[0]);
        }
    }

    [Fact]
    public void Half_large_and_view_types_are_read()
    {
        var halves = new HalfFloatArray.Builder().AppendRange([(Half)0.5, (Half)(-2), Half.PositiveInfinity, Half.NaN]).Build();
        var large = new LargeListArray(new LargeListType(new Field("item", DoubleType.Default, true)), 2,
            new ArrowBuffer.Builder<long>().AppendRange([0, 2, 4]).Build(),
            new DoubleArray.Builder().AppendRange([1, 2, 3, double.NaN]).Build(), ArrowBuffer.Empty, 0);
        var views = new StringViewArray.Builder().Append("dog").Append("a name of more than twelve bytes").Build();
        var bytes = InFile(Batch(("h", Fixed(halves, 2)), ("l", large), ("v", views)));
        Assert.Equal([0.5, -2, double.PositiveInfinity, double.NaN], files.Read<double>(bytes, "h"));
        Assert.Equal([1, 2, 3, double.NaN], files.Read<double>(bytes, "l"));
        Assert.Equal([1, 0], files.Read<long>(bytes, "v", ["a name of more than twelve bytes", "dog"]));
    }

    [Fact]
    public void An_unsigned_number_beyond_int64_is_a_wrong_label_at_its_row()
    {
        var bytes = InStream(Batch(("y", new UInt64Array.Builder().AppendRange([1, 1ul << 63, 2]).Build())));
        var error = Assert.Throws<InvalidDataException>(() => files.Read<long>(bytes, "y"));
        Assert.Equal($"{files.Path}:y: the number at [1] is 9223372036854775808; at most 9223372036854775807 was expected.", error.Message);
    }

    [Fact]
    public void Numbers_are_random_access_by_several_threads()
    {
        var seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        int[] sizes = [.. Enumerable.Range(0, 20).Select(_ => random.Next(0, 9))];
        var next = 0;
        RecordBatch[] batches = [.. sizes.Select(size => Batch(("z", Fixed(Floats(Enumerable.Range(0, size * 2).Select(_ => (float?)next++)), 2))))];
        using var array = Surprisal.Columnar.ColumnarFile.OpenArray(files.Write(InStream(batches)), "z");
        Assert.Equal([sizes.Sum(), 2], array.Shape);
        int[] starts = [.. Enumerable.Range(0, 200).Select(_ => random.Next(0, next - 3))];
        Parallel.ForEach(starts, start =>
        {
            var four = new float[4];
            array.Read(start, four);
            Assert.Equal(Enumerable.Range(start, 4).Select(static i => (float)i), four);
        });
    }
}
