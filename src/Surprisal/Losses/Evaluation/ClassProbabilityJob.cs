using Surprisal.Kernels;

namespace Surprisal;

/// <summary>One evaluation of cross-entropy over class probabilities, cut into blocks of rows, or of one sample's positions.</summary>
internal readonly ref struct ClassProbabilityJob<T>(
    ClassIndexShape shape,
    DenseTask<T> task,
    ClassParameters<T> parameters,
    LogitTransform<T> transform,
    double scale)
    : IParallelRuns
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ClassIndexShape shape = shape;
    private readonly DenseTask<T> task = task;
    private readonly ClassParameters<T> parameters = parameters;
    private readonly PositionBlocks<T> blocks = new(shape);

    /// <summary>Runs all blocks and returns the sum of the losses.</summary>
    public static double Run(ref ClassProbabilityJob<T> job) => Partition.SumOfRuns(job.blocks.Count, 4 * job.blocks.Work, ref job);

    /// <inheritdoc/>
    public void Run(int first, Span<double> terms)
    {
        for (var i = 0; i < terms.Length; i++) terms[i] = Run(first + i);
    }

    private double Run(int number)
    {
        var (sample, start, end) = blocks[number];
        return shape.UsesColumns ? Columns(sample, start, end) : Rows(start, end);
    }

    private unsafe double Rows(int start, int end)
    {
        var classes = shape.Classes;
        using var scratch = transform.IsNeeded ? new Scratch<T>(classes) : default;
        var sum = default(CompensatedSum);
        fixed (T* inputs = task.Inputs, targets = task.Targets, gradient = task.Gradient)
        for (var i = start; i < end; i++)
        {
            var next = new PrefetchNext<T>.Pair(
                PrefetchNext<T>.After(i * classes, classes, inputs, gradient, task.Inputs.Length),
                PrefetchNext<T>.After(i * classes, classes, targets, null, task.Inputs.Length));
            var x = task.Inputs.Slice(i * classes, classes);
            var g = task.Gradient.SliceOrEmpty(i * classes, classes);
            var h = task.TargetGradient.SliceOrEmpty(i * classes, classes);
            var weight = SampleWeight(i);
            T[]? slopes = null;
            if (transform.IsNeeded)
            {
                x.CopyTo(scratch.Span);
                x = scratch.Span;
                slopes = transform.Apply(scratch.Span, 1);
            }
            var t = task.Targets.Slice(i * classes, classes);
            var loss = weight * ClassProbabilityRows.Row(x, t, parameters, scale * weight, g, h, next);
            transform.Backward(g, slopes);
            if (weight == 0)
            {
                loss = 0;
                g.Clear();
                h.Clear();
            }
            task.Store(i, loss);
            sum.Add(loss);
        }
        return sum.Value;
    }

    private double Columns(int sample, int start, int end)
    {
        using var x = new ColumnTile<T>(shape.Classes, shape.Inner, end - start);
        using var t = new ColumnTile<T>(shape.Classes, shape.Inner, end - start);
        using var toTarget = task.TargetGradient.IsEmpty ? default : new ColumnTile<T>(shape.Classes, shape.Inner, end - start);
        var image = sample * shape.Classes * shape.Inner; // where the sample begins
        using var scratch = new Scratch<double>(2 * x.Width);
        var sum = default(CompensatedSum);
        for (; start < end; start += x.Width)
        {
            var (first, count) = (sample * shape.Inner + start, Math.Min(x.Width, end - start));
            var scales = scratch.Span[..count];
            var losses = scratch.Span.Slice(x.Width, count);
            x.Load(task.Inputs[image..], start, count);
            t.Load(task.Targets[image..], start, count);
            for (var i = 0; i < count; i++) scales[i] = scale * SampleWeight(first + i);
            var slopes = transform.Apply(x.Span, x.Pitch);
            ClassProbabilityColumns.Run(x, t, toTarget, parameters, shape.Classes, scales, !task.Gradient.IsEmpty, losses);
            transform.Backward(x.Span, slopes);
            if (!task.SampleWeights.IsEmpty) Weigh(x, toTarget, first, losses);
            if (!task.Gradient.IsEmpty) x.Store(task.Gradient[image..], start, count);
            if (!task.TargetGradient.IsEmpty) toTarget.Store(task.TargetGradient[image..], start, count);
            for (var i = 0; i < count && !task.Losses.IsEmpty; i++) task.Store(first + i, losses[i]);
            sum.Add(losses);
        }
        return sum.Value;
    }

    /// <summary>Weighs the positions' losses; clears the loss and the gradients of one that is ignored.</summary>
    private void Weigh(in ColumnTile<T> x, in ColumnTile<T> toTarget, int first, Span<double> losses)
    {
        for (var i = 0; i < losses.Length; i++)
        {
            var weight = SampleWeight(first + i);
            losses[i] = weight == 0 ? 0 : weight * losses[i];
            for (var at = i; weight == 0 && at < x.Span.Length; at += x.Pitch)
            {
                x.Span[at] = T.Zero;
                if (!toTarget.Span.IsEmpty) toTarget.Span[at] = T.Zero;
            }
        }
    }

    private double SampleWeight(int i) => task.SampleWeights.IsEmpty ? 1 : double.CreateTruncating(task.SampleWeights[i]);
}
