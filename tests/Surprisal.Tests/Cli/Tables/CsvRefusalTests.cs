using System.Text;
using Surprisal.Cli.Tables;

namespace Surprisal.Tests.Cli.Tables;

/// <summary>What is wrong with a table, in whole messages: the file, the line, the column, what is there, what was expected.</summary>
public sealed class CsvRefusalTests : IDisposable
{
    /// <summary>A name as long as the first bytes: a zero byte behind them is in a cell, and not what the file is.</summary>
    private const string Longer = "the column that says which of all the samples the scores of a row are for";

    private readonly TableFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("1,5", "holds \"1,5\"; a number was expected: decimal point expected, and no separators of thousands.")]
    [InlineData("1,000", "holds \"1,000\"; a number was expected: decimal point expected, and no separators of thousands.")]
    [InlineData("1.000,5", "holds \"1.000,5\"; a number was expected: decimal point expected, and no separators of thousands.")]
    [InlineData(",", "holds \",\"; a number was expected.")]
    [InlineData("", "is empty, a missing value; a number was expected.")]
    [InlineData("\"\"", "is empty, a missing value; a number was expected.")]
    [InlineData("  ", "is empty, a missing value; a number was expected.")]
    [InlineData("NA", "holds \"NA\", a missing value; a number was expected.")]
    [InlineData("None", "holds \"None\", a missing value; a number was expected.")]
    [InlineData("null", "holds \"null\", a missing value; a number was expected.")]
    [InlineData("1e400", "holds \"1e400\", which is beyond the largest float64; a finite number or inf was expected.")]
    [InlineData("cat", "holds \"cat\"; a number was expected.")]
    [InlineData("1\0", "holds \"1\\u0000\"; a number was expected.")]
    [InlineData("\"a\nb\"", "holds \"a\\u000Ab\"; a number was expected.")]
    [InlineData("\u221E", "holds \"\u221E\"; a number was expected.")]
    [InlineData("'1'", "holds \"'1'\"; a number was expected.")]
    public void Cells_without_a_number(string cell, string message)
    {
        Assert.Equal($": line 3, column \"x_1\" {message}",
            folder.Refusal($"{Longer};x_0;x_1\na;1;2\nb;3;{cell}\nc;4;5\n", static path => CsvFile.OpenScores(path, null)));
        Assert.Equal($": line 3, column \"x_1\" {message}",
            folder.Refusal($"{Longer};x_0;x_1\na;1;2\nb;3;{cell}\nc;4;5\n", static path => CsvFile.OpenColumn(path, "x_1")));
    }

    [Theory]
    [InlineData("1.5", "holds \"1.5\"; a whole number was expected.")]
    [InlineData("nan", "holds \"nan\"; a whole number was expected.")]
    [InlineData("True", "holds \"True\"; a whole number was expected.")]
    [InlineData("", "is empty, a missing value; a whole number was expected.")]
    [InlineData("NA", "holds \"NA\", a missing value; a whole number was expected.")]
    [InlineData("1e30", "holds \"1e30\", which is beyond what an int64 holds; a whole number was expected.")]
    [InlineData("1,0", "holds \"1,0\"; a whole number was expected: decimal point expected, and no separators of thousands.")]
    public void Cells_without_a_target(string cell, string message) =>
        Assert.Equal($": line 2, column \"y\" {message}", folder.Refusal($"id;y\na;{cell}\n", static path => CsvFile.OpenTargets(path, "y")));

    [Fact]
    public void Lines_count_those_inside_quotes()
    {
        const string Message = "column \"x\" holds \"?\"; a number was expected.";
        Assert.Equal($": line 6, {Message}", Refusal("\"a\nb\",x\n\"c\r\nd\",1\n\"e\",2\ng,?\n"));
        // The cell's own line, not the one where its row begins.
        Assert.Equal($": line 5, {Message}", Refusal("a,x\nb,1\n\"c\r\n\rd\",?\n"));
        Assert.Equal($": line 3, {Message}", Refusal("a,x\rb,1\rc,?\r"));
        Assert.Equal($": line 3, {Message}", Refusal("a,x\nb,1\r\nc,?"));
    }

    [Theory]
    [InlineData("a,x\n1,2\n\n3,4\n", "line 3 is blank; a row was expected.")]
    [InlineData("a,x\n1,2\n  \n3,4\n\n", "line 3 is blank; a row was expected.")]
    [InlineData("a,x\n1,2\n3\n", "line 3 has 1 cells; 2 were expected, as many as the header has.")]
    [InlineData("a,x\n1,2,3\n", "line 2 has 3 cells; 2 were expected, as many as the header has.")]
    [InlineData("a,x\n1,1,5\n", "line 2 has 3 cells; 2 were expected, as many as the header has.")]
    [InlineData("\na,x\n1,2\n", "line 1 is blank; a header with the names of the columns was expected.")]
    [InlineData("a,x\n5\" wide,1\n6\" wide,2\n",
        "line 2, column 1 holds a quote that does not fit: \"5\" wide,1\\u000A6\" wide\"; quotes were expected around the whole cell, and doubled inside.")]
    [InlineData("a,x\n\"b\"c,1\n",
        "line 2, column 1 holds a quote that does not fit: \"\"b\"c\"; quotes were expected around the whole cell, and doubled inside.")]
    [InlineData("a,x\nb,1\n\"c,2\nd,3\n",
        "line 3, column 1 holds a quote that does not fit: \"\"c,2\\u000Ad,3\\u000A\"; quotes were expected around the whole cell, and doubled inside.")]
    [InlineData("a,x\n\"\"\",1\n",
        "line 2, column 1 holds a quote that does not fit: \"\"\"\",1\\u000A\"; quotes were expected around the whole cell, and doubled inside.")]
    [InlineData("\uFEFF", "line 1 is blank; a header with the names of the columns was expected.")]
    [InlineData("a\",x\nb,1\n",
        "line 1, column 1 holds a quote that does not fit: \"a\",x\\u000Ab,1\\u000A\"; quotes were expected around the whole cell, and doubled inside.")]
    public void Rows_that_are_none(string text, string message) => Assert.Equal($": {message}", Refusal(text));

    [Fact]
    public void Files_that_are_no_tables_are_named()
    {
        Assert.Equal(": it is empty; a table in UTF-8 text (CSV) was expected.", Refusal(""));
        Assert.Equal(": it is a page of HTML or XML; a table in UTF-8 text (CSV) was expected.", Refusal("<!DOCTYPE html>\n<p>"));
        Assert.Equal(": it is a pointer of Git LFS: the data itself was not fetched ('git lfs pull' does); a table in UTF-8 text (CSV) was expected.",
            Refusal("version https://git-lfs.github.com/spec/v1\noid sha256:00\n"));
        Assert.Equal(": it is gzip data; a table in UTF-8 text (CSV) was expected.", Refusal([0x1F, 0x8B, 8, 0]));
        Assert.Equal(": it begins with the bytes 61000102; a table in UTF-8 text (CSV) was expected.", Refusal([0x61, 0, 1, 2]));
        foreach (var encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode })
            foreach (var mark in new[] { encoding.GetPreamble(), [] })
                Assert.Equal(": it is text in UTF-16; a table in UTF-8 text (CSV) was expected.", Refusal([.. mark, .. encoding.GetBytes("a,x\n1,2\n")]));
    }

    /// <summary>Behind as much text as the first bytes and the decoder's blocks do not reach.</summary>
    [Theory]
    [InlineData("K\u00E4se,2\n")]
    [InlineData("c,\u00E4\n")]
    [InlineData("c,\u00C4")]
    public void Bytes_of_another_encoding_are_found_by_their_line(string row)
    {
        foreach (var end in new[] { "\n", "\r\n", "\r" })
            foreach (var rows in new[] { 20, 40_000 })
            {
                var text = $"a,x{end}" + string.Concat(Enumerable.Repeat($"b,1{end}", rows)) + row.Replace("\n", end, StringComparison.Ordinal);
                Assert.Equal($": line {rows + 2} holds bytes that are no UTF-8; a table in UTF-8 text (CSV) was expected.",
                    Refusal(Encoding.Latin1.GetBytes(text)));
            }
    }

    [Fact]
    public void A_row_without_an_end_is_refused()
    {
        using (var file = new StreamWriter(folder.Path))
        {
            file.Write("a,x\nb,1\n\"c,2\n");
            for (var i = 0; i < 5_000_000; i++) file.Write("d,3\n");
        }
        Assert.Equal($"{folder.Path}: the row at line 3 goes on for more than 16777216 characters; a quote that is never closed makes such rows.",
            Assert.Throws<InvalidDataException>(() => CsvFile.OpenColumn(folder.Path, "x")).Message);
        File.WriteAllText(folder.Path, new string('a', (1 << 24) + 10));
        Assert.Equal($"{folder.Path}: the row at line 1 goes on for more than 16777216 characters; a quote that is never closed makes such rows.",
            Assert.Throws<InvalidDataException>(() => CsvFile.OpenColumn(folder.Path, "x")).Message);
    }

    [Fact]
    public void Files_that_are_not_there_are_named()
    {
        Assert.Equal($"{folder.Path}: there is no such file; a table in UTF-8 text (CSV) was expected.",
            Assert.Throws<FileNotFoundException>(() => CsvFile.OpenColumn(folder.Path, null)).Message);
        var parent = Path.GetDirectoryName(folder.Path)!;
        Assert.Equal($"{parent}: this is a folder; a table in UTF-8 text (CSV) was expected.",
            Assert.Throws<FileNotFoundException>(() => CsvFile.OpenColumn(parent, null)).Message);
    }

    private string Refusal(string text) => Refusal(Encoding.UTF8.GetBytes(text));

    private string Refusal(byte[] bytes) => folder.Refusal(bytes, static path => CsvFile.OpenColumn(path, "x"));
}
