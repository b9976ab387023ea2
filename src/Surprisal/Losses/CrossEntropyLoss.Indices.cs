using Surprisal.Kernels;

namespace Surprisal;

public sealed partial record CrossEntropyLoss
{
    private protected override BentLogits<T> Bend<T>(int classes, int inner) => new(this, classes, inner);

    private protected override void Block<T>(
        ReadOnlySpan<T> x, int inner, int start, ReadOnlySpan<int> targets, ReadOnlySpan<T> weight, ReadOnlySpan<double> scales, Span<T> gradient, Span<double> losses)
    {
        if (inner > 1) CrossEntropy.Columns(x, x.Length / inner, inner, start, targets, Terms(weight), scales, gradient, losses);
        else if (targets[0] >= 0) losses[0] = CrossEntropy.Row(x, targets[0], Terms(weight), scales[0], gradient);
        else gradient.Clear();
    }
}
