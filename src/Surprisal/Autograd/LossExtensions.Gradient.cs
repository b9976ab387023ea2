using Surprisal.Kernels;

namespace Surprisal;

/// <content>What the losses' forward and backward have in common: where the gradient goes, and how Backward scales it.</content>
public static partial class LossExtensions
{
    /// <summary>
    /// The saved gradient, which nobody else holds, times the upstream one; that of an ignored sample stays 0 also where the upstream one
    /// is NaN or infinite.
    /// </summary>
    /// <param name="gradient">The derivative of the losses; overwritten where the upstream gradient is one number.</param>
    /// <param name="upstream">The derivative of the final value: rank 0, or one for each loss before the reduction.</param>
    /// <param name="classAxis">The axis that the gradient has and the losses have not; -1 for none.</param>
    /// <param name="ignored">Which losses are ignored; asked for only where it matters.</param>
    private static Tensor<T> Scale<T>(Tensor<T> gradient, Tensor<T> upstream, int classAxis, Func<bool[]> ignored)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var scaled = gradient;
        if (upstream.Rank > 0) scaled = gradient * (classAxis < 0 ? upstream : upstream.Unsqueeze(classAxis));
        else if (upstream.Item() == T.One) return gradient;
        else if (typeof(T).Is16Bit)
            SixteenBitMap.Map<T, Formulas<float>.Multiply>(gradient.Span, upstream.Span, gradient.Span, default);
        else Elementwise.Map<T, Formulas<T>.Multiply>(gradient.Span, upstream.Item(), gradient.Span, default);
        foreach (var g in upstream.Span)
        {
            if (T.IsFinite(g)) continue;
            ClearIgnored(scaled, classAxis, ignored());
            break;
        }
        return scaled;
    }

    private static void ClearIgnored<T>(Tensor<T> gradient, int classAxis, bool[] ignored) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (_, classes, inner) = classAxis < 0 ? (1, 1, 1) : Shape.Split(gradient.Shape, classAxis);
        for (var i = 0; classes > 0 && i < ignored.Length; i++)
        {
            if (!ignored[i]) continue;
            var first = i / inner * classes * inner + i % inner;
            for (var c = 0; c < classes; c++) gradient.Span[first + c * inner] = T.Zero;
        }
    }

    /// <summary>Where the gradient of a tensor goes; null when it wants none.</summary>
    private static Tensor<T>? GradientBuffer<T>(Tensor<T> tensor) where T : unmanaged, INumber<T> =>
        tensor.RequiresGrad && GradMode.IsEnabled ? Tensor.Uninitialized<T>(tensor.Shape) : null;

    /// <summary>One weight for each loss; empty without weights.</summary>
    private static ReadOnlySpan<T> Expand<T>(Tensor<T>? sampleWeights, ReadOnlySpan<nint> shape) where T : unmanaged, INumber<T>
    {
        if (sampleWeights is null) return default;
        TensorLengths.CheckBroadcast(Lengths(sampleWeights), shape, nameof(sampleWeights));
        return TensorLengths.Expand<T>(sampleWeights.Span, Lengths(sampleWeights), shape);
    }

    private static Span<T> SpanOf<T>(Tensor<T>? tensor) where T : unmanaged, INumber<T> => tensor is null ? default : tensor.Span;

    private static nint[] Lengths(Tensor tensor) => tensor.Shape.ToLengths();
}
