using Surprisal.Modules;

namespace Surprisal.Training;

/// <summary>
/// A copy of what a forward pass changes, running statistics and counts of dropout, to restore where a batch is not to count.
/// </summary>
internal sealed class BufferSnapshot
{
    private readonly (Tensor Buffer, Tensor Copy)[] pairs, counts;

    public BufferSnapshot(Module model)
    {
        var persistent = model.StateDictionary();
        var named = model.NamedBuffers().Select(static named => (named.Name, Pair: (named.Buffer, named.Buffer.Copy()))).ToList();
        pairs = [.. named.Select(static named => named.Pair)];
        counts = [.. named.Where(named => !persistent.ContainsKey(named.Name)).Select(static named => named.Pair)];
    }

    /// <summary>Copies the buffers as they are now.</summary>
    public void Take()
    {
        foreach (var (buffer, copy) in pairs) copy.Assign(buffer);
    }

    /// <summary>
    /// Writes back only what is not persistent: counts of random draws, which all batches of a step begin with.
    /// </summary>
    public void RestoreCounts()
    {
        foreach (var (buffer, copy) in counts) buffer.Assign(copy);
    }

    /// <summary>Writes the copies back.</summary>
    public void Restore()
    {
        foreach (var (buffer, copy) in pairs) buffer.Assign(copy);
    }
}
