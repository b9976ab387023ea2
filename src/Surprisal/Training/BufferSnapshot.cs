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

    /// <summary>Copies of the counts of random draws as they are now, for <see cref="PutCounts"/>.</summary>
    public Tensor[] TakeCounts() => Array.ConvertAll(counts, static pair => pair.Buffer.Copy());

    /// <summary>Goes on with counts as they were.</summary>
    public void PutCounts(Tensor[] taken)
    {
        for (var i = 0; i < taken.Length; i++) counts[i].Buffer.Assign(taken[i]);
    }

    /// <summary>Writes the copies back.</summary>
    public void Restore()
    {
        foreach (var (buffer, copy) in pairs) buffer.Assign(copy);
    }
}
