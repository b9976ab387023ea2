namespace Surprisal;

/// <summary>Carries a gradient from a result to the leaves, each operation once, in reverse topological order.</summary>
/// <remarks>A gradient on its way belongs to the pass: what nobody needs any more goes back to <see cref="TensorPool"/>. Borrowed is what something else may hold too.</remarks>
internal static class BackwardPass
{
    public static void Run(Tensor root, Tensor gradient)
    {
        using var scope = Tensor.NoGrad();
        var arrived = new Dictionary<Node, (Tensor Gradient, bool Borrowed)> { [root.Node!] = (gradient, true) };
        foreach (var node in Order(root.Node!))
        {
            if (!arrived.Remove(node, out var here)) continue;
            node.Retained?.Accumulate(here.Gradient, borrowed: true);
            node.Leaf?.Accumulate(here.Gradient, here.Borrowed);
            node.CheckSaved();
            var isLast = node.Edges.Length == 1; // the only reader: it may overwrite the gradient, or pass it on
            here.Gradient.IsSpare = isLast && !here.Borrowed;
            var isPassedOn = node.Leaf is not null;
            foreach (var edge in node.Edges)
            {
                var next = edge.Gradient(here.Gradient);
                var isShared = next.SharesMemoryWith(here.Gradient);
                isPassedOn |= isShared;
                var borrowed = isShared && (here.Borrowed || !isLast);
                if (!arrived.TryGetValue(edge.Next, out var other))
                {
                    arrived[edge.Next] = (next, borrowed);
                    continue;
                }
                if (other.Borrowed) arrived[edge.Next] = (other.Gradient.Plus(next), false);
                else other.Gradient.AddInPlace(next);
                if (!borrowed) next.Recycle();
            }
            if (!here.Borrowed && !isPassedOn) here.Gradient.Recycle();
        }
    }

    /// <summary>Every node reachable from <paramref name="root"/>, each before those that it feeds; no recursion, so depth is free.</summary>
    public static List<Node> Order(Node root)
    {
        var finished = new List<Node>();
        var seen = new HashSet<Node> { root };
        var path = new Stack<(Node Node, int Edge)>();
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
