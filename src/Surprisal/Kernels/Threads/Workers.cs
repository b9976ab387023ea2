using System.Runtime.ExceptionServices;

namespace Surprisal.Kernels;

/// <summary>A thread pool of the process for short jobs of many blocks; handing it a job allocates nothing.</summary>
/// <remarks>
/// The job lies on the caller's stack, and the caller waits until no worker is on it any more: so a job may hold spans.
/// It takes one job at a time: a second caller, on another thread or active a job, gets false and does its work itself.
/// </remarks>
internal static unsafe class Workers
{
    private const int Spins = 300; // about 0.1 ms, a few times what waking a sleeping thread costs

    private static readonly Lock jobLock = new(), entryLock = new();
    private static readonly SemaphoreSlim wakeUp = new(0);
    private static int threads, maxHelpers, next, count, active;
    private static volatile bool isOpen; // whether workers may join the job
    private static void* job;
    private static delegate*<void*, int, void> run;
    private static ExceptionDispatchInfo? failure;

    [ThreadStatic]
    private static bool isBusy;

    /// <summary>
    /// Runs all blocks on this thread and up to <paramref name="helpers"/> others; returns false, with nothing done, where the workers have
    /// another job.
    /// </summary>
    public static bool TryRun(void* work, delegate*<void*, int, void> block, int blocks, int helpers)
    {
        if (isBusy || !jobLock.TryEnter()) return false;
        isBusy = true;
        try
        {
            for (; threads < helpers; threads++) new Thread(WorkerLoop) { IsBackground = true, Name = $"Surprisal {threads + 1}" }.Start();
            job = work;
            run = block;
            (maxHelpers, next, count, failure) = (helpers, 0, blocks, null);
            lock (entryLock) isOpen = true;
            var asleep = helpers - wakeUp.CurrentCount;
            if (asleep > 0) wakeUp.Release(asleep);
            TakeBlocks();
            lock (entryLock) isOpen = false; // workers that have not joined yet are not needed any more
            for (var spin = new SpinWait(); Volatile.Read(ref active) > 0;) spin.SpinOnce(sleep1Threshold: -1);
            failure?.Throw();
            return true;
        }
        finally
        {
            isBusy = false;
            jobLock.Exit();
        }
    }

    private static void WorkerLoop()
    {
        isBusy = true; // so that a block that asks for workers does its work itself
        while (true)
        {
            for (var spins = 0; !WantsHelpers && spins < Spins; spins++) Thread.SpinWait(8);
            if (!WantsHelpers) wakeUp.Wait();
            if (!TryJoin()) continue;
            TakeBlocks();
            Interlocked.Decrement(ref active);
            // all blocks of this job are taken: a short one ends soon
            while (isOpen && Volatile.Read(ref next) >= count) Thread.SpinWait(8);
        }
    }

    /// <summary>Whether there is a job with fewer helpers than it may have.</summary>
    private static bool WantsHelpers => isOpen && Volatile.Read(ref active) < maxHelpers;

    private static bool TryJoin()
    {
        lock (entryLock)
        {
            if (!WantsHelpers) return false;
            Interlocked.Increment(ref active); // interlocked, since workers leave without the lock
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
