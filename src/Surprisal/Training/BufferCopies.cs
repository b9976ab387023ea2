using Surprisal.Modules;

namespace Surprisal.Training;

/// <summary>What a forward pass changes, running statistics and counts of dropout, as it was before a batch: to put back where that is not to count.</summary>
internal sealed class BufferCopies(Module model)
{
    private readonly (Tensor Buffer, Tensor Copy)[] kept = [.. model.NamedBuffers().Select(static named => (named.Buffer, named.Buffer.Copy()))];

    public void Keep()
    {
        foreach (var (buffer, copy) in kept) copy.Assign(buffer);
    }

    public void PutBack()
    {
        foreach (var (buffer, copy) in kept) buffer.Assign(copy);
    }
}
