using System.Text.Json;
using Surprisal.Kernels;
using Surprisal.Metrics;

namespace Surprisal.Tests.Metrics;

/// <summary>Shards, batches and threads give one state, bit for bit.</summary>
public sealed class MergeTests
{
    private const int Rows = 3001;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(16, true)]
    [InlineData(17, false)]
    [InlineData(130, true)]
    public void SevenUnevenShardsInAnyOrderAreOneRun(int classes, bool weighted)
    {
        var seed = Environment.TickCount64;
        var data = ScoreData.Draw(classes, Rows, seed);
        var whole = data.Count(0, Rows, Rows, weighted);
        int[] cuts = [0, 1, 9, 700, 703, 1711, 2999, Rows];
        var shards = Enumerable.Range(0, 7).Select(i => data.Count(cuts[i], cuts[i + 1], 1 + 37 * i, weighted)).ToArray();
        var random = new RandomStream(seed);
        for (var round = 0; round < 3; round++)
        {
            random.Shuffle<ClassificationMetrics>(shards);
            var together = new ClassificationMetrics(data.Options);
            foreach (var shard in shards) together.Merge(shard, allowGap: true);
            Assert.True(ScoreData.Text(whole) == ScoreData.Text(together), $"seed {seed}, round {round}");
            Assert.Equal(whole.Report().ToString(), together.Report().ToString());
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(2049)]
    public void ThreadsChangeNothingAndTextReadsBack(int classes)
    {
        var data = ScoreData.Draw(classes, 300, 5);
        var (threads, smallest) = (Threads.Count, Threads.SmallestWork);
        string one, two;
        try
        {
            (Threads.Count, Threads.SmallestWork) = (1, 0);
            one = ScoreData.Text(data.Count(0, 300, 300, weighted: true));
            Threads.Count = 2;
            two = ScoreData.Text(data.Count(0, 300, 300, weighted: true));
        }
        finally
        {
            (Threads.Count, Threads.SmallestWork) = (threads, smallest);
        }
        Assert.Equal(one, two);
        using var document = JsonDocument.Parse(one);
        Assert.Equal(one, ScoreData.Text(ClassificationMetrics.Read(document.RootElement, data.Options)));
    }

    /// <summary>A long batch is counted by threads apart, and what they have is moved to the whole when that is asked for.</summary>
    [Theory]
    [InlineData(1, 140_001, false)]
    [InlineData(3, 131_074, true)]
    [InlineData(10, 120_000, false)]
    [InlineData(40, 28_001, true)]
    public void LongBatchesAreTheSameRowsInShortOnes(int classes, int rows, bool weighted)
    {
        var seed = Environment.TickCount64;
        var data = ScoreData.Draw(classes, rows, seed);
        var (threads, half) = (Threads.Count, rows / 2);
        var options = data.Options with { HardestRows = 5 };
        string longOnes;
        ClassificationMetrics whole;
        try
        {
            Threads.Count = 2;
            whole = data.Count(0, half, half, weighted: false, options);
            Assert.Equal(half, whole.Rows);
            Assert.InRange(whole.Report().Counted, half / 2, half); // looked at between batches
            whole.Merge(data.Count(half, rows, rows - half, weighted, options));
            longOnes = ScoreData.Text(whole);
        }
        finally
        {
            Threads.Count = threads;
        }
        var shortOnes = data.Count(0, half, 999, weighted: false, options);
        shortOnes.Merge(data.Count(half, rows, 1000, weighted, options));
        Assert.True(longOnes == ScoreData.Text(shortOnes), $"seed {seed}");
        Assert.Equal(shortOnes.Report().ToString(), whole.Report().ToString());
        Assert.Equal(longOnes, ScoreData.Text(whole)); // and nothing is moved twice
    }

    [Fact]
    public void RowsCountOnceAndGapsAreAskedFor()
    {
        var data = ScoreData.Draw(3, 60, 1);
        var (first, second, third) = (data.Count(0, 20, 20), data.Count(20, 40, 20), data.Count(40, 60, 20));
        Assert.Equal("other does not fit: between rows 0..19 and rows 40..59 rows are missing; allowGap takes them all the same. (Parameter 'other')",
            Assert.Throws<ArgumentException>(() => first.Merge(third)).Message);
        first.Merge(third, allowGap: true);
        Assert.Equal("other does not fit: rows 40..59 are in both or overlap (rows 0..19, 40..59 and rows 40..59); each row counts once. (Parameter 'other')",
            Assert.Throws<ArgumentException>(() => first.Merge(third, allowGap: true)).Message);
        first.Merge(second);
        first.Merge(new(data.Options, 7)); // nothing in it
        Assert.Equal((60, 60), (first.Rows, first.NextRow));
        var other = new ClassificationMetrics(data.Options with { Bins = 10 });
        Assert.StartsWith("other has options of its own, ", Assert.Throws<ArgumentException>(() => first.Merge(other)).Message);
    }

    [Fact]
    public void AStateOfAnotherKindOrOptionsIsRefused()
    {
        var data = ScoreData.Draw(3, 6, 1);
        using var document = JsonDocument.Parse(ScoreData.Text(data.Count(0, 6, 6)));
        Assert.StartsWith("options are ",
            Assert.Throws<ArgumentException>(() => ClassificationMetrics.Read(document.RootElement, data.Options with { Seed = 1 })).Message);
        using var other = JsonDocument.Parse("{}");
        Assert.Equal("json is no state of classification metrics: surprisal is not \"classification metrics\".",
            Assert.Throws<FormatException>(() => ClassificationMetrics.Read(other.RootElement, data.Options)).Message);
    }
}
