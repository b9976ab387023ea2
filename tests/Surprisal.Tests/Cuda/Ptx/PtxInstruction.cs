namespace Surprisal.Tests.Cuda;

/// <summary>One number from up to three, as bits.</summary>
internal delegate ulong PtxFunction(ulong a, ulong b, ulong c);

internal enum PtxKind
{
    Compute,
    Branch,
    Return,
    Load,
    Store,
    Reduce,
    Barrier,
    ArriveInCluster,
    AwaitCluster,
    MapAddress,
    Shuffle,
    LoadParameter,
    Special,
    Pack,
    Unpack,
}

/// <summary>An instruction whose operands are places in the register file, where constants have places too.</summary>
internal sealed record PtxInstruction(string Opcode, PtxKind Kind, int Line)
{
    /// <summary>The predicate that it hangs on, or -1.</summary>
    public int Guard { get; init; } = -1;

    public bool IsGuardNegated { get; init; }

    public int[] To { get; init; } = [];

    public int[] From { get; init; } = [];

    public PtxFunction? Function { get; init; }

    /// <summary>The instruction a branch goes to, or the offset of an address.</summary>
    public int Target { get; set; }

    /// <summary>Of memory: the bytes of one element, and whether it is of the block.</summary>
    public int Size { get; init; }

    public bool IsShared { get; init; }

    /// <summary>Whether the address is one of any block of the cluster.</summary>
    public bool IsOfCluster { get; init; }

    public bool IsSigned { get; init; }

    /// <summary>The label, parameter or special register.</summary>
    public string Name { get; init; } = "";

    public override string ToString() => $"line {Line}: {Opcode}";
}
