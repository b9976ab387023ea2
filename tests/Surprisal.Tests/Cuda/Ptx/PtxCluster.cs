namespace Surprisal.Tests.Cuda;

/// <summary>
/// Blocks that run together and read each other's memory. Refused: a barrier that a thread misses or arrives at twice, memory that is not
/// there, and a block that may end while another reads its memory.
/// </summary>
internal sealed class PtxCluster
{
    /// <summary>Where a block's memory lies for the others: its rank and one more above so many bits of the address.</summary>
    private const int WindowBits = 24;

    private readonly PtxEntry entry;

    public PtxCluster(PtxEntry entry, int first, int blocks, int threads, int sharedBytes)
    {
        this.entry = entry;
        Blocks = [.. Enumerable.Range(0, blocks).Select(rank => new PtxBlock(entry, first + rank, rank, threads, sharedBytes))];
    }

    public PtxBlock[] Blocks { get; }

    /// <summary>Runs until all have ended.</summary>
    /// <param name="run">Runs a thread until it waits.</param>
    public void Run(Action<PtxBlock, PtxThread> run)
    {
        while (true)
        {
            foreach (var block in Blocks)
            {
                if (block.HasEnded) continue;
                foreach (var thread in block.Threads)
                    if (thread.Wait == PtxWait.None)
                        run(block, thread);
                if (block.HasEnded) CheckReaders(block);
            }
            if (Array.TrueForAll(Blocks, static block => block.HasEnded)) return;
            var any = false;
            foreach (var block in Blocks) any |= block.ReleaseBarrier() | block.ReleaseShuffles();
            if (any | ReleaseBarrier()) continue;
            var waiting = Blocks.SelectMany(static block => block.Threads).First(static thread => thread.Wait is not (PtxWait.None or PtxWait.Ended));
            throw new InvalidOperationException($"{entry.Name}, {entry.Instructions[waiting.At]}: thread {waiting.InBlock} waits for threads that never come");
        }
    }

    /// <summary>The address of a block's memory for the others.</summary>
    public ulong AddressOf(ulong address, ulong rank)
    {
        if (rank >= (ulong)Blocks.Length) throw new InvalidOperationException($"there is no block {rank} in a cluster of {Blocks.Length}");
        if (address >> WindowBits != 0) throw new InvalidOperationException($"[{address:X}] is no address of the block's own memory");
        return rank + 1 << WindowBits | address;
    }

    /// <summary>Reads the memory of a block of the cluster.</summary>
    public ulong Read(ulong address, int size, PtxBlock own, PtxThread by)
    {
        var rank = (int)(address >> WindowBits) - 1;
        var block = rank < 0 ? own : Blocks[rank];
        if (block.HasEnded) throw new InvalidOperationException($"the memory of block {block.Rank} is read, which has ended");
        if (block != own && (block.Reader.Thread is null || block.Reader.Arrivals < by.Arrivals)) block.Reader = (by, by.Arrivals);
        return block.Shared.Read(address & (1 << WindowBits) - 1, size, by);
    }

    /// <summary>Notes that a thread has come to the next barrier.</summary>
    public static void Arrive(PtxThread thread)
    {
        if (thread.Arrivals > thread.Passed) throw new InvalidOperationException("a thread arrives twice at a barrier of the cluster");
        thread.Arrivals++;
    }

    /// <summary>Lets those go on that wait for a barrier at which all threads of the cluster have arrived.</summary>
    private bool ReleaseBarrier()
    {
        PtxThread[] all = [.. Blocks.SelectMany(static block => block.Threads)], waiting = [.. all.Where(static thread => thread.Wait == PtxWait.Cluster)];
        if (waiting.Length == 0) return false;
        var least = all.Min(static thread => thread.Arrivals);
        if (Array.Exists(all, thread => thread.Wait == PtxWait.Ended && thread.Arrivals <= waiting.Min(static other => other.Passed)))
            throw new InvalidOperationException($"{entry.Name}: threads wait at a barrier of the cluster that others have left");
        var any = false;
        foreach (var thread in waiting)
        {
            if (thread.Arrivals == thread.Passed) throw new InvalidOperationException(
                $"{entry.Name}, {entry.Instructions[thread.At]}: thread {thread.InBlock} waits for a barrier of the cluster at which it has not arrived");
            if (least <= thread.Passed) continue;
            (thread.Wait, thread.At, thread.Passed, any) = (PtxWait.None, thread.At + 1, thread.Passed + 1, true);
        }
        return any;
    }

    /// <summary>All that read a block's memory have to have arrived, after that, at a barrier that the block waited for.</summary>
    private void CheckReaders(PtxBlock block)
    {
        if (block.Reader.Thread is { } reader && block.Threads.Min(static thread => thread.Passed) <= block.Reader.Arrivals)
            throw new InvalidOperationException($"{entry.Name}: block {block.Rank} ends while thread {reader.InBlock} of another may read its memory");
        if (Array.Exists(block.Threads, static thread => thread.Arrivals > thread.Passed))
            throw new InvalidOperationException($"{entry.Name}: block {block.Rank} ends before a barrier of the cluster at which it has arrived");
    }
}
