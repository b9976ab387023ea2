namespace Surprisal;

/// <summary>
/// Gradients of leaves that do not go into their <c>Grad</c>: those of one part of a batch, which are added to the others' in an order of
/// their own.
/// </summary>
/// <param name="told">Called with each leaf whose gradient has grown; null for nobody.</param>
internal sealed class PartGradients(Action<Tensor, Tensor>? told = null)
{
    [ThreadStatic] private static PartGradients? current;

    private readonly Dictionary<Tensor, Tensor> gradients = [];

    /// <summary>Where this thread's Backward leaves its gradients; null for the leaves themselves.</summary>
    public static PartGradients? Current
    {
        get => current;
        set => current = value;
    }

    /// <summary>What has arrived at a leaf; null for nothing.</summary>
    public Tensor? Of(Tensor leaf) => gradients.GetValueOrDefault(leaf);

    /// <summary>Adds what arrives at a leaf; one whose memory is shared is copied first.</summary>
    public void Accumulate(Tensor leaf, Tensor gradient, bool isShared)
    {
        if (!gradients.TryGetValue(leaf, out var sum))
        {
            sum = isShared ? gradient.Copy() : gradient;
            gradients.Add(leaf, sum);
            sum.Storage.IsKept = true;
        }
        else
        {
            sum.AddInPlace(gradient);
            if (!isShared && !ReferenceEquals(sum, gradient)) gradient.ReturnToPool();
        }
        told?.Invoke(leaf, sum);
    }

    /// <summary>Forgets what has arrived at a leaf, whose memory is used again.</summary>
    public void Forget(Tensor leaf)
    {
        if (gradients.Remove(leaf, out var gradient)) gradient.ReturnToPool();
    }

    /// <summary>Forgets everything; the memory is used again.</summary>
    public void Clear()
    {
        foreach (var gradient in gradients.Values) gradient.ReturnToPool();
        gradients.Clear();
    }
}
