namespace Surprisal;

/// <summary>The one bridge that puts losses on the tape: the loss computes its gradient in the forward pass, the tape only scales it.</summary>
public static class LossBridge
{
    /// <summary>The cross-entropy of logits and class indices: rank 0, or with <see cref="Reduction.None"/> the shape of the targets.</summary>
    /// <param name="loss">The loss and its options.</param>
    /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="target">Class indices: rank 0, (N) or (N, d1 .. dK).</param>
    /// <exception cref="ArgumentException">Shapes that do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class.</exception>
    public static Tensor<T> Forward<T, TTarget>(this CrossEntropyLoss loss, Tensor<T> input, Tensor<TTarget> target)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        ClassIndices.CheckElement<T>("logits");
        var task = new ClassIndices(Lengths(input), Lengths(target), loss.Weight?.Count);
        if (input.Rank == 1 && target.Rank == 1)
            throw new ArgumentException($"size mismatch (got input: {Shape.Text(input.Shape)}, target: {Shape.Text(target.Shape)}): logits of shape (C) need a target of rank 0.", nameof(target));
        var gradient = input.RequiresGrad && GradMode.IsEnabled ? Tensor.Uninitialized<T>(input.Shape) : null;
        var losses = loss.Reduction == Reduction.None ? Tensor.Uninitialized<T>(target.Shape) : null;
        var value = loss.Evaluate(task, input.Span, target.Span, gradient is null ? default : gradient.Span, losses is null ? default : losses.Span);
        var output = losses ?? Tensor.Scalar(T.CreateTruncating(value));
        var name = input.Rank > 2 ? "NllLoss2DBackward0" : "NllLossBackward0";
        return gradient is null ? output : output.Record(name, [gradient, target], input.Receives(g => Scaled(gradient, g, target, loss.IgnoreIndex)));
    }

    /// <summary>The loss's gradient times the upstream one; an ignored sample stays 0 also where the upstream is NaN or infinite.</summary>
    private static Tensor<T> Scaled<T, TTarget>(Tensor<T> gradient, Tensor<T> upstream, Tensor<TTarget> target, long ignoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var scaled = gradient * PerSample(upstream);
        foreach (var g in upstream.Span)
        {
            if (T.IsFinite(g)) continue;
            ClearIgnored(scaled, target.Span, ignoreIndex);
            break;
        }
        return scaled;
    }

    private static void ClearIgnored<T, TTarget>(Tensor<T> gradient, ReadOnlySpan<TTarget> targets, long ignoreIndex)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var classes = gradient.Shape[gradient.Rank == 1 ? 0 : 1];
        var inner = gradient.Rank == 1 ? 1 : Shape.Length(gradient.Shape[2..]);
        for (var i = 0; i < targets.Length; i++)
        {
            if (long.CreateSaturating(targets[i]) != ignoreIndex) continue;
            var first = i / inner * classes * inner + i % inner;
            for (var c = 0; c < classes; c++) gradient.Span[first + c * inner] = T.Zero;
        }
    }

    /// <summary>The upstream gradient, one number or one a sample, in a shape that broadcasts over the classes.</summary>
    private static Tensor<T> PerSample<T>(Tensor<T> g) where T : unmanaged, IFloatingPointIeee754<T> =>
        g.Rank == 0 ? g : g.Unsqueeze(1);

    private static nint[] Lengths(Tensor tensor) => Array.ConvertAll(tensor.Dimensions, static size => (nint)size);
}
