namespace Surprisal.Kernels;

/// <summary>What a pointwise loss reads and writes. P, W and S are as long as X, a single number, or empty for 1; an output that is not wanted is empty.</summary>
internal readonly ref struct PointwiseOperands<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y) where T : unmanaged
{
    /// <summary>Inputs and targets.</summary>
    public readonly ReadOnlySpan<T> X = x, Y = y;

    /// <summary>The positives' weights.</summary>
    public ReadOnlySpan<T> P { get; init; }

    /// <summary>The weights of elements.</summary>
    public ReadOnlySpan<T> W { get; init; }

    /// <summary>The weights of samples: where one is 0 everything is exactly 0.</summary>
    public ReadOnlySpan<T> S { get; init; }

    /// <summary>The factor of the gradients.</summary>
    public T Scale { get; init; }

    /// <summary>May be the inputs.</summary>
    public Span<T> Gradient { get; init; }

    public Span<T> TargetGradient { get; init; }

    public Span<T> Losses { get; init; }
}
