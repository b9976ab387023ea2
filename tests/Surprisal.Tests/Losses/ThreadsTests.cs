using System.Numerics.Tensors;
using Surprisal.Kernels;
using Surprisal.Tests.Kernels;
using Surprisal.Tests.Reproducibility;

namespace Surprisal.Tests.Losses;

/// <summary>The two numbers that users set, and that they change nothing else.</summary>
[Collection(Serial.Name)]
public sealed class ThreadsTests
{
    [Fact]
    public void TheDefaultIsAllProcessorsFromAHundredThousandOperations()
    {
        Assert.Equal(Environment.ProcessorCount, Threads.Count);
        Assert.Equal(100_000, Threads.SmallestWork);
    }

    [Theory, InlineData(0), InlineData(-1), InlineData(int.MinValue)]
    public void FewerThanOneThreadAreRefused(int count)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Threads.Count = count);
        Assert.Equal($"Count is {count}; the caller's thread is one of them, so it must be 1 or more. (Parameter 'Count')\nActual value was {count}.",
            error.Message.ReplaceLineEndings("\n"));
        Assert.Equal(Environment.ProcessorCount, Threads.Count);
    }

    [Theory, InlineData(-1), InlineData(long.MinValue)]
    public void LessThanNoWorkIsRefused(long work)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Threads.SmallestWork = work);
        Assert.Equal($"SmallestWork is {work}; it is a number of operations, so it must be 0 or more. (Parameter 'SmallestWork')\nActual value was {work}.",
            error.Message.ReplaceLineEndings("\n"));
        Assert.Equal(100_000, Threads.SmallestWork);
    }

    [Fact]
    public void OneThreadIsTheCallers() => On(1, 0, static () => Assert.Equal([Environment.CurrentManagedThreadId], Seen(40)));

    [Fact]
    public void WorkUpToTheSmallestStaysOnTheCallersThread() => On(8, 40_000, static () => Assert.Equal([Environment.CurrentManagedThreadId], Seen(40)));

    [Fact]
    public void MoreWorkIsShared() => On(8, 39_999, static () => Assert.True(Seen(40).Count > 1));

    public static TheoryData<string> Names =>
        [.. Works.All.Keys.Where(static name => name.EndsWith("float", StringComparison.Ordinal) || name.Contains("half", StringComparison.Ordinal))];

    /// <summary>Also where calls are shared that are too small for it.</summary>
    [Theory, MemberData(nameof(Names))]
    public void NeitherNumberChangesABit(string name)
    {
        var expected = "";
        On(1, long.MaxValue, () => expected = Works.Hash(Works.All[name]()));
        foreach (var (count, work) in ((int, long)[])[(3, 0), (8, 0), (8, long.MaxValue)])
            On(count, work, () => Assert.Equal(expected, Works.Hash(Works.All[name]())));
    }

    [Fact]
    public void SmallCallsHaveTheSameBitsSharedAndNot()
    {
        foreach (var loss in EveryLoss.OfIndices)
            foreach (nint[] shape in new nint[][] { [1, 3], [50, 3], [700, 3], [2, 3, 77] })
            {
                var logits = EveryLoss.Draw<float>((int)TensorPrimitives.Product<nint>(shape), seed: 5);
                var expected = EveryLoss.Indices(loss, logits, shape);
                for (var threads = 1; threads <= 8; threads++)
                    On(threads, 0, () =>
                    {
                        var (result, gradient, losses) = EveryLoss.Indices(loss, logits, shape);
                        Assert.Equal(expected.Result, result);
                        Assert.Equal(expected.Gradient, gradient);
                        Assert.Equal(expected.Losses, losses);
                    });
            }
    }

    /// <summary>The threads that run so many blocks of a thousand operations; each waits until another has come, but not for long.</summary>
    private static HashSet<int> Seen(int blocks)
    {
        var seen = new HashSet<int>();
        Partition.For(blocks, 1_000, _ =>
        {
            lock (seen) seen.Add(Environment.CurrentManagedThreadId);
            Thread.Sleep(1);
        });
        return seen;
    }

    private static void On(int count, long smallestWork, Action run)
    {
        var before = (Threads.Count, Threads.SmallestWork);
        (Threads.Count, Threads.SmallestWork) = (count, smallestWork);
        try
        {
            run();
        }
        finally
        {
            (Threads.Count, Threads.SmallestWork) = before;
        }
    }
}
