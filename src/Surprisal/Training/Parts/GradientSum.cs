using Surprisal.Kernels;

namespace Surprisal.Training;

/// <summary>
/// The gradients of all parts, added along <see cref="PartTree"/>: each process its own subtrees, as its parts come in; the rest where the
/// slices of a <see cref="GradientBucket"/> meet.
/// </summary>
/// <remarks>
/// The parameters lie one behind the other in reverse order, as Backward makes their gradients. A part that is the right one of a pair is
/// added where it arrives, so there are as many sets in memory as the tree is deep. What has no gradient counts as -0, which changes no
/// sum; what has none in any part has none afterwards.
/// </remarks>
internal sealed class GradientSum
{
    private readonly ProcessGroup group;
    private readonly PartExchange exchange;
    private readonly IReadOnlyList<Tensor<float>> parameters;
    private readonly Dictionary<Tensor, int> indices = [];
    private readonly int[] offsets;
    private readonly PinnedFloats[] slots; // of subtrees that are not complete, and those that are
    private readonly Stack<int> free = [];
    private readonly List<(int First, int End, int Slot)> stack = []; // slot -1: no rows
    private readonly List<(int Left, int Right)> merges = []; // which the part under way completes
    private readonly GradientBucket[] buckets;
    private bool[] present = [], arrived = [];
    private int leaf, sent, waitingFor; // the slot of the part under way; buckets on their way; parameters, from the last, that have come
    private bool addsDirectly;

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
        slots = [.. Enumerable.Range(0, SetsOf(first, end, exchange.Parts)).Select(_ => new PinnedFloats(offsets[0]))];
        buckets = group.Size == 1 ? [] : [.. GradientBucket.Cut(offsets[0], group, exchange)];
    }

    /// <summary>Begins a step, in which some parts have rows.</summary>
    public void Begin(IReadOnlyList<bool> hasRows)
    {
        Restart();
        present = new bool[parameters.Count];
        sent = 0;
        foreach (var bucket in buckets) bucket.Begin(hasRows);
    }

    /// <summary>The place of a parameter; -1 for what is none.</summary>
    public int IndexOf(Tensor parameter) => indices.GetValueOrDefault(parameter, -1);

    /// <summary>Whether something is on its way to others, or would be if the gradients from a place on had come in all parts.</summary>
    public bool IsMoving(int first) => sent > 0 || (buckets.Length > 0 && offsets[first] >= buckets[0].End);

    /// <summary>
    /// Takes the parameters [first, end) of all parts of this process at once; those after them have been taken.
    /// </summary>
    /// <param name="first">The first.</param>
    /// <param name="end">Behind the last.</param>
    /// <param name="hasRows">Which parts have rows.</param>
    /// <param name="gradient">What a part has of a parameter; null for nothing.</param>
    public void Take(int first, int end, IReadOnlyList<bool> hasRows, Func<int, Tensor, Tensor?> gradient)
    {
        Restart();
        for (var part = exchange.Own.First; part < exchange.Own.End; part++)
        {
            BeginPart(part, hasRows[part]);
            for (var i = end - 1; i >= first; i--)
                Take(i, gradient(part, parameters[i]) is Tensor<float> given ? given.Span : [], exchange.Own);
        }
        Send(offsets[first], exchange.Own.End - 1);
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
        if (part == exchange.Own.End - 1) Send(offsets[0], part);
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
        foreach (var bucket in buckets) bucket.Finish();
        var anywhere = exchange.GatherBytes([.. present.Select(static has => (byte)(has ? 1 : 0))]);
        var whole = group.Size == 1 ? slots[stack[0].Slot].Span : buckets.Length == 0 ? [] : buckets[0].Sum.Span;
        for (var i = 0; i < parameters.Count; i++)
        {
            if (!Enumerable.Range(0, group.Size).Any(rank => anywhere[rank * parameters.Count + i] != 0)) continue;
            var gradient = Tensor.Uninitialized<float>(parameters[i].Shape);
            whole[offsets[i + 1]..offsets[i]].CopyTo(gradient.Span);
            parameters[i].Accumulate(gradient, isShared: false);
        }
    }

    private void Restart()
    {
        stack.Clear();
        free.Clear();
        for (var i = slots.Length - 1; i >= 0; i--) free.Push(i);
    }

    private void Take(int index, ReadOnlySpan<float> gradient, (int First, int End) own)
    {
        arrived[index] = true;
        var (start, end) = (offsets[index + 1], offsets[index]);
        present[index] |= gradient.Length > 0;
        if (leaf >= 0)
        {
            var target = slots[leaf].Span[start..end];
            if (gradient.Length == 0 && !addsDirectly) target.Fill(-0f);
            else if (gradient.Length > 0 && addsDirectly) Sum(target, gradient);
            else if (gradient.Length > 0) gradient.CopyTo(target);
        }
        foreach (var (left, right) in merges) Sum(slots[left].Span[start..end], slots[right].Span[start..end]);
        if (buckets.Length == 0 || stack[^1].End != own.End) return;
        while (waitingFor < parameters.Count && arrived[parameters.Count - 1 - waitingFor]) waitingFor++;
        Send(offsets[parameters.Count - waitingFor], own.End - 1);
        Progress();
    }

    /// <summary>Sends the buckets whose floats are complete.</summary>
    private void Send(int complete, int part)
    {
        if (part != exchange.Own.End - 1) return;
        for (; sent < buckets.Length && buckets[sent].End <= complete; sent++)
            buckets[sent].Send([.. stack.Select(subtree => subtree.Slot < 0 ? null : slots[subtree.Slot])]);
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
