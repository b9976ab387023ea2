namespace Surprisal.Kernels;

/// <summary>
/// Multi-label soft margin: logits x [C], targets y [C] -> s / C sum_c w_c BCE(x_c, y_c), with <see cref="BceWithLogits{T}"/>'s formula and
/// limits. One pass.
/// </summary>
/// <remarks>A row of no classes is 0 / 0 = NaN, unless s is 0.</remarks>
internal static class MultiLabelSoftMargin
{
    /// <summary>Returns the loss of a row; the gradients, times <paramref name="scale"/>, may overwrite the logits.</summary>
    public static double Row<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> w, ReadOnlySpan<T> s, double scale, Span<T> gradient, Span<T> targetGradient)
        where T : unmanaged, INumberBase<T>
    {
        if (!s.IsEmpty && T.IsZero(s[0]) && x.IsEmpty) return 0;
        var operands = new PointwiseOperands<T>(x, y)
        {
            Weight = w, SampleWeight = s, Scale = scale / x.Length, Gradient = gradient, TargetGradient = targetGradient
        };
        return Pointwise.Evaluate(default(BceWithLogits<T>), operands) / x.Length;
    }
}
