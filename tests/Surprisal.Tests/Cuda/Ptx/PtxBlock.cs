namespace Surprisal.Tests.Cuda;

/// <summary>A block: its threads, and its memory, each named piece by itself, so that an access beyond one throws.</summary>
internal sealed class PtxBlock
{
    private readonly PtxEntry entry;

    public PtxBlock(PtxEntry entry, int number, int rank, int threads, int sharedBytes)
    {
        (this.entry, Rank) = (entry, rank);
        foreach (var (name, start) in entry.Shared)
        {
            var length = name == "dynamic" ? sharedBytes : entry.SharedSizes[name];
            if (length > 0) Shared.Allocate((ulong)start, length);
        }
        Threads = new PtxThread[threads];
        for (var i = 0; i < threads; i++)
        {
            Threads[i] = new(entry, number * threads + i, number, i) { Cluster = number - rank };
            Threads[i].Start();
        }
    }

    public PtxThread[] Threads { get; }

    public PtxMemory Shared { get; } = new("shared");

    /// <summary>In its cluster.</summary>
    public int Rank { get; }

    public bool HasEnded => Array.TrueForAll(Threads, static thread => thread.Wait == PtxWait.Ended);

    /// <summary>The thread that read the block's memory from another block after most barriers of the cluster, and how many it had arrived at.</summary>
    public (PtxThread? Thread, int Arrivals) Reader { get; set; }

    /// <summary>Lets the threads go on where all of the block wait at one barrier.</summary>
    public bool ReleaseBarrier()
    {
        if (!Array.Exists(Threads, static thread => thread.Wait == PtxWait.Barrier)) return false;
        if (Array.Exists(Threads, thread => thread.Wait != PtxWait.Barrier || thread.At != Threads[0].At))
            return Array.Exists(Threads, static thread => thread.Wait == PtxWait.Ended)
                ? throw new InvalidOperationException($"{entry.Name}: threads wait at a barrier that others have left")
                : false;
        foreach (var thread in Threads) (thread.Wait, thread.At, thread.Epoch) = (PtxWait.None, thread.At + 1, thread.Epoch + 1);
        return true;
    }

    /// <summary>Exchanges what the lanes of a mask brought to one shuffle, where all of them are there.</summary>
    public bool ReleaseShuffles()
    {
        var any = false;
        foreach (var warp in Threads.Chunk(32))
            foreach (var thread in warp)
            {
                if (thread.Wait != PtxWait.Shuffle) continue;
                var instruction = entry.Instructions[thread.At];
                ulong Operand(PtxThread of, int i) => of.Get(instruction.From[i], instruction);
                var members = Operand(thread, 3);
                if ((members >> thread.Lane & 1) == 0) throw new InvalidOperationException($"{entry.Name}, {instruction}: the thread is not in its own mask");
                PtxThread[] group = [.. warp.Where(other => (members >> other.Lane & 1) != 0)];
                if (group.Length != BitOperations.PopCount(members)) throw new InvalidOperationException(
                    $"{entry.Name}, {instruction}: lanes that do not exist");
                if (Array.Exists(group, other => other.Wait != PtxWait.Shuffle || other.At != thread.At || Operand(other, 3) != members)) continue;
                var values = Array.ConvertAll(group, other => FromLane(other, instruction, group));
                for (var i = 0; i < group.Length; i++)
                {
                    group[i].Set(instruction.To[0], values[i]);
                    (group[i].Wait, group[i].At) = (PtxWait.None, group[i].At + 1);
                }
                any = true;
            }
        return any;
    }

    private static ulong FromLane(PtxThread thread, PtxInstruction instruction, PtxThread[] group)
    {
        var (b, c) = ((int)thread.Get(instruction.From[1], instruction), (int)thread.Get(instruction.From[2], instruction));
        var segment = c >> 8 & 31;
        var least = thread.Lane & segment;
        var most = least | (c & 31 & ~segment);
        var lane = instruction.Opcode.Contains("bfly", StringComparison.Ordinal) ? thread.Lane ^ b : least | (b & ~segment);
        if (lane > most) lane = thread.Lane;
        var other = Array.Find(group, member => member.Lane == lane) ?? throw new InvalidOperationException($"{instruction}: lane {lane} does not take part");
        return other.Get(instruction.From[0], instruction);
    }
}
