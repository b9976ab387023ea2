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
            for (var i = 0; i < order.Count; i++)
            {
                if (arrived.Remove(order[i], out var upstream)) Pass(order, i, upstream, arrived);
                order[i].Free();
            }
        }
        finally
        {
            order.ForEach(static node => node.Free()); // the rest, where a hook threw
        }
    }

    /// <summary>Hands what has arrived at a node to the leaf, or on to what made its inputs.</summary>
    private static void Pass(
        List<GradientFunction> order,
        int at,
        (Tensor Gradient, bool IsShared) upstream,
        Dictionary<GradientFunction, (Tensor Gradient, bool IsShared)> arrived)
    {
        var node = order[at];
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
            if (node.Edges[i].Next.Leaf is not null) Follow(i);
        // Of a part of a batch the weights' gradients are on their way to others while the inputs' are computed.
        if (PartGradients.Current is not null)
            for (var next = at + 1; next < order.Count && order[next] is { Leaf: not null, Hooks: null }; next++)
                if (arrived.Remove(order[next], out var complete)) Pass(order, next, complete, arrived);
        for (var i = 0; i < node.Edges.Length; i++)
            if (node.Edges[i].Next.Leaf is null) Follow(i);
        if (!upstream.IsShared && !isPassedOn) upstream.Gradient.ReturnToPool();

        void Follow(int i)
        {
            var edge = node.Edges[i];
            if ((together is null ? (edge.Gradient ?? throw SecondTime(node))(upstream.Gradient) : together[i]) is not { } next) return;
            var isSameMemory = next.SharesMemoryWith(upstream.Gradient);
            isPassedOn |= isSameMemory;
            var isShared = together is not null || (isSameMemory && (upstream.IsShared || !hasOneReader));
            if (!arrived.TryGetValue(edge.Next, out var other))
            {
                arrived[edge.Next] = (next, isShared);
                return;
            }
            if (other.IsShared) arrived[edge.Next] = (other.Gradient.Plus(next), false);
            else other.Gradient.AddInPlace(next);
            if (!isShared) next.ReturnToPool();
        }
    }

    /// <summary>A gradient that users may look at, write to and keep: nobody else holds its memory, and nobody reuses it.</summary>
    private static Tensor ForUser((Tensor Gradient, bool IsShared) upstream) =>
        upstream.IsShared ? upstream.Gradient.Copy() : upstream.Gradient;

    private static InvalidOperationException SecondTime(GradientFunction node) => new(
        $"Trying to backward through the graph a second time: the first Backward freed {node}. Pass retainGraph: true to the first, " +
        "or compute again what is differentiated, from Detach() of what is carried over.");

    /// <summary>
    /// Every node reachable from <paramref name="root"/>, each before those that it feeds; no recursion, so depth is free. A leaf comes
    /// right behind the last operation that reads it, as in PyTorch: its gradient is complete there.
    /// </summary>
    public static List<GradientFunction> Order(GradientFunction root)
    {
        var finished = new List<GradientFunction>();
        var seen = new HashSet<GradientFunction> { root };
        var path = new Stack<(GradientFunction Node, int Edge)>();
        path.Push((root, 0));
        while (path.TryPop(out var top))
        {
            var edges = top.Node.Edges;
            if (top.Edge == edges.Length)
            {
                for (var i = edges.Length - 1; i >= 0; i--)
                    if (edges[i].Next.Leaf is not null && seen.Add(edges[i].Next)) finished.Add(edges[i].Next);
                finished.Add(top.Node);
                continue;
            }
            path.Push((top.Node, top.Edge + 1));
            var next = edges[top.Edge].Next;
            if (next.Leaf is null && seen.Add(next)) path.Push((next, 0));
        }
        finished.Reverse();
        return finished;
    }
}
