namespace Surprisal;

/// <summary>One recorded operation: its name and where its gradient goes next.</summary>
/// <remarks>
/// A node keeps what its backward formula needs and no more, so activations that nobody needs are collected; once Backward has freed it,
/// its name and its place in the graph.
/// </remarks>
public sealed class GradientFunction
{
    private (Tensor Tensor, int Version)[] saved;

    internal GradientFunction(string name, ReadOnlySpan<Tensor?> saved, ReadOnlySpan<Edge> edges)
    {
        Name = name;
        Edges = edges.ToArray();
        var versions = new List<(Tensor, int)>(saved.Length);
        foreach (var tensor in saved)
            if (tensor is not null) versions.Add((tensor, tensor.Storage.Version));
        this.saved = [.. versions];
    }

    /// <summary>An operation that computes the gradients of its inputs together: one an edge, null for none.</summary>
    internal GradientFunction(
        string name, ReadOnlySpan<Tensor?> saved, ReadOnlySpan<GradientFunction> next, Func<Tensor, IReadOnlyList<Tensor?>> gradients)
        : this(name, saved, Array.ConvertAll(next.ToArray(), static node => new Edge(node, Gradient: null))) => Gradients = gradients;

    internal GradientFunction(Tensor leaf) : this("AccumulateGrad", [], []) => Leaf = leaf;

    /// <summary>PyTorch's name of the operation, such as <c>AddBackward0</c> or <c>NllLossBackward0</c>.</summary>
    public string Name { get; }

    /// <summary>The operations that made this one's inputs, in the order of the inputs that want a gradient.</summary>
    public IReadOnlyList<GradientFunction> NextFunctions => Array.ConvertAll(Edges, static edge => edge.Next);

    internal Edge[] Edges { get; }

    /// <summary>The leaf whose <c>Grad</c> this node fills; null for an operation.</summary>
    internal Tensor? Leaf { get; }

    /// <summary>A tensor in the middle of the graph whose gradient somebody asked to keep.</summary>
    internal Tensor? Retained { get; set; }

    /// <summary>
    /// The gradients of all inputs as a function of the output's, where they are computed together; they may be anybody's.
    /// </summary>
    internal Func<Tensor, IReadOnlyList<Tensor?>>? Gradients { get; private set; }

    /// <summary>What users have asked to see of the gradient that arrives here; null for nothing.</summary>
    internal GradientHooks? Hooks { get; set; }

    /// <summary>Whether a Backward that did not retain the graph has gone, or is going, through this operation; never for a leaf.</summary>
    internal bool IsSpent { get; private set; }

    /// <summary>Refuses any further Backward through this operation. A leaf belongs to every graph, and to none.</summary>
    internal void Spend() => IsSpent = Leaf is null;

    /// <summary>Drops all that its formulas and hooks hold on to, once it is spent.</summary>
    internal void Free()
    {
        if (!IsSpent) return;
        (saved, Gradients, Retained, Hooks) = ([], null, null, null);
        for (var i = 0; i < Edges.Length; i++) Edges[i] = new Edge(Edges[i].Next, Gradient: null);
    }

    /// <summary>Refuses to differentiate with values that are no longer those of the forward pass.</summary>
    internal void CheckSaved()
    {
        foreach (var (tensor, version) in saved)
            if (tensor.Storage.Version != version)
                throw Overwritten(tensor, version);
    }

    /// <summary>Returns the name in PyTorch's angle brackets.</summary>
    public override string ToString() => $"<{Name}>";

    private InvalidOperationException Overwritten(Tensor tensor, int version) => new(
        "one of the variables needed for gradient computation has been modified by an inplace operation: " +
        $"{Name} saved a {tensor.ElementName} tensor of shape {tensor.Shape} at version {version}, " +
        $"and it is at version {tensor.Storage.Version} now; write to it after Backward, or to a Clone of it.");
}
