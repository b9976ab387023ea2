namespace Surprisal;

/// <summary>Weights read as if they had the shape of the logits: in runs that are contiguous or one number repeated.</summary>
internal readonly ref struct BroadcastView<T> where T : unmanaged
{
    private readonly ReadOnlySpan<T> values;
    private readonly ReadOnlySpan<nint> shape, target;
    private readonly nint constant;

    public BroadcastView(ElementWeights? weights, ReadOnlySpan<nint> target)
    {
        Run = nint.MaxValue;
        if (weights is null) return;
        values = weights.As<T>();
        this.target = target;
        shape = weights.Lengths;
        (var full, constant) = ((nint)1, (nint)1);
        var (isFull, isConstant) = (true, true);
        for (var back = 1; back <= target.Length; back++)
        {
            var size = back <= shape.Length ? shape[^back] : 1;
            isFull &= size == target[^back];
            isConstant &= size == 1;
            if (isFull) full *= target[^back];
            if (isConstant) constant *= target[^back];
        }
        Run = isConstant ? nint.MaxValue : Math.Max(full, constant);
    }

    /// <summary>How many elements of the target, from any multiple of it on, are contiguous or the same.</summary>
    public nint Run { get; }

    /// <summary>What belongs to <paramref name="length"/> elements of the target: as many weights, one for all of them, or none where there are no weights.</summary>
    public ReadOnlySpan<T> Slice(int start, int length)
    {
        if (values.Length <= 1) return values;
        return values.Slice(TensorLengths.Offset(start, shape, target), length <= constant ? 1 : length);
    }
}
