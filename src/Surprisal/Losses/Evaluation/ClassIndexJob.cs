using System.Runtime.InteropServices;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>One evaluation of a loss over class indices, cut into blocks: groups of rows, or of one sample's positions.</summary>
/// <remarks>
/// The blocks follow from the shape alone, so any number of threads gives the same bits. Kernels see the caller's memory; logits that are
/// narrow, or bent first, go through a buffer that stays in a near cache.
/// </remarks>
internal readonly ref struct ClassIndexJob<TStored, T, TTarget>(ClassIndexLoss loss, ClassIndexShape task, ClassTerms<T> terms, LogitTransform<T> bent) : IParallelSum
    where TStored : unmanaged, IFloatingPointIeee754<TStored>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged, IBinaryInteger<TTarget>
{
    private readonly ClassIndexShape task = task;
    private readonly ClassTerms<T> terms = terms;

    /// <summary>The positions that go to a kernel at once.</summary>
    private readonly int group = task.Inner == 1 ? ColumnTile<T>.Part : ColumnTile<T>.Fitting(task.Classes);

    private readonly PositionBlocks<T> blocks = new(task);

    public ReadOnlySpan<TStored> Logits { get; init; }

    public ReadOnlySpan<TTarget> Targets { get; init; }

    public ReadOnlySpan<TStored> SampleWeights { get; init; }

    public double Scale { get; init; }

    public Span<TStored> Gradient { get; init; }

    public Span<TStored> Losses { get; init; }

    /// <summary>Whether the losses go on to a narrow type: they are then kept so that each is rounded once.</summary>
    public bool RoundsTo16Bit { get; init; }

    /// <summary>Runs all blocks and returns the sum of the losses.</summary>
    public static double Run(ref ClassIndexJob<TStored, T, TTarget> job) => Partition.Sum(job.blocks.Count, job.blocks.Work, ref job);

    /// <inheritdoc/>
    public double Run(int number)
    {
        var (sample, start, end) = blocks[number];
        var size = Math.Min(group, end - start);
        using Scratch<double> scaleMemory = new(size), valueMemory = new(size);
        using var targetMemory = new Scratch<int>(size);
        var scales = scaleMemory.Span;
        var values = valueMemory.Span;
        var targets = targetMemory.Span;
        var sum = default(CompensatedSum);
        for (; start < end; start += size)
        {
            var (first, count) = (sample * task.Inner + start, Math.Min(size, end - start));
            var leavesOut = Read(Targets.Slice(first, count), first, targets, scales);
            // Rows: [count, classes] from the first logit. Columns: [classes, inner] from the sample's logits at the first position.
            var from = task.Inner == 1 ? first * task.Classes : sample * task.Classes * task.Inner + start;
            var length = task.Inner == 1 ? count * task.Classes : (task.Classes - 1) * task.Inner + count;
            Forward(Logits.Slice(from, length), Gradient.IsEmpty ? default : Gradient.Slice(from, length), targets[..count], scales, values);
            Add(targets[..count], values, first, leavesOut, ref sum);
        }
        return sum.Value;
    }

    /// <summary>The targets as the kernels want them, -1 for one to leave out, and the factors of the gradients; whether one may be left out.</summary>
    private bool Read(ReadOnlySpan<TTarget> from, int first, Span<int> targets, Span<double> scales)
    {
        var leavesOut = ClassTargets.Read(from, loss.IgnoreIndex, targets);
        scales.Fill(Scale);
        if (SampleWeights.IsEmpty) return leavesOut;
        for (var i = 0; i < from.Length; i++)
        {
            var weight = double.CreateTruncating(SampleWeights[first + i]);
            if (weight == 0) targets[i] = -1;
            scales[i] *= weight;
        }
        return true;
    }

    /// <summary>Adds the losses of those that are not left out, and stores them on request.</summary>
    private void Add(ReadOnlySpan<int> targets, Span<double> values, int first, bool leavesOut, ref CompensatedSum sum)
    {
        for (var i = 0; i < targets.Length && leavesOut; i++)
            if (targets[i] < 0)
                values[i] = 0;
        for (var i = 0; i < targets.Length && !SampleWeights.IsEmpty; i++)
            if (targets[i] >= 0)
                values[i] *= double.CreateTruncating(SampleWeights[first + i]);
        for (var i = 0; i < targets.Length && !Losses.IsEmpty; i++) Losses[first + i] = SixteenBit.From<TStored>(values[i], RoundsTo16Bit);
        sum.Add(values[..targets.Length]);
    }

    private void Forward(ReadOnlySpan<TStored> logits, Span<TStored> gradient, ReadOnlySpan<int> targets, ReadOnlySpan<double> scales, Span<double> values)
    {
        if (typeof(TStored) == typeof(T) && !bent.IsBent)
        {
            var x = MemoryMarshal.Cast<TStored, T>(logits);
            var g = MemoryMarshal.Cast<TStored, T>(gradient);
            if (task.Inner == 1) loss.Rows(x, task.Classes, targets, terms, scales, g, values);
            else loss.Columns(x, task.Classes, task.Inner, targets, terms, scales, g, values);
            return;
        }
        var numbers = targets.Length * task.Classes;
        using var scratch = new Scratch<T>(numbers);
        var buffer = scratch.Span;
        var place = gradient.IsEmpty ? default : buffer;
        if (task.Inner == 1)
        {
            SixteenBit.Widen(logits, buffer);
            var slope = bent.Apply(buffer, 1);
            loss.Rows<T>(buffer, task.Classes, targets, terms, scales, place, values);
            bent.Chain(place, slope);
            SixteenBit.Narrow<T, TStored>(place, gradient);
        }
        else
        {
            for (var c = 0; c < task.Classes; c++) SixteenBit.Widen(logits.Slice(c * task.Inner, targets.Length), buffer.Slice(c * targets.Length, targets.Length));
            var slope = bent.Apply(buffer, targets.Length);
            loss.Columns<T>(buffer, task.Classes, targets.Length, targets, terms, scales, place, values);
            bent.Chain(place, slope);
            for (var c = 0; !gradient.IsEmpty && c < task.Classes; c++) SixteenBit.Narrow<T, TStored>(buffer.Slice(c * targets.Length, targets.Length), gradient.Slice(c * task.Inner, targets.Length));
        }
    }
}
