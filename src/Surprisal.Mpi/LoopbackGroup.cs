using Surprisal.Training;

namespace Surprisal.Mpi;

/// <summary>A <see cref="Loopback"/> as one of its ranks sees it.</summary>
internal sealed class LoopbackGroup(LoopbackHub hub, int rank) : ProcessGroup
{
    private readonly long[] begun = new long[Channels];

    public override int Rank => rank;

    public override int Size => hub.Ranks;

    public override Transfer AllGather(ReadOnlyMemory<byte> send, Memory<byte> receive, int channel = 0) =>
        Begin(channel, send, sent =>
        {
            for (var i = 0; i < sent.Length; i++) sent[i].CopyTo(receive[(i * send.Length)..]);
        });

    public override Transfer AllToAll(ReadOnlyMemory<byte> send, Memory<byte> receive, int channel = 0)
    {
        var slice = send.Length / Size;
        return Begin(channel, send, sent =>
        {
            for (var i = 0; i < sent.Length; i++) sent[i].Slice(rank * slice, slice).CopyTo(receive[(i * slice)..]);
        });
    }

    public override Transfer Broadcast(Memory<byte> bytes, int root, int channel = 0) =>
        Begin(channel, bytes, sent => sent[root].CopyTo(bytes));

    private Pending Begin(int channel, ReadOnlyMemory<byte> send, Action<ReadOnlyMemory<byte>[]> receive)
    {
        var number = begun[channel]++;
        hub.Send(channel, number, rank, send);
        return new(wait => hub.Receive(channel, number, wait), receive);
    }

    private sealed class Pending(Func<bool, ReadOnlyMemory<byte>[]?> ask, Action<ReadOnlyMemory<byte>[]> receive) : Transfer
    {
        private bool isDone;

        public override bool Test() => isDone || End(ask(false));

        public override void Wait()
        {
            if (!isDone) End(ask(true));
        }

        private bool End(ReadOnlyMemory<byte>[]? sent)
        {
            if (sent is null) return false;
            receive(sent);
            return isDone = true;
        }
    }
}
