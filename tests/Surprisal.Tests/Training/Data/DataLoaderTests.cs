using Surprisal.Training;

namespace Surprisal.Tests.Training;

/// <summary>Every sample once, in the order of seed and epoch, in batches of the size asked for, and no more read than is needed.</summary>
public sealed class DataLoaderTests
{
    [Fact]
    public void EveryCountAndSizeGivesEverySampleOnce()
    {
        for (var count = 1; count <= 12; count++)
            for (var size = 1; size <= 14; size++)
                foreach (var shuffle in (bool[])[false, true])
                {
                    var data = new Counted(count);
                    var loader = new DataLoader(data, size, shuffle ? new Seed(1) : null);
                    var batches = loader.Epoch(0).ToList();
                    var sizes = Enumerable.Range(0, (count + size - 1) / size).Select(i => Math.Min(size, count - i * size));
                    Assert.Equal(sizes, batches.Select(static batch => batch.Targets.Length));
                    Assert.Equal((batches.Count, count, size), (loader.BatchCount, loader.SampleCount, loader.BatchSize));
                    AssertWhole(batches, Enumerable.Range(0, count));
                    Assert.Equal(Enumerable.Repeat(1, count), data.Reads);
                    Assert.Equal(Enumerable.Repeat(1, count), data.TargetReads);
                    if (!shuffle) Assert.Equal(Enumerable.Range(0, count), batches.SelectMany(static batch => batch.Samples));
                }
    }

    [Fact]
    public void ALastBatchThatIsNotFullIsDroppedOnRequestAndNotRead()
    {
        for (var count = 1; count <= 12; count++)
            for (var size = 1; size <= count; size++)
            {
                var data = new Counted(count);
                var loader = new DataLoader(data, size, new Seed(2), dropLast: true);
                var batches = loader.Epoch(0).ToList();
                Assert.Equal(Enumerable.Repeat(size, count / size), batches.Select(static batch => batch.Targets.Length));
                Assert.Equal((count / size, count / size * size), (loader.BatchCount, loader.SampleCount));
                Assert.Equal(loader.SampleCount, data.Reads.Sum());
                Assert.Equal(data.Reads, data.TargetReads);
                var keeping = new DataLoader(data, size, new Seed(2)).Epoch(0).SelectMany(static batch => batch.Samples);
                Assert.Equal(keeping.Take(loader.SampleCount), batches.SelectMany(static batch => batch.Samples));
            }
    }

    [Fact]
    public void ALastBatchCanBeJoinedToTheOneBefore()
    {
        for (var count = 2; count <= 12; count++)
            for (var size = 1; size < count; size++)
            {
                var loader = new DataLoader(new Counted(count), size, new Seed(8));
                var batches = loader.JoinLast().Epoch(3).ToList();
                AssertWhole(batches, Enumerable.Range(0, count));
                Assert.Equal(loader.Epoch(3).SelectMany(static batch => batch.Samples), batches.SelectMany(static batch => batch.Samples));
                Assert.Equal((loader.BatchCount - 1, count), (loader.JoinLast().BatchCount, loader.JoinLast().SampleCount));
                Assert.All(batches.SkipLast(1), batch => Assert.Equal(size, batch.Samples.Count));
            }
    }

    [Fact]
    public void AnEpochMayBeginLaterAndReadsNothingBefore()
    {
        for (var first = 0; first <= 4; first++)
        {
            var data = new Counted(10);
            var whole = new DataLoader(data, 3, new Seed(3)).Epoch(2).SelectMany(static batch => batch.Samples).ToList();
            Array.Clear(data.Reads);
            var part = new DataLoader(data, 3, new Seed(3)).Epoch(2, first).SelectMany(static batch => batch.Samples).ToList();
            Assert.Equal(whole.Skip(3 * first), part);
            Assert.Equal(part.Count, data.Reads.Sum());
        }
        var loader = new DataLoader(new Counted(10), 3, new Seed(3));
        foreach (var first in (int[])[-1, 5, int.MaxValue, int.MinValue])
            Assert.Equal($"first is {first}, but an epoch has 4 batches of 3, 0..3. (Parameter 'first')",
                Assert.Throws<ArgumentOutOfRangeException>(() => loader.Epoch(0, first)).Message);
    }

    [Fact]
    public void NotMoreThanTheNextBatchIsReadAhead()
    {
        var data = new Counted(20);
        using (var batches = new DataLoader(data, 4, new Seed(4)).Epoch(0).GetEnumerator())
        {
            Assert.True(batches.MoveNext());
            Assert.True(batches.MoveNext());
            SpinWait.SpinUntil(() => Volatile.Read(ref data.Total) >= 12, TimeSpan.FromSeconds(30));
            Thread.Yield();
        }
        Assert.Equal(12, Volatile.Read(ref data.Total));
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(int.MaxValue - 1)]
    [InlineData(int.MaxValue - 8)]
    [InlineData(1 << 30)]
    public void ABatchSizeNearTheLargestIntegerMakesOneBatchOfAll(int size)
    {
        foreach (var count in (int[])[1, 2, 10, 1000])
        {
            var loader = new DataLoader(new Counted(count), size, new Seed(5));
            Assert.Equal((1, count), (loader.BatchCount, loader.SampleCount));
            AssertWhole([Assert.Single(loader.Epoch(0))], Enumerable.Range(0, count));
            Assert.Equal(
                $"batchSize is {size}, but there are {count} samples and dropLast leaves out a batch that is not full; an epoch needs at least one batch. " +
                "(Parameter 'batchSize')",
                Assert.Throws<ArgumentOutOfRangeException>(() => new DataLoader(new Counted(count), size, new Seed(5), dropLast: true)).Message);
        }
    }

