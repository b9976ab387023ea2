namespace Surprisal;

/// <summary>Carries a gradient from a result to the leaves: each node once, in reverse topological order.</summary>
/// <remarks>
/// A gradient on its way is owned by the pass, unless it is shared: then something else may hold its memory too, and it is copied before it
/// is written to. An owned one may be reused in place by its only reader, and returns to <see cref="TensorPool"/> when nobody needs it any
/// more. What a hook or a function of the user's has seen is shared from then on, for they may keep it.
/// </remarks>
internal static class BackwardPass
{
    public static void Run(Tensor root, Tensor gradient)
    {
        using var scope = Tensor.NoGrad();
        root.CheckAlive();
        var arrived = new Dictionary<GradientFunction, (Tensor Gradient, bool IsShared)> { [root.Node!] = (gradient, true) };
        foreach (var node in Order(root.Node!))
        {
            if (!arrived.Remove(node, out var upstream)) continue;
            if (node.Hooks is { IsEmpty: false } hooks) upstream = (hooks.Run(node, ForUser(upstream)), true);
            node.Retained?.Accumulate(upstream.Gradient, isShared: true);
            node.Leaf?.Accumulate(upstream.Gradient, upstream.IsShared);
            node.CheckSaved();
            if (node.Gradients is not null) upstream = (ForUser(upstream), true);
            var together = node.Gradients?.Invoke(upstream.Gradient);
            var hasOneReader = node.Edges.Length == 1; // which may overwrite the gradient, or pass it on
            upstream.Gradient.MayBeReused = hasOneReader && !upstream.IsShared;
            var isPassedOn = node.Leaf is not null;
            for (var i = 0; i < node.Edges.Length; i++)
            {
                var edge = node.Edges[i];
                if ((together is null ? edge.Gradient!(upstream.Gradient) : together[i]) is not { } next) continue;
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
    }

    /// <summary>A gradient that users may look at, write to and keep: nobody else holds its memory, and nobody reuses it.</summary>
    private static Tensor ForUser((Tensor Gradient, bool IsShared) upstream) =>
        upstream.IsShared ? upstream.Gradient.Copy() : upstream.Gradient;

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
