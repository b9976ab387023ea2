namespace Surprisal;

/// <summary>Weights read as if they had the shape of the logits: in runs that are contiguous or one number repeated.</summary>
internal readonly ref struct BroadcastView<T> where T : unmanaged
{
    private readonly ReadOnlySpan<T> values;
    private readonly ReadOnlySpan<nint> shape, target;
    private readonly nint constant;

    public BroadcastView(ElementWeights? weights, ReadOnlySpan<nint> target)
    {
        RunLength = nint.MaxValue;
        if (weights is null) return;
        values = weights.As<T>();
        this.target = target;
        shape = weights.Lengths;
        (var contiguous, constant) = ((nint)1, (nint)1);
        var (isContiguous, isConstant) = (true, true);
        for (var back = 1; back <= target.Length; back++)
        {
            var size = back <= shape.Length ? shape[^back] : 1;
            isContiguous &= size == target[^back];
            isConstant &= size == 1;
            if (isContiguous) contiguous *= target[^back];
            if (isConstant) constant *= target[^back];
        }
        RunLength = isConstant ? nint.MaxValue : Math.Max(contiguous, constant);
    }

    /// <summary>How many elements of the target, from any multiple of it on, have contiguous weights or one in common.</summary>
    public nint RunLength { get; }

    /// <summary>
    /// The weights of <paramref name="length"/> elements of the target: as many, one for all of them, or none where there are no weights.
    /// </summary>
    public ReadOnlySpan<T> Slice(int start, int length)
    {
        if (values.Length <= 1) return values;
        return values.Slice(TensorLengths.Offset(start, shape, target), length <= constant ? 1 : length);
    }
}