    [Fact]
    public void ManySamplesAreCountedWithoutOverflow()
    {
        // Only counts are asked for: no sample is read.
        const int most = int.MaxValue;
        foreach (var (count, size, batches) in new[] { (most, most, 1), (most, most - 1, 2), (most, 1 << 30, 2), (most, 2, 1 << 30), (most, 1, most),
            (1 << 30, 3, 357913942) })
        {
            Assert.Equal(batches, new DataLoader(new Counted(count, reads: 0), size, new Seed(6)).BatchCount);
            var dropping = new DataLoader(new Counted(count, reads: 0), size, new Seed(6), dropLast: true);
            Assert.Equal((count / size, (long)(count / size) * size), (dropping.BatchCount, dropping.SampleCount));
        }
    }

    [Fact]
    public void WhatMakesNoBatchIsRefused()
    {
        Assert.Equal("dataset has no samples; an epoch needs at least one batch. (Parameter 'dataset')",
            Assert.Throws<ArgumentException>(static () => new DataLoader(new Counted(0), 5, new Seed(0))).Message);
        Assert.Equal("batchSize is 5, but there are 4 samples and dropLast leaves out a batch that is not full; an epoch needs at least one batch. " +
            "(Parameter 'batchSize')",
            Assert.Throws<ArgumentOutOfRangeException>(static () => new DataLoader(new Counted(4), 5, new Seed(0), dropLast: true)).Message);
        Assert.Equal(1, new DataLoader(new Counted(5), 5, new Seed(0), dropLast: true).BatchCount);
        foreach (var size in (int[])[0, -1, int.MinValue])
            Assert.Equal("batchSize", Assert.Throws<ArgumentOutOfRangeException>(() => new DataLoader(new Counted(5), size, new Seed(0))).ParamName);
    }

    [Fact]
    public void SeedAndEpochDecideTheOrder()
    {
        int[] Order(long seed, int epoch, int size = 5) =>
            [.. new DataLoader(new Counted(40), size, new Seed(seed)).Epoch(epoch).SelectMany(static batch => batch.Samples)];
        Assert.Equal(Order(1, 0), Order(1, 0));
        Assert.Equal(Order(1, 3), Order(1, 3, size: 7));
        Assert.NotEqual(Order(1, 0), Order(1, 1));
        Assert.NotEqual(Order(1, 0), Order(2, 0));
        Assert.NotEqual(Enumerable.Range(0, 40), Order(1, 0));
    }

    [Fact]
    public void AnErrorOfTheDatasetReachesTheReaderAfterTheBatchesBefore()
    {
        var data = new Counted(10) { Broken = 7 };
        var read = 0;
        var loader = new DataLoader(data, 3);
        Assert.Equal("sample 7 is broken", Assert.Throws<InvalidDataException>(() => { foreach (var _ in loader.Epoch(0)) read++; }).Message);
        Assert.Equal(2, read);
    }

    /// <summary>Each row holds its sample's numbers and target: i and -i, and the class i modulo 3.</summary>
    private static void AssertWhole(List<Batch> batches, IEnumerable<int> samples)
    {
        Assert.Equal(samples, batches.SelectMany(static batch => batch.Samples).Order());
        foreach (var batch in batches)
        {
            Assert.Equal([batch.Samples.Count, 2], batch.Inputs.Shape.ToArray());
            Assert.Equal(batch.Samples.SelectMany(static i => (float[])[i, -i]), batch.Inputs.ToArray());
            Assert.Equal(batch.Samples.Select(static i => i % 3L), batch.Targets.ToArray());
        }
    }

    /// <summary>Counts how often each sample is read.</summary>
    private sealed class Counted(int count, int? reads = null) : Dataset
    {
        public int Total;

        public int[] Reads { get; } = new int[reads ?? count];

        public int[] TargetReads { get; } = new int[reads ?? count];

        public int Broken { get; init; } = -1;

        public override int Count => count;

        public override TensorShape SampleShape => [2];

        public override IReadOnlyList<string> ClassNames => ["a", "b", "c"];

        public override long Target(int index)
        {
            Interlocked.Increment(ref TargetReads[index]);
            return index % 3;
        }

        public override void Read(int index, Span<float> sample)
        {
            if (index == Broken) throw new InvalidDataException($"sample {index} is broken");
            Interlocked.Increment(ref Reads[index]);
            (sample[0], sample[1]) = (index, -index);
            Interlocked.Increment(ref Total);
        }
    }
}
