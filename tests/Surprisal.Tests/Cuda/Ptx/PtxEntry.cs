namespace Surprisal.Tests.Cuda;

/// <summary>A kernel as it stands in a text.</summary>
internal sealed class PtxEntry(string name)
{
    public string Name { get; } = name;

    /// <summary>Each parameter with its bytes, in order.</summary>
    public List<(string Name, int Size)> Parameters { get; } = [];

    public int MaxThreads { get; set; }

    public int BlocksPerProcessor { get; set; }

    public List<PtxInstruction> Instructions { get; } = [];

    /// <summary>The start of each named piece of the block's own memory; what the launch adds comes last.</summary>
    public Dictionary<string, int> Shared { get; } = new(StringComparer.Ordinal);

    /// <summary>The bytes of each named piece.</summary>
    public Dictionary<string, int> SharedSizes { get; } = new(StringComparer.Ordinal);

    public int SharedBytes { get; set; }

    /// <summary>Places in the register file: name to place.</summary>
    public Dictionary<string, int> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>The places that hold constants.</summary>
    public List<(int Place, ulong Value)> Constants { get; } = [];

    public Dictionary<string, int> Labels { get; } = new(StringComparer.Ordinal);
}
