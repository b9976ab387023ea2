namespace Surprisal.Tests.Cuda;

/// <summary>
/// Runs a text as a card would, a block after the other, each thread by itself until it waits for others. Far slower than a card, and
/// stricter: see <see cref="PtxMemory"/>; a barrier or a shuffle that a thread never reaches throws.
/// </summary>
internal sealed class PtxMachine(PtxProgram program, PtxMemory memory)
{
    private const int SharedLimit = 227 * 1024, InstructionLimit = 400_000_000;

    private long steps;

    /// <summary>Launches blocks of threads, with the value of each parameter.</summary>
    public void Launch(string name, int blocks, int threads, int sharedBytes, params ReadOnlySpan<ulong> arguments)
    {
        var entry = program.Entries[name];
        if (threads != entry.MaxThreads) throw new InvalidOperationException($"{name} has blocks of {entry.MaxThreads} threads, not {threads}");
        if (arguments.Length != entry.Parameters.Count) throw new InvalidOperationException(
            $"{name} takes {entry.Parameters.Count} arguments, not {arguments.Length}");
        if (entry.SharedBytes + sharedBytes > SharedLimit) throw new InvalidOperationException($"{name}: {sharedBytes} bytes of shared memory are too many");
        var given = new Dictionary<string, ulong>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Length; i++) given.Add(entry.Parameters[i].Name, arguments[i]);
        for (var block = 0; block < blocks; block++) Run(entry, block, blocks, threads, sharedBytes, given);
        memory.Order();
    }

    private void Run(PtxEntry entry, int block, int blocks, int count, int sharedBytes, Dictionary<string, ulong> arguments)
    {
        var shared = new PtxMemory("shared");
        if (entry.SharedBytes + sharedBytes > 0) shared.Allocate(0, entry.SharedBytes + sharedBytes);
        var threads = new PtxThread[count];
        for (var i = 0; i < count; i++)
        {
            threads[i] = new(entry, block * count + i, block, i);
            threads[i].Start();
        }
        while (true)
        {
            foreach (var thread in threads)
                if (thread.Wait == PtxWait.None)
                    RunUntilWait(entry, thread, blocks, shared, arguments);
            if (Array.TrueForAll(threads, static thread => thread.Wait == PtxWait.Ended)) return;
            if (ReleaseBarrier(entry, threads) | ReleaseShuffles(entry, threads)) continue;
            var waiting = Array.Find(threads, static thread => thread.Wait is PtxWait.Barrier or PtxWait.Shuffle)!;
            throw new InvalidOperationException($"{entry.Name}, {entry.Instructions[waiting.At]}: thread {waiting.InBlock} waits for threads that never come");
        }
    }

    private void RunUntilWait(PtxEntry entry, PtxThread thread, int blocks, PtxMemory shared, Dictionary<string, ulong> arguments)
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
                else Step(entry, instruction, thread, blocks, shared, arguments);
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

    private void Step(PtxEntry entry, PtxInstruction instruction, PtxThread thread, int blocks, PtxMemory shared, Dictionary<string, ulong> arguments)
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
                    "%nctaid.x" => (ulong)blocks,
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
                Access(instruction, thread, instruction.IsShared ? shared : memory);
                break;
        }
        thread.At++;
    }

    private static void Access(PtxInstruction instruction, PtxThread thread, PtxMemory where)
    {
        var (size, isLoad) = (instruction.Size, instruction.Kind == PtxKind.Load);
        var address = thread.Get(instruction.From[0], instruction) + (ulong)instruction.Target;
        var count = isLoad ? instruction.To.Length : instruction.From.Length - 1;
        if (address % (ulong)(size * count) != 0) throw new InvalidOperationException($"[{address:X}] is no multiple of {size * count}");
        for (var i = 0; i < count; i++, address += (ulong)size)
            if (isLoad)
            {
                var value = where.Read(address, size, thread);
                if (instruction.IsSigned && size < 8) value = (ulong)((long)(value << (64 - 8 * size)) >> (64 - 8 * size));
                thread.Set(instruction.To[i], value);
            }
            else if (instruction.Kind == PtxKind.Store) where.Write(address, size, thread.Get(instruction.From[i + 1], instruction), thread);
            else where.Reduce(address, instruction.Opcode, thread.Get(instruction.From[1], instruction));
    }

    /// <summary>Lets the threads go on where all of the block wait at one barrier.</summary>
    private static bool ReleaseBarrier(PtxEntry entry, PtxThread[] threads)
    {
        if (!Array.Exists(threads, static thread => thread.Wait == PtxWait.Barrier)) return false;
        if (Array.Exists(threads, thread => thread.Wait != PtxWait.Barrier || thread.At != threads[0].At))
            return Array.Exists(threads, static thread => thread.Wait == PtxWait.Ended)
                ? throw new InvalidOperationException($"{entry.Name}: threads wait at a barrier that others have left")
                : false;
        foreach (var thread in threads)
        {
            (thread.Wait, thread.At, thread.Epoch) = (PtxWait.None, thread.At + 1, thread.Epoch + 1);
        }
        return true;
    }

    /// <summary>Exchanges what the lanes of a mask brought to one shuffle, where all of them are there.</summary>
    private static bool ReleaseShuffles(PtxEntry entry, PtxThread[] threads)
    {
        var any = false;
        foreach (var warp in threads.Chunk(32))
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
