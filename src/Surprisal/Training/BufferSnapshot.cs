using Surprisal.Modules;

namespace Surprisal.Training;

/// <summary>
/// A copy of what a forward pass changes, running statistics and counts of dropout, to restore where a batch is not to count.
/// </summary>
internal sealed class BufferSnapshot(Module model)
{
    private readonly (Tensor Buffer, Tensor Copy)[] pairs =
        [.. model.NamedBuffers().Select(static named => (named.Buffer, named.Buffer.Copy()))];

    /// <summary>Copies the buffers as they are now.</summary>
    public void Take()
    {
        foreach (var (buffer, copy) in pairs) copy.Assign(buffer);
    }

    /// <summary>Writes the copies back.</summary>
    public void Restore()
    {
        foreach (var (buffer, copy) in pairs) buffer.Assign(copy);
    }
}
