using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>
/// The gradients of all parts, added along <see cref="PartTree"/>: each process its own subtrees, as its parts come in; the rest where the
/// slices of a <see cref="GradientBucket"/> meet.
/// </summary>
/// <remarks>
/// The parameters lie one behind the other in reverse order, as Backward makes their gradients. Where the parts go on side by side, each
/// parameter's gradients are added at once, into what is sent (<see cref="Take(int, Tensor{float}[])"/>). Where one
/// comes after the other, a part that is the right one of a pair is added where it arrives, so there are as many sets in memory as the tree
/// is deep. What has no gradient counts as -0, which changes no sum; what has none in any part has none afterwards.
/// </remarks>
internal sealed class GradientSum
{
    private readonly ProcessGroup group;
    private readonly PartExchange exchange;
    private readonly IReadOnlyList<Tensor<float>> parameters;
    private readonly Dictionary<Tensor, int> indices = [];
    private readonly int[] offsets;
    private readonly Lazy<PinnedFloats[]> sets; // of subtrees that are not complete, and those that are, where parts come one by one
    private readonly List<(int First, int End)> subtrees;
    private readonly Tensor<float>?[] sums; // of what the parts have brought at once, in a process alone
    private readonly Stack<int> free = [];
    private readonly List<(int First, int End, int Slot)> stack = []; // slot -1: no rows
    private readonly List<(int Left, int Right)> merges = []; // which the part under way completes
    private readonly GradientBucket[] buckets;
    private bool[] present = [], arrived = [];
    private int leaf, sent, waitingFor; // the slot of the part under way; buckets on their way; parameters, from the last, that have come
    private bool addsDirectly, addsAtOnce;

    public GradientSum(IReadOnlyList<Tensor<float>> parameters, ProcessGroup group, PartExchange exchange)
    {
        (this.parameters, this.group, this.exchange) = (parameters, group, exchange);
        offsets = new int[parameters.Count + 1];
        for (var i = parameters.Count - 1; i >= 0; i--)
        {
            indices.Add(parameters[i], i);
            offsets[i] = checked(offsets[i + 1] + parameters[i].Length); // of i the floats [offsets[i + 1], offsets[i])
        }
        var (first, end) = exchange.Own;
        subtrees = PartTree.Subtrees(first, end, exchange.Parts);
        sums = new Tensor<float>?[parameters.Count];
        sets = new(() => [.. Enumerable.Range(0, SetsOf(first, end, exchange.Parts)).Select(_ => new PinnedFloats(offsets[0]))]);
        buckets = group.Size == 1 ? [] : [.. GradientBucket.Cut(offsets[0], group, exchange)];
    }

    /// <summary>Begins a step, in which some parts have rows.</summary>
    public void Begin(IReadOnlyList<bool> hasRows)
    {
        Restart();
        present = new bool[parameters.Count];
        sent = 0;
        addsAtOnce = false;
        Array.Clear(sums);
        foreach (var bucket in buckets) bucket.Begin(hasRows);
    }

    /// <summary>The place of a parameter; -1 for what is none.</summary>
    public int IndexOf(Tensor parameter) => indices.GetValueOrDefault(parameter, -1);

    /// <summary>Whether one more bucket could be sent if the gradients from a place on had come in all parts.</summary>
    public bool CanSend(int first) => sent < buckets.Length && offsets[first] >= buckets[sent].End;

    /// <summary>Takes a parameter of all parts of this process at once; those after it have been taken.</summary>
    /// <param name="index">Which.</param>
    /// <param name="own">What each own part has of it; null for nothing.</param>
    public void Take(int index, Tensor<float>?[] own)
    {
        addsAtOnce = true;
        var has = present[index] = Array.Exists(own, static gradient => gradient is not null);
        var (start, end) = (offsets[index + 1], offsets[index]);
        if (buckets.Length == 0)
        {
            if (!has) return;
            var whole = sums[index] = Tensor.Uninitialized<float>(parameters[index].Shape);
            Partition.Ranges(whole.Length, TreeSum.Block, exchange.Parts,
                (first, last) => TreeSum.Write(0, exchange.Parts, Leaf, first, whole.Span[first..last]));
            return;
        }
        foreach (var (number, (low, high)) in subtrees.Index())
            for (var at = start; at < end;)
            {
                var (bucket, from) = (buckets[at / GradientBucket.Floats], at);
                var length = bucket.Place(number, from, end).Length;
                Partition.Ranges(length, TreeSum.Block, high - low, (first, last) =>
                {
                    var to = bucket.Place(number, from + first, from + last);
                    if (!TreeSum.Write(low, high, Leaf, from - start + first, to)) to.Fill(-0f);
                });
                at += length;
            }

        bool Leaf(int low, int high, out ReadOnlySpan<float> floats)
        {
            floats = high - low == 1 && own[low - exchange.Own.First] is { } gradient ? gradient.Span : default;
            return high - low == 1;
        }
    }

    /// <summary>Sends the buckets that are complete, now that the parameters from a place on have been taken.</summary>
    public void Send(int first)
    {
        for (; sent < buckets.Length && buckets[sent].End <= offsets[first]; sent++) buckets[sent].Send();
        Progress();
    }

