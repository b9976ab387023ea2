using Surprisal.Training;

namespace Surprisal.Tests.Mpi;

/// <summary>Counts what a rank sends to others, channel by channel.</summary>
internal sealed class CountingGroup(ProcessGroup inner) : ProcessGroup
{
    public long[] Sent { get; } = new long[Channels];

    public override int Rank => inner.Rank;

    public override int Size => inner.Size;

    public override Transfer AllGather(ReadOnlyMemory<byte> send, Memory<byte> receive, int channel = 0)
    {
        Sent[channel] += (long)send.Length * (Size - 1);
        return inner.AllGather(send, receive, channel);
    }

    public override Transfer AllToAll(ReadOnlyMemory<byte> send, Memory<byte> receive, int channel = 0)
    {
        Sent[channel] += (long)send.Length / Size * (Size - 1);
        return inner.AllToAll(send, receive, channel);
    }

    public override Transfer Broadcast(Memory<byte> bytes, int root, int channel = 0) => inner.Broadcast(bytes, root, channel);
}
