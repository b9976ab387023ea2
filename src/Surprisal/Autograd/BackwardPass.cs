namespace Surprisal;

/// <summary>Carries a gradient from a result to the leaves: each node once, in reverse topological order.</summary>
/// <remarks>
/// A gradient on its way is owned by the pass, unless it is shared: then something else may hold its memory too, and it is copied before it
/// is written to. An owned one may be reused in place by its only reader, and returns to <see cref="TensorPool"/> when nobody needs it any
/// more. What a hook or a function of the user's has seen is shared from then on, for they may keep it.
/// </remarks>
internal static class BackwardPass
{
    /// <summary>Carries the gradient, and frees the graph unless it is retained.</summary>
    /// <exception cref="InvalidOperationException">A part of the graph was freed before; nothing is written.</exception>
    public static void Run(Tensor root, Tensor gradient, bool retainGraph)
    {
        using var scope = Tensor.NoGrad();
        root.CheckAlive();
        var order = Order(root.Node!);
        if (order.Find(static node => node.IsSpent) is { } spent) throw SecondTime(spent);
        if (!retainGraph) order.ForEach(static node => node.Spend());
        var arrived = new Dictionary<GradientFunction, (Tensor Gradient, bool IsShared)> { [root.Node!] = (gradient, true) };
        try
        {
            foreach (var node in order)
            {
                if (arrived.Remove(node, out var upstream)) Pass(node, upstream, arrived);
                node.Free();
            }
        }
        finally
        {
            order.ForEach(static node => node.Free()); // the rest, where a hook threw
        }
    }

    /// <summary>Hands what has arrived at a node to the leaf, or on to what made its inputs.</summary>
    private static void Pass(
        GradientFunction node,
        (Tensor Gradient, bool IsShared) upstream,
        Dictionary<GradientFunction, (Tensor Gradient, bool IsShared)> arrived)
    {
        if (node.Hooks is { IsEmpty: false } hooks) upstream = (hooks.Run(node, ForUser(upstream)), true);
        node.Retained?.Accumulate(upstream.Gradient, isShared: true);
        if (node.Leaf is { } leaf && PartGradients.Current is { } part) part.Accumulate(leaf, upstream.Gradient, upstream.IsShared);
        else if (node.Leaf is not null)
            lock (node.Leaf.Storage) // another thread's pass may end in the same leaf
                node.Leaf.Accumulate(upstream.Gradient, upstream.IsShared);
        node.CheckSaved();
        if (node.Gradients is not null) upstream = (ForUser(upstream), true);
        var together = node.Gradients?.Invoke(upstream.Gradient);
        var hasOneReader = node.Edges.Length == 1; // which may overwrite the gradient, or pass it on
        upstream.Gradient.MayBeReused = hasOneReader && !upstream.IsShared;
        var isPassedOn = node.Leaf is not null;
        for (var i = 0; i < node.Edges.Length; i++)
        {
            var edge = node.Edges[i];
            if ((together is null ? (edge.Gradient ?? throw SecondTime(node))(upstream.Gradient) : together[i]) is not { } next) continue;
            var isSameMemory = next.SharesMemoryWith(upstream.Gradient);
            isPassedOn |= isSameMemory;
            var isShared = together is not null || (isSameMemory && (upstream.IsShared || !hasOneReader));
            if (!arrived.TryGetValue(edge.Next, out var other))
            {
                arrived[edge.Next] = (next, isShared);
                continue;
            }
            if (other.IsShared) arrived[edge.Next] = (other.Gradient.Plus(next), false);
            else other.Gradient.AddInPlace(next);
            if (!isShared) next.ReturnToPool();
        }
        if (!upstream.IsShared && !isPassedOn) upstream.Gradient.ReturnToPool();
    }

    /// <summary>A gradient that users may look at, write to and keep: nobody else holds its memory, and nobody reuses it.</summary>
    private static Tensor ForUser((Tensor Gradient, bool IsShared) upstream) =>
        upstream.IsShared ? upstream.Gradient.Copy() : upstream.Gradient;

    private static InvalidOperationException SecondTime(GradientFunction node) => new(
        $"Trying to backward through the graph a second time: the first Backward freed {node}. Pass retainGraph: true to the first, " +
        "or compute again what is differentiated, from Detach() of what is carried over.");

    /// <summary>
    /// Every node reachable from <paramref name="root"/>, each before those that it feeds; no recursion, so depth is free.
    /// </summary>
    public static List<GradientFunction> Order(GradientFunction root)
    {
        var finished = new List<GradientFunction>();
        var seen = new HashSet<GradientFunction> { root };
        var path = new Stack<(GradientFunction Node, int Edge)>();
        path.Push((root, 0));
        while (path.TryPop(out var top))
        {
            if (top.Edge == top.Node.Edges.Length)
            {
                finished.Add(top.Node);
                continue;
            }
            path.Push((top.Node, top.Edge + 1));
            var next = top.Node.Edges[top.Edge].Next;
            if (seen.Add(next)) path.Push((next, 0));
        }
        finished.Reverse();
        return finished;
    }
}
