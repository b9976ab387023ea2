using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Surprisal.Training;

/// <summary>Small numbers of every part, known to all processes afterwards; and how long the waiting took.</summary>
internal sealed class PartExchange(ProcessGroup group, int parts)
{
    /// <summary>The parts of this process.</summary>
    public (int First, int End) Own { get; } = PartTree.Of(group.Rank, group.Size, parts);

    /// <summary>How many processes there are.</summary>
    public int Ranks => group.Size;

    /// <summary>The most parts of a process.</summary>
    public int Widest { get; } = Enumerable.Range(0, group.Size).Max(rank => Width(PartTree.Of(rank, group.Size, parts)));

    /// <summary>How many parts there are.</summary>
    public int Parts => parts;

    /// <summary>Time spent waiting for others, since the start.</summary>
    public Stopwatch Waiting { get; } = new();

    /// <summary>Bytes that this process has sent to others, since the start.</summary>
    public long Sent { get; set; }

    /// <summary>So many numbers of each own part, one part after the other, become those of all parts.</summary>
    public double[] Gather(ReadOnlySpan<double> own, int numbers)
    {
        if (group.Size == 1) return own.ToArray();
        var mine = new byte[Widest * numbers * sizeof(double)];
        MemoryMarshal.AsBytes(own).CopyTo(mine);
        var received = GatherBytes(mine);
        var all = new double[parts * numbers];
        for (var rank = 0; rank < group.Size; rank++)
        {
            var (first, end) = PartTree.Of(rank, group.Size, parts);
            MemoryMarshal.Cast<byte, double>(received.AsSpan(rank * mine.Length, mine.Length))[..((end - first) * numbers)]
                .CopyTo(all.AsSpan(first * numbers));
        }
        return all;
    }

    /// <summary>As many bytes of each process, in the order of ranks.</summary>
    public byte[] GatherBytes(byte[] mine)
    {
        var all = new byte[mine.Length * group.Size];
        Wait(group.AllGather(mine, all));
        Sent += (long)mine.Length * (group.Size - 1);
        return all;
    }

    /// <summary>A slice for each process, all of one length, becomes what each has for this one.</summary>
    public byte[] Swap(byte[] mine)
    {
        var received = new byte[mine.Length];
        Wait(group.AllToAll(mine, received));
        Sent += (long)mine.Length / group.Size * (group.Size - 1);
        return received;
    }

    /// <summary>The bytes of each process, however many it has.</summary>
    public byte[][] GatherLists(byte[] mine)
    {
        var lengths = MemoryMarshal.Cast<byte, long>(GatherBytes(BitConverter.GetBytes((long)mine.Length))).ToArray();
        var padded = new byte[lengths.Max()];
        mine.CopyTo(padded, 0);
        var all = GatherBytes(padded);
        return [.. lengths.Select((length, rank) => all.AsSpan(rank * padded.Length, (int)length).ToArray())];
    }

    /// <summary>Waits, and counts the time.</summary>
    public void Wait(Transfer transfer)
    {
        Waiting.Start();
        transfer.Wait();
        Waiting.Stop();
    }

    private static int Width((int First, int End) range) => range.End - range.First;
}
