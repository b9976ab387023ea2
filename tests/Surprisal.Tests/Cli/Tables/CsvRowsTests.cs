using System.Text;
using Surprisal.Cli.Tables;

namespace Surprisal.Tests.Cli.Tables;

/// <summary>Rows and cells beside a splitter that goes letter by letter, over every way to write a table and over the edges of blocks.</summary>
public sealed class CsvRowsTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string[] ends = ["\n", "\r\n", "\r"], inside = [",", "\"\"", "\n", "\r\n", "\r", "x"];

    private readonly TableFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(3, 40)]
    [InlineData(400, 40)]
    [InlineData(3000, 4)]
    public void Rows_are_those_of_a_slow_splitter(int rows, int rounds)
    {
        var seed = (uint)Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Training.SeededBytes(seed);
        for (var round = 0; round < rounds; round++)
        {
            var text = Text(random, rows, 1 + random.Below(30));
            using var split = new CsvRows("t.csv", new StringReader(text), ',');
            foreach (var (line, cells, lines) in Slow(text))
            {
                Assert.True(split.MoveNext());
                Assert.Equal(line, split.Line);
                split.Require(cells.Count);
                for (var column = 0; column < cells.Count; column++)
                {
                    Assert.Equal(cells[column], split.Cell(column).ToString().Replace("\"\"", "\"", StringComparison.Ordinal));
                    Assert.Equal(lines[column], split.LineOf(column));
                }
            }
            Assert.False(split.MoveNext());
        }
    }

    /// <summary>As many columns as a language model has words.</summary>
    [Fact]
    public void Rows_may_have_fifty_thousand_columns()
    {
        const int Columns = 50_257;
        var header = string.Join(',', Enumerable.Range(0, Columns).Select(static column => $"token_{Columns - 1 - column}"));
        var row = string.Join(',', Enumerable.Range(0, Columns).Select(static column => $"-{column}.5"));
        using var scores = CsvFile.OpenScores(folder.Write($"{header}\n{row}\n{row}\n"), "token");
        Assert.Equal([2, Columns], scores.Shape);
        var numbers = TableFolder.Read<double>(scores, 1 << 20);
        for (var i = 0; i < numbers.Length; i++) Assert.Equal(-(Columns - 1 - i % Columns) - 0.5, numbers[i]);
    }

    [Fact]
    public void A_long_table_takes_the_memory_of_a_block()
    {
        const int Rows = 300_000;
        using (var file = new StreamWriter(folder.Path))
        {
            file.Write("x_0,x_1,x_2,x_3\n");
            for (var i = 0; i < Rows; i++) file.Write($"{i}.5,-{i}.25,1e-3,\"{i}\"\n");
        }
        // What the run has to compile and to pool comes with the first.
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            using var scores = CsvFile.OpenScores(folder.Path, null);
            Assert.Equal([Rows, 4], scores.Shape);
            var block = new double[4 * 1000];
            for (var row = 0; row < Rows; row += 1000)
            {
                scores.Read<double>(4L * row, block);
                Assert.Equal([row + 999.5, -row - 999.25, 1e-3, row + 999], block.AsSpan(4 * 999).ToArray());
            }
            scores.Verify();
            if (round == 1) Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
        }
    }

    private static string Text(Training.SeededBytes random, int rows, int columns)
    {
        var text = new StringBuilder();
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                if (column > 0) text.Append(',');
                text.Append(random.Below(8) switch
                {
                    0 => $"\"{string.Concat(Enumerable.Range(0, random.Below(4)).Select(_ => inside[random.Below(inside.Length)]))}\"",
                    1 when columns > 1 => "",
                    2 => "\u00E4\u4E2D",
                    _ => $"{random.Below(1000) / 8.0}",
                });
            }
            text.Append(ends[random.Below(3)]);
        }
        return text.ToString();
    }

    /// <summary>Each row with the line where it begins, its cells and the lines where these begin.</summary>
    private static IEnumerable<(long Line, List<string> Cells, List<long> Lines)> Slow(string text)
    {
        var line = 1L;
        for (var at = 0; at < text.Length;)
        {
            var (start, cells, lines) = (line, new List<string>(), new List<long>());
            for (var isEnd = false; !isEnd;)
            {
                lines.Add(line);
                var cell = new StringBuilder();
                for (var isQuoted = false; ; at++)
                {
                    if (isQuoted && text[at] == '"' && text[at + 1] == '"') cell.Append(text[at++]);
                    else if (text[at] == '"') isQuoted = !isQuoted;
                    else if (!isQuoted && text[at] is ',' or '\r' or '\n' && !isQuoted) break;
                    else
                    {
                        cell.Append(text[at]);
                        if (text[at] == '\n' || (text[at] == '\r' && text[at + 1] != '\n')) line++;
                    }
                }
                cells.Add(cell.ToString());
                isEnd = text[at] != ',';
                at += text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
            }
            line++;
            yield return (start, cells, lines);
        }
    }
}