    /// <summary>Begins a part of this process; they come in order.</summary>
    public void BeginPart(int part, bool hasRows)
    {
        merges.Clear();
        arrived = new bool[parameters.Count];
        waitingFor = 0;
        addsDirectly = false;
        leaf = -1;
        var top = (First: part, End: part + 1, Slot: hasRows ? -2 : -1);
        while (stack.Count > 0 && IsPair(stack[^1].First, stack[^1].End, top.End, exchange.Parts))
        {
            var left = stack[^1];
            stack.RemoveAt(stack.Count - 1);
            if (top.Slot == -2 && left.Slot >= 0) addsDirectly = true;
            else if (top.Slot >= 0 && left.Slot >= 0)
            {
                merges.Add((left.Slot, top.Slot));
                free.Push(top.Slot); // nothing takes it before the part has ended
            }
            top = (left.First, top.End, left.Slot >= 0 ? left.Slot : top.Slot);
            if (addsDirectly && leaf < 0) leaf = left.Slot;
        }
        if (top.Slot == -2) top.Slot = leaf = free.Pop();
        stack.Add(top);
    }

    /// <summary>Takes the gradient of the part under way.</summary>
    public void Add(Tensor parameter, Tensor gradient)
    {
        if (indices.TryGetValue(parameter, out var index) && !arrived[index]) Take(index, ((Tensor<float>)gradient).Span, exchange.Own);
    }

    /// <summary>Ends a part: what has not come has no gradient.</summary>
    public void EndPart(int part)
    {
        for (var i = parameters.Count - 1; i >= 0; i--)
            if (!arrived[i]) Take(i, [], exchange.Own);
        if (part == exchange.Own.End - 1) SendSets(offsets[0]);
    }

    /// <summary>Lets transfers go on.</summary>
    public void Progress()
    {
        for (var i = 0; i < sent && buckets[i].Progress(); i++)
        {
        }
    }

    /// <summary>Waits for all processes, and gives every parameter its gradient.</summary>
    public void End()
    {
        foreach (var bucket in buckets) bucket.Meet();
        var anywhere = exchange.GatherBytes([.. present.Select(static has => (byte)(has ? 1 : 0))]);
        var finished = 0;
        for (var i = parameters.Count - 1; i >= 0; i--)
        {
            if (!Enumerable.Range(0, group.Size).Any(rank => anywhere[rank * parameters.Count + i] != 0)) continue;
            var gradient = sums[i] ?? Tensor.Uninitialized<float>(parameters[i].Shape);
            var (start, end) = (offsets[i + 1], offsets[i]);
            if (buckets.Length == 0 && !addsAtOnce) sets.Value[stack[0].Slot].Span[start..end].CopyTo(gradient.Span);
            for (var at = start; at < end && buckets.Length > 0;)
            {
                var number = at / GradientBucket.Floats;
                for (; finished <= number; finished++) buckets[finished].Finish();
                var length = Math.Min(end, buckets[number].End) - at;
                buckets[number].Sums.Slice(at - buckets[number].Start, length).CopyTo(gradient.Span[(at - start)..]);
                at += length;
            }
            parameters[i].Accumulate(gradient, isShared: false);
        }
        for (; finished < buckets.Length; finished++) buckets[finished].Finish();
    }

    private void Restart()
    {
        stack.Clear();
        free.Clear();
        for (var i = SetsOf(exchange.Own.First, exchange.Own.End, exchange.Parts) - 1; i >= 0; i--) free.Push(i);
    }

    private void Take(int index, ReadOnlySpan<float> gradient, (int First, int End) own)
    {
        arrived[index] = true;
        var (start, end) = (offsets[index + 1], offsets[index]);
        present[index] |= gradient.Length > 0;
        if (leaf >= 0)
        {
            var target = sets.Value[leaf].Span[start..end];
            if (gradient.Length == 0 && !addsDirectly) target.Fill(-0f);
            else if (gradient.Length > 0 && addsDirectly) Sum(target, gradient);
            else if (gradient.Length > 0) gradient.CopyTo(target);
        }
        foreach (var (left, right) in merges) Sum(sets.Value[left].Span[start..end], sets.Value[right].Span[start..end]);
        if (buckets.Length == 0 || stack[^1].End != own.End) return;
        while (waitingFor < parameters.Count && arrived[parameters.Count - 1 - waitingFor]) waitingFor++;
        SendSets(offsets[parameters.Count - waitingFor]);
        Progress();
    }

    /// <summary>Sends the buckets whose floats are complete in all own subtrees.</summary>
    private void SendSets(int complete)
    {
        for (; sent < buckets.Length && buckets[sent].End <= complete; sent++)
            buckets[sent].Send([.. stack.Select(subtree => subtree.Slot < 0 ? null : sets.Value[subtree.Slot])]);
    }

    /// <summary>left += right.</summary>
    public static void Sum(Span<float> left, ReadOnlySpan<float> right) =>
        Elementwise.Map(left, right, left, default(Formulas<float>.Add));

    /// <summary>Whether [first, middle) and [middle, end) are the two halves of one subtree.</summary>
    private static bool IsPair(int first, int middle, int end, int parts)
    {
        for (var (low, high) = (0, parts); high - low > 1;)
        {
            var cut = PartTree.Cut(low, high);
            if ((low, cut, high) == (first, middle, end)) return true;
            (low, high) = first >= cut ? (cut, high) : (low, cut);
        }
        return false;
    }

    /// <summary>The most sets that wait at one time while the parts [first, end) come in.</summary>
    private static int SetsOf(int first, int end, int parts)
    {
        var (waiting, most) = (new List<(int First, int End)>(), 0);
        for (var part = first; part < end; part++)
        {
            var top = (First: part, End: part + 1);
            for (; waiting.Count > 0 && IsPair(waiting[^1].First, waiting[^1].End, top.End, parts); waiting.RemoveAt(waiting.Count - 1))
                top = (waiting[^1].First, top.End);
            waiting.Add(top);
            most = Math.Max(most, waiting.Count);
        }
        return most;
    }
}
