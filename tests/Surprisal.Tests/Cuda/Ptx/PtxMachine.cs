using Surprisal.Cuda;

namespace Surprisal.Tests.Cuda;

/// <summary>
/// Runs a text as a card would, a cluster of blocks after the other, each thread by itself until it waits for others. Far slower than a
/// card, and stricter: see <see cref="PtxMemory"/>; a barrier or a shuffle that a thread never reaches throws.
/// </summary>
internal sealed class PtxMachine(PtxProgram program, PtxMemory memory)
{
    private const int SharedLimit = 227 * 1024, InstructionLimit = 400_000_000, MostBlocks = 16;

    private readonly Dictionary<string, ulong> arguments = new(StringComparer.Ordinal);
    private long steps;

    /// <summary>Launches blocks of threads, with the value of each parameter.</summary>
    public void Launch(string name, LaunchGrid grid, int threads, params ReadOnlySpan<ulong> values)
    {
        var entry = program.Entries[name];
        if (threads != entry.MaxThreads) throw new InvalidOperationException($"{name} has blocks of {entry.MaxThreads} threads, not {threads}");
        if (values.Length != entry.Parameters.Count) throw new InvalidOperationException(
            $"{name} takes {entry.Parameters.Count} arguments, not {values.Length}");
        if (entry.SharedBytes + grid.SharedBytes > SharedLimit) throw new InvalidOperationException(
            $"{name}: {grid.SharedBytes} bytes of shared memory are too many");
        if (grid.Cluster is < 1 or > MostBlocks || grid.Blocks % grid.Cluster != 0) throw new InvalidOperationException(
            $"{name}: {grid.Blocks} blocks are none in clusters of {grid.Cluster}");
        arguments.Clear();
        for (var i = 0; i < values.Length; i++) arguments.Add(entry.Parameters[i].Name, values[i]);
        for (var first = 0; first < grid.Blocks; first += grid.Cluster)
        {
            var cluster = new PtxCluster(entry, first, grid.Cluster, threads, grid.SharedBytes);
            cluster.Run((block, thread) => RunUntilWait(entry, thread, grid, block, cluster));
        }
        memory.Order();
    }

    private void RunUntilWait(PtxEntry entry, PtxThread thread, LaunchGrid grid, PtxBlock block, PtxCluster cluster)
    {
        var instructions = entry.Instructions;
        try
        {
            while (thread.Wait == PtxWait.None)
            {
                var instruction = instructions[thread.At];
                if (++steps > InstructionLimit) throw new InvalidOperationException("the kernel does not end");
                if (instruction.Guard >= 0 && (thread.Get(instruction.Guard, instruction) != 0) == instruction.IsGuardNegated) thread.At++;
                else if (instruction.Kind == PtxKind.Compute) Compute(instruction, thread);
                else Step(entry, instruction, thread, grid, block, cluster);
            }
        }
        catch (InvalidOperationException wrong)
        {
            throw new InvalidOperationException(
                $"{entry.Name}, {instructions[thread.At]}, thread {thread.InBlock} of block {thread.Block}: {wrong.Message}.", wrong);
        }
    }

    private static void Compute(PtxInstruction instruction, PtxThread thread)
    {
        var from = instruction.From;
        var a = thread.Get(from[0], instruction);
        var b = from.Length > 1 ? thread.Get(from[1], instruction) : 0;
        var c = from.Length > 2 ? thread.Get(from[2], instruction) : 0;
        thread.Set(instruction.To[0], instruction.Function!(a, b, c));
        thread.At++;
    }

    private void Step(PtxEntry entry, PtxInstruction instruction, PtxThread thread, LaunchGrid grid, PtxBlock block, PtxCluster cluster)
    {
        var (to, from) = (instruction.To, instruction.From);
        ulong Value(int i) => thread.Get(from[i], instruction);
        switch (instruction.Kind)
        {
            case PtxKind.Branch:
                thread.At = instruction.Target;
                return;
            case PtxKind.Return:
                thread.Wait = PtxWait.Ended;
                return;
            case PtxKind.Barrier:
                thread.Wait = PtxWait.Barrier;
                return;
            case PtxKind.Shuffle:
                thread.Wait = PtxWait.Shuffle;
                return;
            case PtxKind.ArriveInCluster:
                PtxCluster.Arrive(thread);
                break;
            case PtxKind.AwaitCluster:
                thread.Wait = PtxWait.Cluster;
                return;
            case PtxKind.MapAddress:
                thread.Set(to[0], cluster.AddressOf(Value(0), Value(1)));
                break;
            case PtxKind.LoadParameter:
                var parameter = entry.Parameters.Find(known => known.Name == instruction.Name);
                if (parameter.Size != instruction.Size) throw new InvalidOperationException($"{instruction.Name} has {parameter.Size} bytes");
                thread.Set(to[0], arguments[instruction.Name]);
                break;
            case PtxKind.Special:
                thread.Set(to[0], instruction.Name switch
                {
                    "%tid.x" => (ulong)thread.InBlock,
                    "%ctaid.x" => (ulong)thread.Block,
                    "%nctaid.x" => (ulong)grid.Blocks,
                    "%clusterid.x" => (ulong)(thread.Block / grid.Cluster),
                    "%cluster_ctarank" => (ulong)block.Rank,
                    "%cluster_nctarank" => (ulong)grid.Cluster,
                    _ => (ulong)entry.Shared[instruction.Name],
                });
                break;
            case PtxKind.Pack:
                thread.Set(to[0], Value(0) | Value(1) << 32);
                break;
            case PtxKind.Unpack:
                var whole = Value(0);
                thread.Set(to[0], (uint)whole);
                thread.Set(to[1], whole >> 32);
                break;
            default:
                Access(instruction, thread, instruction.IsShared ? block.Shared : memory, block, cluster);
                break;
        }
        thread.At++;
    }

    private static void Access(PtxInstruction instruction, PtxThread thread, PtxMemory where, PtxBlock own, PtxCluster cluster)
    {
        var (size, isLoad) = (instruction.Size, instruction.Kind == PtxKind.Load);
        var address = thread.Get(instruction.From[0], instruction) + (ulong)instruction.Target;
        var count = isLoad ? instruction.To.Length : instruction.From.Length - 1;
        if (address % (ulong)(size * count) != 0) throw new InvalidOperationException($"[{address:X}] is no multiple of {size * count}");
        for (var i = 0; i < count; i++, address += (ulong)size)
            if (isLoad)
            {
                var value = instruction.IsOfCluster ? cluster.Read(address, size, own, thread) : where.Read(address, size, thread);
                if (instruction.IsSigned && size < 8) value = (ulong)((long)(value << (64 - 8 * size)) >> (64 - 8 * size));
                thread.Set(instruction.To[i], value);
            }
            else if (instruction.Kind == PtxKind.Store) where.Write(address, size, thread.Get(instruction.From[i + 1], instruction), thread);
            else where.Reduce(address, instruction.Opcode, thread.Get(instruction.From[1], instruction));
    }
}
