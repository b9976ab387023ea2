using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Surprisal.Cli.Tables;

namespace Surprisal.Tests.Cli.Tables;

/// <summary>Tables as Python, NumPy and pandas write them give the numbers that were written.</summary>
public sealed class CsvFileTests : IDisposable
{
    private static readonly JsonElement golden = Golden.Open("Cli/Tables/tables.json");

    private readonly TableFolder folder = new();

    public static TheoryData<string> Names => [.. golden.GetProperty("tables").EnumerateObject().Select(static table => table.Name)];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_what_Python_wrote(string name)
    {
        var table = golden.GetProperty("tables").GetProperty(name);
        var data = table.GetProperty("data").GetBytesFromBase64();
        foreach (var bytes in new[] { data, [0xEF, 0xBB, 0xBF, .. data] })
        {
            var path = folder.Write(bytes);
            foreach (var block in new[] { 1, 2, 5, 1 << 16 })
            {
                using var scores = CsvFile.OpenScores(path, block == 1 ? null : "logit");
                Assert.Equal([4, 3], scores.Shape);
                Assert.Equal(Doubles(table.GetProperty("scores")), TableFolder.Read<double>(scores, block));
            }
            using var labels = CsvFile.OpenTargets(path, "label");
            Assert.Equal([4], labels.Shape);
            Assert.Equal(table.GetProperty("labels").ReadInts().Select(static label => (long)label), TableFolder.Read<long>(labels));
        }
    }

    [Fact]
    public void Reads_what_savetxt_wrote()
    {
        var saved = golden.GetProperty("savetxt");
        using (var scores = CsvFile.OpenScores(folder.Write(saved.GetProperty("scores").GetBytesFromBase64()), null))
            Assert.Equal(Doubles(saved.GetProperty("values")), TableFolder.Read<double>(scores));
        using var labels = CsvFile.OpenTargets(folder.Write(saved.GetProperty("labels").GetBytesFromBase64()), null);
        Assert.Equal(saved.GetProperty("targets").ReadInts().Select(static label => (long)label), TableFolder.Read<long>(labels));
    }

    /// <summary>to_csv of a frame without names, with its index and without; of one whose labels were floats, for one was missing once.</summary>
    [Fact]
    public void Reads_what_pandas_writes()
    {
        double[] expected = [0.5, -1.5, 2, 1e-05];
        Assert.Equal(expected, folder.Read<double>("0,1\n0.5,-1.5\n2.0,1e-05\n", static path => CsvFile.OpenScores(path, null)));
        Assert.Equal(expected, folder.Read<double>(",0,1\n0,0.5,-1.5\n1,2.0,1e-05\n", static path => CsvFile.OpenScores(path, null)));
        Assert.Equal([2L, 0], folder.Read<long>(",label\n0,2.0\n1,0.0\n", static path => CsvFile.OpenTargets(path, null)));
        Assert.Equal([2L, 0], folder.Read<long>("\"\",\"label\"\n\"0\",\"2.0\"\n\"1\",\"0.0\"\n", static path => CsvFile.OpenTargets(path, null)));
        Assert.Equal([7L], folder.Read<long>("0\n7\n", static path => CsvFile.OpenTargets(path, null)));
    }

    [Fact]
    public void Scores_and_targets_share_a_file()
    {
        var path = folder.Write("id,logit_1,logit_0,label,weight\na,2,1,1,0.5\nb,4,3,0,2\n");
        using var scores = CsvFile.OpenScores(path, "logit");
        using var targets = CsvFile.OpenTargets(path, "label");
        using var weights = CsvFile.OpenColumn(path, "#-1");
        Assert.Equal([1, 2, 3, 4], TableFolder.Read<double>(scores));
        Assert.Equal([1L, 0], TableFolder.Read<long>(targets));
        Assert.Equal([0.5, 2], TableFolder.Read<double>(weights));
        Assert.Equal($"{path}:logit: float64 [2, 2]", scores.ToString());
        Assert.Equal($"{path}:label: int64 [2]", targets.ToString());
    }

