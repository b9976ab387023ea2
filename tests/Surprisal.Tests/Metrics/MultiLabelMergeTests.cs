using System.Text;
using System.Text.Json;
using Surprisal.Kernels;
using Surprisal.Metrics;

namespace Surprisal.Tests.Metrics;

/// <summary>Several labels a row: shards and batches give one state, bit for bit, and its text reads back.</summary>
public sealed class MultiLabelMergeTests
{
    private const int Rows = 1003;

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, true)]
    [InlineData(17, false)]
    [InlineData(1025, true)]
    public void SevenUnevenShardsInAnyOrderAreOneRun(int labels, bool weighted)
    {
        var seed = Environment.TickCount64;
        var (random, data) = (new RandomStream(seed), new Data(labels, seed));
        var whole = data.Count(0, Rows, Rows, weighted);
        int[] cuts = [0, 1, 9, 300, 303, 711, 1002, Rows];
        var shards = Enumerable.Range(0, 7).Select(i => data.Count(cuts[i], cuts[i + 1], 1 + 37 * i, weighted)).ToArray();
        for (var round = 0; round < 3; round++)
        {
            random.Shuffle<MultiLabelMetrics>(shards);
            var together = new MultiLabelMetrics(data.Options);
            foreach (var shard in shards) together.Merge(shard, allowGap: true);
            Assert.True(Text(whole) == Text(together), $"seed {seed}, round {round}");
            Assert.Equal(whole.Report().ToString(), together.Report().ToString());
            Assert.Equal(whole.NextRow, together.NextRow);
        }
        using var document = JsonDocument.Parse(Text(whole));
        var read = MultiLabelMetrics.Read(document.RootElement, data.Options);
        Assert.True(Text(whole) == Text(read), $"seed {seed}");
        Assert.Equal(whole.Report().ToString(), read.Report().ToString());
    }

    [Fact]
    public void WhatIsLeftOutIsCountedAndNothingElse()
    {
        var options = new MetricOptions { Classes = 2, Scores = ScoreKind.Logits };
        var metrics = new MultiLabelMetrics(options);
        metrics.Add<float, int>([1, -1, float.NaN, 2, 3, 4, 5, 6], [1, 0, 1, 1, -100, 1, 0, 1], [1, 1, 1, 0]);
        var report = metrics.Report();
        Assert.Equal((1, 1, 1, 1), (report.Counted, report.Ignored, report.ZeroWeight, report.Invalid));
        Assert.Equal((1, 0), (report.SubsetAccuracy, report.HammingLoss));
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => metrics.Add<float, int>([1, 1], [1, 2]));
        Assert.StartsWith("targets[0, 1] = 2; a label is the case, 1, or not, 0, and -100 is ignored.", refused.Message);
        Assert.Equal(4, metrics.NextRow);
    }

    [Fact]
    public void RowsCountOnceAndOtherOptionsAreRefused()
    {
        var data = new Data(3, 1);
        var (first, second, third) = (data.Count(0, 20, 20, false), data.Count(20, 40, 20, false), data.Count(40, 60, 20, false));
        Assert.Contains("rows are missing", Assert.Throws<ArgumentException>(() => first.Merge(third)).Message);
        first.Merge(second);
        Assert.Contains("each row counts once", Assert.Throws<ArgumentException>(() => first.Merge(second)).Message);
        first.Merge(third);
        Assert.Equal(60, first.NextRow);
        var other = new MultiLabelMetrics(data.Options with { Classes = 4 });
        Assert.StartsWith("other has options of its own, ", Assert.Throws<ArgumentException>(() => first.Merge(other)).Message);
        using var document = JsonDocument.Parse(Text(first));
        Assert.StartsWith("options are ",
            Assert.Throws<ArgumentException>(() => MultiLabelMetrics.Read(document.RootElement, data.Options with { Classes = 4 })).Message);
        Assert.StartsWith("json is no state of multi-label metrics: ",
            Assert.Throws<FormatException>(() => MultiLabelMetrics.Read(JsonElement.Parse("{}"), data.Options)).Message);
    }

    private static string Text(MultiLabelMetrics metrics)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory)) metrics.Write(json);
        return Encoding.UTF8.GetString(memory.ToArray());
    }

    /// <summary>Random logits and labels, some rows ignored, invalid or of weight 0.</summary>
    private sealed class Data
    {
        private readonly float[] logits, weights;
        private readonly int[] targets;

        public Data(int labels, long seed)
        {
            Options = new() { Classes = labels, Scores = ScoreKind.Logits };
            var random = new RandomStream(seed);
            (logits, targets, weights) = (new float[Rows * labels], new int[Rows * labels], new float[Rows]);
            for (var row = 0; row < Rows; row++)
            {
                weights[row] = (float)random.Below(8) / 4;
                for (var k = 0; k < labels; k++)
                    (logits[row * labels + k], targets[row * labels + k]) = ((float)random.Normal() * 3, (int)random.Below(2));
                if (random.Below(20) == 0) logits[row * labels] = float.NaN;
                if (random.Below(20) == 0) targets[row * labels + labels - 1] = -100;
                if (random.Below(20) == 0) logits[row * labels + labels - 1] = float.NegativeInfinity;
            }
        }

        public MetricOptions Options { get; }

        public MultiLabelMetrics Count(int first, int end, int batch, bool weighted)
        {
            var (metrics, labels) = (new MultiLabelMetrics(Options, first), Options.Classes);
            for (var row = first; row < end; row += batch)
            {
                var count = Math.Min(batch, end - row);
                metrics.Add<float, int>(logits.AsSpan(row * labels, count * labels), targets.AsSpan(row * labels, count * labels),
                    weighted ? weights.AsSpan(row, count) : default);
            }
            return metrics;
        }
    }
}
