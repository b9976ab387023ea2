using Surprisal.Kernels;

namespace Surprisal;

public sealed partial record CrossEntropyLoss
{
    internal override LogitTransform<T> Bend<T>(int classes) => new(this, classes);

    private protected override ClassTerms<T> Terms<T>(int classes) => base.Terms<T>(classes) with
    {
        Smoothing = LabelSmoothing, SmoothByTarget = SmoothingWeight == SmoothingWeight.PerTarget, ZLoss = ZLoss, ZeroTimesInfinity = ZeroTimesInfinityIsZero,
    };

    internal override void Rows<T>(ReadOnlySpan<T> x, int classes, ReadOnlySpan<int> targets, in ClassTerms<T> terms, ReadOnlySpan<double> scales, Span<T> gradient, Span<double> losses)
    {
        if (terms.IsUnbounded) UnboundedWeights.Run(x, classes, 1, classes, targets, terms, scales, gradient, losses);
        else ClassRows.Run(x, classes, targets, terms, default(CrossEntropy), scales, gradient, losses);
    }

    internal override void Columns<T>(ReadOnlySpan<T> x, int classes, int stride, ReadOnlySpan<int> targets, in ClassTerms<T> terms, ReadOnlySpan<double> scales, Span<T> gradient, Span<double> losses)
    {
        if (terms.IsUnbounded) UnboundedWeights.Run(x, classes, stride, 1, targets, terms, scales, gradient, losses);
        else ClassColumns.Run(x, classes, stride, targets, terms, default(CrossEntropy), scales, gradient, losses);
    }
}
