using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>
/// A piece of all gradients on its way: slices of every subtree to who finishes them, the tree over them there, and the sums back to all.
/// </summary>
/// <remarks>
/// Only numbers move, so the sum has the same bits whatever the library does and wherever pieces are cut. With s the most subtrees of a
/// process, each sends (s + 1) (R - 1) / R of a piece.
/// </remarks>
internal sealed class GradientBucket
{
    /// <summary>The floats of a piece: 4 MiB.</summary>
    private const int Floats = 1 << 20;

    private const int LaneBlock = 16;

    private readonly ProcessGroup group;
    private readonly PartExchange exchange;
    private readonly int start, slice, width; // floats of a slice; subtrees of a process at most
    private readonly PinnedFloats send, received, finished, whole;
    private readonly Dictionary<(int First, int End), int> slots = []; // of each process's subtrees, in what is received
    private IReadOnlyList<bool> hasRows = [];
    private Transfer? scatter, gather;

    private GradientBucket(int start, int end, PinnedFloats sum, ProcessGroup group, PartExchange exchange)
    {
        (this.start, End, Sum, this.group, this.exchange) = (start, end, sum, group, exchange);
        var subtrees = Enumerable.Range(0, group.Size).Select(rank => PartTree.Of(rank, group.Size, exchange.Parts))
            .Select(own => PartTree.Subtrees(own.First, own.End, exchange.Parts)).ToList();
        width = subtrees.Max(static own => own.Count);
        for (var rank = 0; rank < group.Size; rank++)
            foreach (var (i, subtree) in subtrees[rank].Index()) slots.Add(subtree, rank * width + i);
        slice = Partition.Pieces(Partition.Pieces(end - start, group.Size), LaneBlock) * LaneBlock;
        (send, received) = (new((long)slice * width * group.Size), new((long)slice * width * group.Size));
        (finished, whole) = (new(slice), new((long)slice * group.Size));
    }

    /// <summary>The end of its floats among all.</summary>
    public int End { get; }

    /// <summary>Where the sums of all pieces come together.</summary>
    public PinnedFloats Sum { get; }

    /// <summary>The pieces of so many floats.</summary>
    public static IEnumerable<GradientBucket> Cut(int floats, ProcessGroup group, PartExchange exchange)
    {
        var sum = new PinnedFloats(floats);
        for (var start = 0; start < floats; start += Floats)
            yield return new(start, Math.Min(floats, start + Floats), sum, group, exchange);
    }

    /// <summary>Begins a step, in which some parts have rows.</summary>
    public void Begin(IReadOnlyList<bool> withRows) => (hasRows, scatter, gather) = (withRows, null, null);

    /// <summary>Sends the slices of this process's subtrees; null for one without rows.</summary>
    public void Send(IReadOnlyList<PinnedFloats?> own)
    {
        var length = End - start;
        for (var rank = 0; rank < group.Size; rank++)
            for (var i = 0; i < own.Count; i++)
            {
                var (from, to) = (Math.Min(length, rank * slice), Math.Min(length, (rank + 1) * slice));
                var target = send.Span.Slice((rank * width + i) * slice, slice);
                if (own[i] is { } floats) floats.Span[(start + from)..(start + to)].CopyTo(target);
            }
        scatter = group.AllToAll(send.Memory, received.Memory, channel: 1);
        exchange.Sent += (long)slice * width * sizeof(float) * (group.Size - 1);
    }

    /// <summary>Lets it go on, and begins what can begin; pieces do so in order.</summary>
    /// <returns>Whether the sums are on their way to all.</returns>
    public bool Progress()
    {
        if (gather is not null)
        {
            gather.Test();
            return true;
        }
        if (scatter?.Test() != true) return false;
        Gather();
        return true;
    }

    /// <summary>Waits for the sums.</summary>
    public void Finish()
    {
        if (gather is null)
        {
            exchange.Wait(scatter!);
            Gather();
        }
        exchange.Wait(gather!);
        whole.Span[..(End - start)].CopyTo(Sum.Span[start..End]);
    }

    /// <summary>Finishes the tree on this process's slice.</summary>
    private void Gather()
    {
        var sum = PartTree.Fold<object>(exchange.Parts, Held, (left, right) =>
        {
            GradientSum.Sum(Received(left), Received(right));
            return left;
        });
        if (sum is not null) Received(sum).CopyTo(finished.Span);
        gather = group.AllGather(finished.Memory, whole.Memory, channel: 2);
        exchange.Sent += (long)slice * sizeof(float) * (group.Size - 1);
    }

    /// <summary>The slot of a subtree that some process has added; null where none of its parts has rows.</summary>
    private bool Held(int low, int high, out object? slot)
    {
        slot = null;
        if (!slots.TryGetValue((low, high), out var found)) return false;
        for (var part = low; part < high; part++)
            if (hasRows[part]) slot = found;
        return true;
    }

    private Span<float> Received(object slot) => received.Span.Slice((int)slot * slice, slice);
}
