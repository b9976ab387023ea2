using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>Every block runs once, on any number of threads, from any number of callers; errors reach the caller; nothing is allocated.</summary>
[Collection(Serial.Name)]
public sealed class PartitionTests
{
    private const long Much = 1_000_000;

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(8)]
    public void EveryBlockRunsExactlyOnce(int threads)
    {
        for (var count = 0; count < 300; count++)
        {
            var runs = new int[count];
            Serial.On(threads, () =>
            {
                Partition.For(runs.Length, Much, i => Interlocked.Increment(ref runs[i]));
                return 0;
            });
            Assert.All(runs, static n => Assert.Equal(1, n));
        }
    }

    [Fact]
    public void PiecesAreCountedAndPlacedWithoutOverflow()
    {
        foreach (var length in (int[])[0, 1, 2, 7, 1000, Partition.MaxElements, int.MaxValue - 1, int.MaxValue])
            foreach (var size in (int[])[1, 2, 3, 999, 65_536, 1 << 30, int.MaxValue - 1, int.MaxValue])
            {
                var pieces = Partition.Pieces(length, size);
                Assert.Equal(((long)length + size - 1) / size, pieces);
                if (pieces == 0) continue;
                Assert.Equal(0..Math.Min(length, size), Partition.PieceRange(0, length, size));
                Assert.Equal(((pieces - 1) * size)..length, Partition.PieceRange(pieces - 1, length, size));
                if (pieces > 8) continue;
                var ends = new List<(int, int)>();
                Partition.Ranges(length, size, 1, (first, end) => { lock (ends) ends.Add((first, end)); });
                Assert.Equal(Enumerable.Range(0, pieces).Select(i => (i * size, (int)Math.Min(length, (i + 1L) * size))), ends.Order());
            }
    }

    /// <summary>2^60 and its opposite are in different 256 terms, so each of their sums is rounded to a multiple of 256.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(255), InlineData(256), InlineData(257), InlineData(511), InlineData(1000)]
    public void TermsAreSummedBy256(int count)
    {
        static long Term(int i) => i == 3 ? 1L << 60 : i == 300 ? -(1L << 60) : 1;
        var sums = Enumerable.Range(0, (count + 255) / 256)
            .Select(k => (double)Enumerable.Range(256 * k, Math.Min(256, count - 256 * k)).Sum(Term));
        var expected = (double)sums.Sum(static sum => (long)sum);
        var body = new Terms(static i => Term(i));
        Assert.Equal(expected, Partition.Sum(count, Much, ref body));
        Assert.Equal(expected, Partition.SumOfRuns(count, Much, ref body));
    }

    [Fact]
    public void SeveralCallersAndJobsInsideJobsAllFinish()
    {
        var total = Serial.On(4, () =>
        {
            var sum = 0L;
            Parallel.For(0, 8, _ =>
            {
                for (var round = 0; round < 50; round++)
                    Partition.For(7, Much, i => Partition.For(5, Much, j => Interlocked.Add(ref sum, 10 * i + j)));
            });
            return sum;
        });
        Assert.Equal(8 * 50 * (5 * 210 + 7 * 10), total);
    }

    /// <summary>Helpers that come late meet others that leave.</summary>
    [Fact]
    public void ManyShortJobsInARowAllFinish()
    {
        var total = Serial.On(8, () =>
        {
            var sum = 0L;
            for (var round = 0; round < 20_000; round++) Partition.For(8, Much, _ => Interlocked.Increment(ref sum));
            return sum;
        });
        Assert.Equal(8 * 20_000, total);
    }

    /// <summary>Also when more are still awake from the job before.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void NoMoreThreadsThanAskedForRunBlocksAtOnce(int threads)
    {
        for (var round = 0; round < 30; round++)
        {
            Serial.On(8, () => MostAtOnce(8));
            Assert.InRange(Serial.On(threads, () => MostAtOnce(8)), 1, threads);
        }
    }

    [Fact]
    public void AnErrorInABlockReachesTheCallerAndTheWorkersLiveOn()
    {
        for (var round = 0; round < 20; round++)
        {
            var error = Assert.Throws<InvalidOperationException>(() => Serial.On(3, () =>
            {
                Partition.For(50, Much, static i => { if (i == 17) throw new InvalidOperationException("block 17"); });
                return 0;
            }));
            Assert.Equal("block 17", error.Message);
        }
        EveryBlockRunsExactlyOnce(3);
    }

    [Fact]
    public void AJobWithSpansAllocatesNothingAndSurvivesCollections()
    {
        var numbers = Enumerable.Range(0, 1000).Select(static i => (double)i).ToArray();
        var result = Serial.On(3, () =>
        {
            var sums = new double[10];
            var before = 0L;
            for (var round = 0; round < 50; round++)
            {
                if (round == 2) before = GC.GetAllocatedBytesForCurrentThread();
                var job = new Sums(numbers, sums);
                Partition.For(10, Much, ref job);
            }
            return (Sums: sums, Allocated: GC.GetAllocatedBytesForCurrentThread() - before);
        });
        Assert.Equal(0, result.Allocated);
        for (var i = 0; i < 10; i++) Assert.Equal(100 * i * 100.0 + 4950, result.Sums[i]);
    }

    /// <summary>Runs blocks that let other threads come, and says how many were at work together.</summary>
    private static int MostAtOnce(int blocks)
    {
        var (running, most) = (0, 0);
        Partition.For(blocks, Much, _ =>
        {
            var now = Interlocked.Increment(ref running);
            for (var seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most)) Interlocked.CompareExchange(ref most, now, seen);
            Thread.Sleep(1);
            Interlocked.Decrement(ref running);
        });
        return most;
    }

    private readonly struct Terms(Func<int, double> term) : IParallelSum, IParallelRuns
    {
        public double Run(int block) => term(block);

        public void Run(int first, Span<double> terms)
        {
            for (var i = 0; i < terms.Length; i++) terms[i] = term(first + i);
        }
    }

    private readonly ref struct Sums(ReadOnlySpan<double> numbers, Span<double> sums) : IParallelBody
    {
        private readonly ReadOnlySpan<double> numbers = numbers;
        private readonly Span<double> sums = sums;

        public void Run(int block)
        {
            var sum = 0.0;
            foreach (var x in numbers.Slice(100 * block, 100)) sum += x;
            if (block == 5) GC.Collect(); // moves the arrays while others read them through the caller's stack
            sums[block] = sum;
        }
    }
}
