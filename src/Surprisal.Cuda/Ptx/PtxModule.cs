namespace Surprisal.Cuda;

/// <summary>Kernels that are loaded together.</summary>
/// <param name="Name">The file of the approved text.</param>
/// <param name="Entries">The entries.</param>
internal sealed record PtxModule(string Name, IReadOnlyList<PtxKernel> Entries)
{
    /// <summary>The name of the memory of a block whose size the launch gives.</summary>
    public const string DynamicShared = "dynamic";

    /// <summary>The least capability of a card that has what the kernels use.</summary>
    public int Capability { get; init; }

    /// <summary>The headers that it is written under.</summary>
    public IEnumerable<PtxTarget> Targets => PtxTarget.All.Where(target => target.Capability >= Capability);

    public string Text(PtxTarget target) =>
        $".version {target.Version}\n.target {target}\n.address_size 64\n\n.extern .shared .align 16 .b8 {DynamicShared}[];\n\n" +
        string.Join("\n", Entries.Select(kernel => kernel.Text(target)));
}