    [Theory]
    [InlineData("a\n1\n2")]
    [InlineData("a\n1\n2\n\n\r\n  \n\t\n")]
    [InlineData("a\r1\r2\r\r")]
    [InlineData("\"a\"\r\n \"1\"\r\n2", "line 2, column 1 holds a quote")]
    [InlineData("a\n 1 \n\t+2.0e0 \n")]
    [InlineData("a\n\" 1\"\n\"\t2\"\n")]
    public void The_last_line_may_lack_an_end_and_blank_lines_may_follow(string text, string? refused = null)
    {
        if (refused is null) Assert.Equal([1, 2], folder.Read<double>(text, static path => CsvFile.OpenColumn(path, null)));
        else Assert.Contains(refused, folder.Refusal(text, static path => CsvFile.OpenColumn(path, null)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_without_rows_is_an_empty_array()
    {
        using var scores = CsvFile.OpenScores(folder.Write("x_0,x_1"), null);
        Assert.Equal([0, 2], scores.Shape);
        scores.Verify();
    }

    [Fact]
    public void It_is_read_from_the_front_to_the_back()
    {
        using var array = CsvFile.OpenColumn(folder.Write("a\n1\n2\n3\nx\n"), null);
        var one = new double[1];
        Assert.False(array.CanSeek);
        array.Read<double>(2, one);
        Assert.Equal(3, one[0]);
        Assert.Equal($"{folder.Path} is read in order, from the first row to the last: row 1 was asked for after row 2; open it again.",
            Assert.Throws<InvalidOperationException>(() => array.Read<double>(1, one)).Message);
        // What was refused once stays refused: the next row is not the one that was asked for.
        for (var i = 0; i < 2; i++) Assert.Throws<InvalidDataException>(() => array.Read<double>(3, one));
        Assert.Throws<InvalidDataException>(array.Verify);
    }

    [Fact]
    public void A_file_that_changes_is_noticed()
    {
        // More rows than the first blocks hold.
        foreach (var later in new[] { "a\n1\n", Rows(200_001) })
        {
            using var array = CsvFile.OpenColumn(folder.Write(Rows(200_000)), null);
            // Other systems do not let anybody write while it is open.
            if (!OperatingSystem.IsLinux()) return;
            using (var file = new FileStream(folder.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            {
                file.SetLength(0);
                file.Write(Encoding.ASCII.GetBytes(later));
            }
            Assert.Equal($"{folder.Path} has other rows than when it was opened, 200000: it was changed.",
                Assert.Throws<InvalidDataException>(array.Verify).Message);
        }

        static string Rows(int count) => "a\n" + string.Concat(Enumerable.Repeat("1\n", count));
    }

    [Theory]
    [InlineData("a,b\n1,2\n", true)]
    [InlineData("Käfer;ñandú\n", true)]
    [InlineData("\uFEFFa\n", true)]
    [InlineData("\"a\nb\"\n", true)]
    [InlineData("1,2\n", true)]
    [InlineData("", false)]
    [InlineData("\n1\n", false)]
    [InlineData(" \t\n1\n", false)]
    [InlineData("<html>\n", false)]
    [InlineData("version https://git-lfs.github.com/spec/v1\n", false)]
    [InlineData("a\0b\n", false)]
    [InlineData("a\u001B[0m\n", false)]
    public void Text_is_known_by_its_first_bytes(string text, bool isText) => Assert.Equal(isText, CsvFile.IsText(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Text_is_utf8_and_may_be_cut_within_a_character()
    {
        foreach (var encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32 })
        {
            Assert.False(CsvFile.IsText([.. encoding.GetPreamble(), .. encoding.GetBytes("a,b\n1,2\n")]));
            Assert.False(CsvFile.IsText(encoding.GetBytes("a,b\n1,2\n")));
        }
        Assert.False(CsvFile.IsText(Encoding.Latin1.GetBytes("Käfer,b\n")));
        var name = Encoding.UTF8.GetBytes("name 中文 😀");
        for (var length = 1; length <= name.Length; length++) Assert.True(CsvFile.IsText(name.AsSpan(0, length)), $"{length} bytes");
    }

    private static double[] Doubles(JsonElement bits) => [.. MemoryMarshal.Cast<byte, double>(bits.GetBytesFromBase64())];
}
