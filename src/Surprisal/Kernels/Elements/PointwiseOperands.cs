namespace Surprisal.Kernels;

/// <summary>
/// The operands of a pointwise loss. Weights are as long as X, or one number for all, or empty for 1; an output that is not wanted is
/// empty.
/// </summary>
internal readonly ref struct PointwiseOperands<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y) where T : unmanaged
{
    /// <summary>The inputs x and the targets y.</summary>
    public readonly ReadOnlySpan<T> X = x, Y = y;

    /// <summary>The weights p of positive targets.</summary>
    public ReadOnlySpan<T> PosWeight { get; init; }

    /// <summary>The weights w of elements.</summary>
    public ReadOnlySpan<T> Weight { get; init; }

    /// <summary>The weights s of samples; where one is 0 loss and gradients are exactly 0.</summary>
    public ReadOnlySpan<T> SampleWeight { get; init; }

    /// <summary>The factor of the gradients: upstream gradient over divisor.</summary>
    public double Scale { get; init; }

    /// <summary>The gradients by the inputs, whose memory they may overwrite.</summary>
    public Span<T> Gradient { get; init; }

    /// <summary>The gradients by the targets.</summary>
    public Span<T> TargetGradient { get; init; }

    /// <summary>The weighted loss of each element.</summary>
    public Span<T> Losses { get; init; }
}
