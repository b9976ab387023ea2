using System.Buffers;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>One evaluation of cross-entropy over class probabilities, cut into blocks of one sample each.</summary>
internal readonly ref struct ClassProbabilityJob<T>(ClassIndices shape, DenseTask<T> task, ClassTerms<T> terms, BentLogits<T> bent, double scale) : IBlockSum
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ClassIndices shape = shape;
    private readonly DenseTask<T> task = task;
    private readonly ClassTerms<T> terms = terms;

    /// <inheritdoc/>
    public double Run(int sample)
    {
        var image = shape.Classes * shape.Inner;
        var x = task.Inputs.Slice(sample * image, image);
        var t = task.Targets.Slice(sample * image, image);
        var g = task.Gradient.IsEmpty ? default : task.Gradient.Slice(sample * image, image);
        var h = task.TargetGradient.IsEmpty ? default : task.TargetGradient.Slice(sample * image, image);
        if (!bent.IsBent) return Sum(sample * shape.Inner, x, t, g, h);

        var rented = ArrayPool<T>.Shared.Rent(image);
        var buffer = rented.AsSpan(0, image);
        x.CopyTo(buffer);
        var slopes = bent.Apply(buffer, shape.Inner);
        var sum = Sum(sample * shape.Inner, buffer, t, g, h);
        bent.Chain(g, slopes);
        ArrayPool<T>.Shared.Return(rented);
        return sum;
    }

    private double Sum(int first, ReadOnlySpan<T> x, ReadOnlySpan<T> t, Span<T> g, Span<T> h)
    {
        if (shape.Inner == 1)
        {
            var loss = ClassProbabilities.Row(x, t, terms, scale * Once(first), g, h);
            return Keep(first, 0, loss, g, h);
        }
        Span<double> scales = stackalloc double[Lanes<T>.Count];
        Span<double> losses = stackalloc double[Lanes<T>.Count];
        using var logits = new Tile<T>(shape.Classes, shape.Inner);
        using var targets = new Tile<T>(shape.Classes, shape.Inner);
        var sum = default(CarriedSum);
        for (var start = 0; start < shape.Inner; start += logits.Width)
        {
            var width = Math.Min(logits.Width, shape.Inner - start);
            logits.Load(x[start..], shape.Inner, width);
            targets.Load(t[start..], shape.Inner, width);
            for (var column = 0; column < width; column += Lanes<T>.Count)
            {
                var (at, count) = (start + column, Math.Min(Lanes<T>.Count, width - column));
                for (var lane = 0; lane < count; lane++) scales[lane] = scale * Once(first + at + lane);
                ClassProbabilityColumns.Run(logits, targets, column, count, terms, shape.Classes, scales, g.IsEmpty ? g : g[at..], h.IsEmpty ? h : h[at..], shape.Inner, losses);
                for (var lane = 0; lane < count; lane++) sum.Add(Keep(first, at + lane, losses[lane], g, h));
            }
        }
        return sum.Value;
    }

    /// <summary>Weighs a position's loss and stores it; clears the gradients of one that is left out.</summary>
    private double Keep(int first, int at, double loss, Span<T> g, Span<T> h)
    {
        var once = Once(first + at);
        loss = once == 0 ? 0 : once * loss;
        for (var i = at; once == 0 && i < shape.Classes * shape.Inner; i += shape.Inner)
        {
            if (!g.IsEmpty) g[i] = T.Zero;
            if (!h.IsEmpty) h[i] = T.Zero;
        }
        if (!task.Losses.IsEmpty) task.Losses[first + at] = T.CreateTruncating(loss);
        return loss;
    }

    private double Once(int i) => task.SampleWeights.IsEmpty ? 1 : double.CreateTruncating(task.SampleWeights[i]);
}
