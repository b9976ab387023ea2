namespace Surprisal.Cuda;

/// <summary>The header of a text: the oldest driver that takes it, and the oldest card that it runs on.</summary>
/// <param name="Version">Of PTX: 7.0 needs a driver of CUDA 11.0, 7.4 of 11.4, 7.8 of 11.8.</param>
/// <param name="Capability">Of the card, 10 major + minor.</param>
internal readonly record struct PtxTarget(string Version, int Capability)
{
    /// <summary>Every header that is written, oldest card first. Newer cards compile the last one when it is loaded.</summary>
    public static readonly IReadOnlyList<PtxTarget> All = [new("7.0", 75), new("7.4", 80), new("7.8", 90)];

    /// <summary>Whether the card rounds to bfloat16 itself.</summary>
    public bool RoundsToBFloat16 => Capability >= 80;

    /// <summary>The newest header that a card takes, or null for one that is too old.</summary>
    public static PtxTarget? For(int capability)
    {
        PtxTarget? newest = null;
        foreach (var target in All)
            if (target.Capability <= capability)
                newest = target;
        return newest;
    }

    public override string ToString() => $"sm_{Capability}";
}
