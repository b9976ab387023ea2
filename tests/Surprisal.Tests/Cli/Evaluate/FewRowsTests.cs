using Surprisal.Cli.Evaluate;

namespace Surprisal.Tests.Cli.Evaluate;

/// <summary>What is said of so few rows that each matters: intervals that are none of replicates, and words for one.</summary>
public sealed class FewRowsTests : IDisposable
{
    private readonly ScoreFixture files = new();

    public void Dispose() => files.Dispose();

    /// <summary>The ends solve (p - hits / n)^2 = z^2 p (1 - p) / n, and lie on both sides of the share.</summary>
    [Fact]
    public void TheEndsSolveWilsonsEquation()
    {
        foreach (var rows in (long[])[1, 2, 8, 9, 100, 1_000_000])
            foreach (var hits in (long[])[0, 1, rows / 2, rows - 1, rows])
            {
                var (interval, share) = (WilsonInterval.Of(hits, rows), (double)hits / rows);
                Assert.InRange(share, interval.Lower, interval.Upper);
                foreach (var p in (double[])[interval.Lower, interval.Upper])
                    Assert.Equal(1.959963984540054 * 1.959963984540054 * p * (1 - p) / rows, (p - share) * (p - share), 1e-15);
            }
        Assert.Equal(0.6756, WilsonInterval.Of(8, 8).Lower, 1e-4); // 8 / (8 + z^2)
    }

    [Fact]
    public void EightOfEightIsNoCertainty()
    {
        Write(Enumerable.Range(0, 8).Select(static i => (i % 2, i % 2, 1f + i)));
        var (exit, output, errors) = files.Run("evaluate --logits ./z8.npy --targets ./y8.npy --report ./r.html");
        Assert.Equal((0, ""), (exit, errors));
        Assert.Matches("(?m)accuracy +1\\.0000 \\(0\\.6756 to 1\\.0000 by Wilson\\)$", output);
        Assert.DoesNotContain("0.0000", output.Split("intervals:")[0].Split("class ")[0].Replace("-> 0", "", StringComparison.Ordinal)
            .Split("accuracy")[1], StringComparison.Ordinal);
        Assert.Contains("intervals: fewer than 10 rows are right, or wrong.", output, StringComparison.Ordinal);
        Assert.Contains("0.6756 to 1.0000 by Wilson", File.ReadAllText(files.At("r.html")), StringComparison.Ordinal);
        var accuracy = files.Json("--logits ./z8.npy --targets ./y8.npy").GetProperty("metrics").GetProperty("accuracy");
        Assert.Equal(8 / (8 + 3.841458820694124), accuracy.GetProperty("wilsonLower").GetDouble(), 1e-12);
        Assert.Equal(1, accuracy.GetProperty("wilsonUpper").GetDouble());
        Assert.False(accuracy.TryGetProperty("halfWidth", out _));
        Assert.Contains("accuracy", files.Run("evaluate --logits ./z.npy --targets ./y.npy").Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Wilson", files.Run("evaluate --logits ./z.npy --targets ./y.npy").Output, StringComparison.Ordinal);
    }

    /// <summary>One is no several, what is right is not taken for something, and what is small is not 0.</summary>
    [Fact]
    public void WordsFitOneRow()
    {
        Write([(0, 1, 3f), (0, 0, 12f), (1, 1, 0.5f)]);
        File.WriteAllLines(files.At("names.txt"), ["cat", "dog"]);
        var (exit, output, errors) = files.Run("evaluate --logits ./z8.npy --targets ./y8.npy --class-names ./names.txt --report ./r.html");
        Assert.Equal((0, ""), (exit, errors));
        Assert.Contains("\nconfused: cat taken for dog, 1 time\n", output, StringComparison.Ordinal);
        Assert.Contains("loss 3.0486: cat taken for dog\n", output, StringComparison.Ordinal);
        Assert.Contains("loss 0.4741: dog, found\n", output, StringComparison.Ordinal);
        Assert.Contains("loss 6.14e-6: cat, found\n", output, StringComparison.Ordinal); // ln(1 + exp(-12))
        Write([(0, 1, 3f)]);
        Assert.Equal(0, files.Run("evaluate --logits ./z8.npy --targets ./y8.npy --report ./r.html --force").Exit);
        Assert.Contains("1 row counted.", File.ReadAllText(files.At("r.html")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "1 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1 KB")]
    [InlineData(33_256, "33.3 KB")]
    [InlineData(1_000_000, "1 MB")]
    [InlineData(1_200_000_000, "1.2 GB")]
    public void BytesAreNotZeroMegabytes(long bytes, string expected) => Assert.Equal(expected, Surprisal.Cli.ByteCount.Text(bytes));

    /// <summary>Rows of two classes: what each is, what it is taken for, and by how much.</summary>
    private void Write(IEnumerable<(int Target, int Taken, float Gap)> rows)
    {
        var all = rows.ToList();
        NpyFile.Write<float>(files.At("z8.npy"), [.. all.SelectMany(static row => row.Taken == 0 ? new[] { row.Gap, 0 } : [0, row.Gap])], [all.Count, 2]);
        NpyFile.Write<long>(files.At("y8.npy"), [.. all.Select(static row => (long)row.Target)], [all.Count]);
    }
}
