using Surprisal.Columnar;

namespace Surprisal.Tests.Columnar;

/// <summary>Files of other programs: Arrow of JavaScript and of Polars, Parquet of Polars and of Arrow's C++ library.</summary>
public sealed class ColumnarGoldenTests : IDisposable
{
    private static readonly string[] integers = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];

    private readonly ColumnarFixture files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("layouts, file")]
    [InlineData("layouts, stream")]
    public void Every_layout_of_arrow_is_the_same_numbers(string golden)
    {
        var bytes = ColumnarFixture.Golden(golden);
        foreach (var name in (string[])["list", "fixed", "double", "x"]) Assert.Equal(ColumnarFixture.Logits, files.Read<double>(bytes, name));
        foreach (var name in integers) Assert.Equal(ColumnarFixture.Labels, files.Read<long>(bytes, name));
        Assert.Equal(ColumnarFixture.Labels.Select(static y => Math.Min(y, 1)), files.Read<long>(bytes, "bool"));
        foreach (var name in (string[])["text", "words"]) Assert.Equal(ColumnarFixture.Labels, files.Read<long>(bytes, name, ColumnarFixture.Names));
    }

    [Theory]
    [InlineData("batches, file")]
    [InlineData("batches, stream")]
    public void Batches_of_any_sizes_follow_each_other(string golden)
    {
        var bytes = ColumnarFixture.Golden(golden);
        foreach (var name in (string[])["list", "x"]) Assert.Equal(ColumnarFixture.Logits, files.Read<double>(bytes, name));
        Assert.Equal(ColumnarFixture.Labels, files.Read<long>(bytes, "i64"));
    }

    public static TheoryData<string> OfPolars =>
        [.. ColumnarFixture.GoldenNames("arrow").Where(static name => name.StartsWith("polars", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(OfPolars))]
    public void Files_of_polars_are_read(string golden)
    {
        var bytes = ColumnarFixture.Golden(golden);
        foreach (var name in (string[])["z", "x"]) Assert.Equal(ColumnarFixture.Logits, files.Read<double>(bytes, name));
        Assert.Equal(ColumnarFixture.Labels, files.Read<long>(bytes, "y"));
        foreach (var name in (string[])["t", "w"]) Assert.Equal(ColumnarFixture.Labels, files.Read<long>(bytes, name, ColumnarFixture.Names));
    }

    [Fact]
    public void Every_layout_of_parquet_is_the_same_numbers()
    {
        var bytes = ColumnarFixture.Golden("layouts");
        foreach (var name in (string[])["list", "half", "large", "fixed", "x"]) Assert.Equal(ColumnarFixture.Logits, files.Read<double>(bytes, name));
        bytes = ColumnarFixture.Golden("labels");
        foreach (var name in integers) Assert.Equal(ColumnarFixture.Labels, files.Read<long>(bytes, name));
        Assert.Equal(ColumnarFixture.Labels.Select(static y => Math.Min(y, 1)), files.Read<long>(bytes, "bool"));
        Assert.Equal(ColumnarFixture.Labels, files.Read<long>(bytes, "text", ColumnarFixture.Names));
        Assert.Equal(ColumnarFixture.Labels.Select(static y => (double)y), files.Read<double>(bytes, "halves"));
    }

    [Theory]
    [InlineData("codec snappy")]
    [InlineData("codec gzip")]
    [InlineData("codec brotli")]
    [InlineData("codec zstd")]
    [InlineData("codec lz4")]
    [InlineData("small pages, plain")]
    [InlineData("page index")]
    [InlineData("checksums")]
    public void Every_compression_and_page_of_parquet_is_read(string golden)
    {
        var bytes = ColumnarFixture.Golden(golden);
        Assert.Equal(ColumnarFixture.Logits, files.Read<double>(bytes, "z"));
        Assert.Equal(ColumnarFixture.Labels, files.Read<long>(bytes, "y"));
        Assert.Equal(ColumnarFixture.Labels, files.Read<long>(bytes, "t", ColumnarFixture.Names));
    }

    [Fact]
    public void Every_encoding_of_parquet_is_read()
    {
        foreach (var name in (string[])["z", "d"]) Assert.Equal(ColumnarFixture.Logits, files.Read<double>(ColumnarFixture.Golden("split"), name));
        foreach (var name in (string[])["i32", "y"]) Assert.Equal(ColumnarFixture.Labels, files.Read<long>(ColumnarFixture.Golden("delta"), name));
        foreach (var codec in (string[])["snappy", "gzip", "brotli", "zstd", "lz4"])
        foreach (var version in (string[])["V1", "V2"])
            Assert.Equal(ColumnarFixture.Labels, files.Read<long>(ColumnarFixture.Golden($"delta, {codec}, {version}"), "y"));
        Assert.Equal(ColumnarFixture.Labels, files.Read<long>(ColumnarFixture.Golden("delta text"), "t", ColumnarFixture.Names));
        var second = ColumnarFixture.Golden("version 2");
        Assert.Equal(ColumnarFixture.Logits, files.Read<double>(second, "z"));
        Assert.Equal(Enumerable.Range(0, 21).Select(static i => i % 5L), files.Read<long>(second, "y"));
    }

    [Fact]
    public void Files_without_rows_have_their_columns()
    {
        using (var arrow = ColumnarFile.Open(files.Write(ColumnarFixture.Golden("no batches"))))
        {
            Assert.Equal(0, arrow.Rows);
            Assert.Equal(["list float32 [0, 0]", "x float32 [0, 3]", "i64 int64 [0]"], arrow.Entries.Select(static entry => entry.ToString()));
        }
        using var parquet = ColumnarFile.Open(files.Write(ColumnarFixture.Golden("no rows")));
        Assert.Equal(["z float32 [0, 0]", "y int64 [0]"], parquet.Entries.Select(static entry => entry.ToString()));
    }

    [Fact]
    public void Arrays_of_one_file_are_read_by_several_threads()
    {
        using var file = ColumnarFile.Open(files.Write(ParquetFiles.Scores([40, 1, 60, 0, 99], 3)));
        using var scores = file.OpenArray("z");
        using var labels = file.OpenArray("y");
        Parallel.For(0, 400, i =>
        {
            var row = i / 2;
            if (i % 2 == 0)
            {
                var three = new float[3];
                scores.Read(3L * row, three);
                Assert.Equal([row, row + 1, row + 2], three);
            }
            else
            {
                var one = new long[1];
                labels.Read(row, one);
                Assert.Equal(row, one[0]);
            }
        });
    }

    [Fact]
    public void The_page_of_files_opens_columns()
    {
        var (path, classNames) = (files.Write(ParquetFiles.Evaluation([.. ColumnarFixture.Logits.Select(static x => (float)x)], ColumnarFixture.Labels,
            ColumnarFixture.Classes, [4, 3])), ColumnarFixture.Names);
        // snippet: files-columns
        using var file = ColumnarFile.Open(path);                   // the first bytes say which format it is
        foreach (var entry in file.Entries) Console.WriteLine(entry);   // logits float32 [1000, 10]
        using var logits = file.OpenArray("logits");                // a column of lists, or logits_0, logits_1, ...
        using var targets = file.OpenArray("label", classNames);    // integers, bool, or text by the names of the classes
        // end
        Assert.Equal([ColumnarFixture.Rows, ColumnarFixture.Classes], logits.Shape);
        Assert.Equal(ColumnarFixture.Labels, ColumnarFixture.Read<long>(targets));
    }

    [Fact]
    public void Columns_are_listed_with_what_keeps_them_from_being_read()
    {
        using var file = ColumnarFile.Open(files.Write(ColumnarFixture.Golden("layouts")));
        Assert.Equal(ColumnarFixture.Rows, file.Rows);
        Assert.Equal(["list float32 [7, 3]", "half float16 [7, 3]", "large float64 [7, 3]", "fixed float32 [7, 3]", "x float32 [7, 3]", "day (not read)"],
            file.Entries.Select(static entry => entry.ToString()));
        Assert.Equal($"{files.Path}:day holds times; float16, float32, float64, integers, bool or lists of one of these were expected.",
            file.Entries[^1].Refusal);
        Assert.Equal(Enumerable.Range(0, ColumnarFixture.Rows).Select(static row => ColumnarFixture.Logit(row, 2)),
            ColumnarFixture.Read<double>(file.OpenArray("x_2")));
    }
}
