namespace Surprisal.Cuda;

/// <summary>What the driver's compiler says of a text.</summary>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Log">Its own words.</param>
/// <param name="Entries">Of each kernel the registers of a thread, and the bytes that did not fit into them.</param>
internal sealed record ModuleReport(
    double Milliseconds,
    string Log,
    IReadOnlyList<(string Kernel, int Registers, int LocalBytes)> Entries);
