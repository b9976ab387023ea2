using System.Runtime.ExceptionServices;

namespace Surprisal.Kernels;

/// <summary>Threads that wait for work, shared by the process; handing a job to them allocates nothing.</summary>
/// <remarks>
/// The job lies on the caller's stack, and the caller stays until nobody works on it any more: so a job may hold spans.
/// One job at a time: whoever comes second, from another thread or from inside a job, is told so and does its work itself.
/// </remarks>
internal static unsafe class Workers
{
    private const int Spins = 300; // about 0.1 ms: a few times what waking a sleeping thread costs

    private static readonly Lock turn = new(), door = new();
    private static readonly SemaphoreSlim bell = new(0);
    private static int threads, places, next, count, inside;
    private static volatile bool isOpen;
    private static void* job;
    private static delegate*<void*, int, void> run;
    private static ExceptionDispatchInfo? failure;

    [ThreadStatic]
    private static bool isBusy;

    /// <summary>Runs all blocks on this thread and up to <paramref name="helpers"/> others; false, with nothing done, where the workers are taken.</summary>
    public static bool TryRun(void* work, delegate*<void*, int, void> block, int blocks, int helpers)
    {
        if (isBusy || !turn.TryEnter()) return false;
        isBusy = true;
        try
        {
            for (; threads < helpers; threads++) new Thread(Wait) { IsBackground = true, Name = $"Surprisal {threads + 1}" }.Start();
            job = work;
            run = block;
            (places, next, count, failure) = (helpers, 0, blocks, null);
            lock (door) isOpen = true;
            var asleep = helpers - bell.CurrentCount;
            if (asleep > 0) bell.Release(asleep);
            TakeBlocks();
            lock (door) isOpen = false; // who has not come in yet is not needed any more
            for (var spin = new SpinWait(); Volatile.Read(ref inside) > 0;) spin.SpinOnce(sleep1Threshold: -1);
            failure?.Throw();
            return true;
        }
        finally
        {
            isBusy = false;
            turn.Exit();
        }
    }

    private static void Wait()
    {
        isBusy = true; // a block that asks for workers is already on one
        while (true)
        {
            for (var spins = 0; !HasRoom && spins < Spins; spins++) Thread.SpinWait(8);
            if (!HasRoom) bell.Wait();
            if (!TryEnter()) continue;
            TakeBlocks();
            Interlocked.Decrement(ref inside);
            while (isOpen && Volatile.Read(ref next) >= count) Thread.SpinWait(8); // this job is given out; the next opens the door anew
        }
    }

    /// <summary>Whether there is a job that wants more helpers than it has.</summary>
    private static bool HasRoom => isOpen && Volatile.Read(ref inside) < places;

    private static bool TryEnter()
    {
        lock (door)
        {
            if (!HasRoom) return false;
            Interlocked.Increment(ref inside); // others leave without the lock at the same moment
            return true;
        }
    }

    private static void TakeBlocks()
    {
        while (Interlocked.Increment(ref next) - 1 is var block && block < count)
            try
            {
                run(job, block);
            }
            catch (Exception e)
            {
                failure ??= ExceptionDispatchInfo.Capture(e);
                Volatile.Write(ref next, count);
            }
    }
}
