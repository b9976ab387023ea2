using Surprisal.Training;

namespace Surprisal.Tests.Training.Parts;

/// <summary>A part's thread is kept from work to work, ends when nobody has needed it, and begins again.</summary>
public sealed class PartThreadTests
{
    [Fact]
    public void WorksThatFollowEachOtherHaveOneThreadAndOneAfterAPauseAnother()
    {
        var thread = new PartThread(TimeSpan.FromMilliseconds(500));
        var first = Do(thread);
        Assert.All(Enumerable.Range(0, 20), _ => Assert.Same(first, Do(thread)));
        Assert.True(first.Join(TimeSpan.FromSeconds(30)), "the thread has not ended though nobody needs it");
        Assert.NotSame(first, Do(thread));
    }

    /// <summary>Works come just when the thread is about to end: none is lost, none is done twice.</summary>
    [Fact]
    public void NoWorkIsLostWhereTheThreadIsAboutToEnd()
    {
        var seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Surprisal.Kernels.RandomStream(seed);
        var thread = new PartThread(TimeSpan.FromMilliseconds(1));
        var (done, threads) = (0, new HashSet<Thread>());
        for (var i = 1; i <= 500; i++)
        {
            threads.Add(Do(thread, () => done++));
            Assert.Equal(i, done);
            var until = System.Diagnostics.Stopwatch.GetTimestamp() + (long)(random.Below(2000) * 1e-6 * System.Diagnostics.Stopwatch.Frequency);
            while (System.Diagnostics.Stopwatch.GetTimestamp() < until) Thread.SpinWait(10);
        }
        Assert.True(threads.Count > 1, "no work came after the end of a thread");
    }

    private static Thread Do(PartThread thread, Action? work = null)
    {
        var end = new ManualResetEventSlim();
        Thread? on = null;
        thread.Start(() =>
        {
            on = Thread.CurrentThread;
            work?.Invoke();
            end.Set();
        });
        Assert.True(end.Wait(TimeSpan.FromSeconds(30)), "the work was not done");
        return on!;
    }
}
