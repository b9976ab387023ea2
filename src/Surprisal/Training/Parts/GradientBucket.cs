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
    public const int Floats = 1 << 20;

    private const int LaneBlock = 16;

    private readonly ProcessGroup group;
    private readonly PartExchange exchange;
    private readonly int slice, width; // floats of a slice; subtrees of a process at most
    private readonly PinnedFloats send, received, finished, whole;
    private readonly Dictionary<(int First, int End), int> slots = []; // of each process's subtrees, in what is received
    private IReadOnlyList<bool> hasRows = [];
    private Transfer? scatter, gather;

    private GradientBucket(int start, int end, ProcessGroup group, PartExchange exchange)
    {
        (Start, End, this.group, this.exchange) = (start, end, group, exchange);
        var subtrees = Enumerable.Range(0, group.Size).Select(rank => PartTree.Of(rank, group.Size, exchange.Parts))
            .Select(own => PartTree.Subtrees(own.First, own.End, exchange.Parts)).ToList();
        width = subtrees.Max(static own => own.Count);
        for (var rank = 0; rank < group.Size; rank++)
            foreach (var (i, subtree) in subtrees[rank].Index()) slots.Add(subtree, rank * width + i);
        slice = Partition.Pieces(Partition.Pieces(end - start, group.Size), LaneBlock) * LaneBlock;
        (send, received) = (new((long)slice * width * group.Size), new((long)slice * width * group.Size));
        (finished, whole) = (new(slice), new((long)slice * group.Size));
    }

    /// <summary>The first of its floats among all.</summary>
    public int Start { get; }

    /// <summary>The end of its floats among all.</summary>
    public int End { get; }

    /// <summary>The sums, once it has finished.</summary>
    public ReadOnlySpan<float> Sums => whole.Span[..(End - Start)];

    /// <summary>The pieces of so many floats.</summary>
    public static IEnumerable<GradientBucket> Cut(int floats, ProcessGroup group, PartExchange exchange)
    {
        for (var start = 0; start < floats; start += Floats)
            yield return new(start, Math.Min(floats, start + Floats), group, exchange);
    }

    /// <summary>Begins a step, in which some parts have rows.</summary>
    public void Begin(IReadOnlyList<bool> withRows) => (hasRows, scatter, gather) = (withRows, null, null);

    /// <summary>
    /// Where floats of an own subtree belong that lie from <paramref name="first"/> on among all: as many as one slice takes of them.
    /// </summary>
    public Span<float> Place(int subtree, int first, int end)
    {
        var rank = (first - Start) / slice;
        var at = first - Start - rank * slice;
        return send.Span.Slice((rank * width + subtree) * slice + at, Math.Min(Math.Min(end, End) - first, slice - at));
    }

    /// <summary>Sends this process's subtrees; null for one without rows.</summary>
    public void Send(IReadOnlyList<PinnedFloats?> own)
    {
        for (var i = 0; i < own.Count; i++)
            for (var first = Start; own[i] is { } floats && first < End;)
            {
                var place = Place(i, first, End);
                floats.Span.Slice(first, place.Length).CopyTo(place);
                first += place.Length;
            }
        Send();
    }

    /// <summary>Sends what lies at its <see cref="Place"/>.</summary>
    public void Send()
    {
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

    /// <summary>Waits for the slices, and begins to send their sums.</summary>
    public void Meet()
    {
        if (gather is not null) return;
        exchange.Wait(scatter!);
        Gather();
    }

    /// <summary>Waits for the sums of all slices.</summary>
    public void Finish()
    {
        Meet();
        exchange.Wait(gather!);
    }

    /// <summary>Finishes the tree on this process's slice.</summary>
    private void Gather()
    {
        Partition.Ranges(slice, TreeSum.Block, exchange.Ranks,
            (first, end) => TreeSum.Write(0, exchange.Parts, Held, first, finished.Span[first..end]));
        gather = group.AllGather(finished.Memory, whole.Memory, channel: 2);
        exchange.Sent += (long)slice * sizeof(float) * (group.Size - 1);
    }

    /// <summary>What has come of a subtree that some process has added; empty where none of its parts has rows.</summary>
    private bool Held(int low, int high, out ReadOnlySpan<float> floats)
    {
        floats = default;
        if (!slots.TryGetValue((low, high), out var found)) return false;
        for (var part = low; part < high && floats.IsEmpty; part++)
            if (hasRows[part]) floats = received.Span.Slice(found * slice, slice);
        return true;
    }
}
