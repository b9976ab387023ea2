namespace Surprisal.Cuda;

/// <summary>A parameter of a kernel: the text and the launch are made from the same one.</summary>
/// <param name="Name">As the text calls it.</param>
/// <param name="Type">As in <c>.param .u64</c>.</param>
/// <param name="Size">Bytes, which a launch has to give exactly.</param>
internal readonly record struct PtxParameter(string Name, string Type, int Size);
