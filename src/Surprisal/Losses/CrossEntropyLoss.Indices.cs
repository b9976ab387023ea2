using Surprisal.Kernels;

namespace Surprisal;

public sealed partial record CrossEntropyLoss
{
    internal override BentLogits<T> Bend<T>(int classes) => new(this, classes);

    internal override void Rows<T>(ReadOnlySpan<T> x, int classes, ReadOnlySpan<int> targets, ReadOnlySpan<T> weight, ReadOnlySpan<double> scales, Span<T> gradient, Span<double> losses)
    {
        var terms = Terms(weight, classes);
        if (classes > Tile<T>.FewClasses)
        {
            CrossEntropy.Rows(x, classes, targets, terms, scales, gradient, losses);
            return;
        }
        using var tile = new Tile<T>(classes);
        for (var start = 0; start < targets.Length; start += tile.Width)
        {
            var count = Math.Min(tile.Width, targets.Length - start);
            tile.LoadRows(x.Slice(start * classes, count * classes));
            CrossEntropyTile.Run(tile.Span, classes, tile.Width, targets.Slice(start, count), terms, scales[start..], gradient.IsEmpty ? default : tile.Span, tile.Width, losses[start..]);
            if (!gradient.IsEmpty) tile.StoreRows(gradient.Slice(start * classes, count * classes));
        }
    }

    internal override void Columns<T>(ReadOnlySpan<T> x, int classes, int stride, ReadOnlySpan<int> targets, ReadOnlySpan<T> weight, ReadOnlySpan<double> scales, Span<T> gradient, Span<double> losses)
    {
        var terms = Terms(weight, classes);
        using var tile = new Tile<T>(classes);
        for (var start = 0; start < targets.Length; start += tile.Width)
        {
            var count = Math.Min(tile.Width, targets.Length - start);
            tile.Load(x[start..], stride, count);
            CrossEntropyTile.Run(tile.Span, classes, tile.Width, targets.Slice(start, count), terms, scales[start..], gradient.IsEmpty ? default : gradient[start..], stride, losses[start..]);
        }
    }
}
