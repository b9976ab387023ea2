namespace Surprisal.Tests.Cuda;

internal enum PtxWait
{
    None,
    Barrier,
    Shuffle,
    Cluster,
    Ended,
}

/// <summary>One thread: its registers, what of them was set, and where it stands.</summary>
internal sealed class PtxThread(PtxEntry entry, int number, int block, int inBlock)
{
    public readonly ulong[] Registers = new ulong[entry.Places.Count];
    public readonly bool[] IsSet = new bool[entry.Places.Count];

    /// <summary>Through the launch, its block, and in that.</summary>
    public int Number { get; } = number;

    public int Block { get; } = block;

    public int InBlock { get; } = inBlock;

    public int Lane => InBlock % 32;

    /// <summary>How many barriers it has passed.</summary>
    public int Epoch { get; set; }

    /// <summary>The first block of its cluster.</summary>
    public int Cluster { get; init; } = block;

    /// <summary>How many barriers of the cluster it has arrived at, and how many of these it has waited for.</summary>
    public int Arrivals { get; set; }

    /// <inheritdoc cref="Arrivals"/>
    public int Passed { get; set; }

    public int At { get; set; }

    public PtxWait Wait { get; set; }

    public void Start()
    {
        foreach (var (place, value) in entry.Constants)
        {
            Registers[place] = value;
            IsSet[place] = true;
        }
    }

    public ulong Get(int place, PtxInstruction instruction) =>
        IsSet[place] ? Registers[place] : throw new InvalidOperationException(
            $"{instruction} reads {entry.Places.First(pair => pair.Value == place).Key}, which nobody set");

    public void Set(int place, ulong value)
    {
        Registers[place] = value;
        IsSet[place] = true;
    }
}
