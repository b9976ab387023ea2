using System.Runtime.InteropServices;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>
/// One evaluation of a loss over class indices: logits [samples, classes, inner] in blocks, which are groups of rows or of one sample's
/// columns.
/// </summary>
/// <remarks>
/// The blocks follow from the shape alone, so any number of threads gives the same bits. Kernels see the caller's memory; logits that are
/// stored in 16 bits, or transformed first, go through a buffer that stays in a near cache.
/// </remarks>
internal readonly ref struct ClassIndexJob<TStored, T, TTarget>(
    ClassIndexLoss loss,
    ClassIndexShape shape,
    ClassParameters<T> parameters,
    LogitTransform<T> transform) : IParallelRuns
    where TStored : unmanaged, IFloatingPointIeee754<TStored>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged, IBinaryInteger<TTarget>
{
    private readonly ClassIndexShape shape = shape;
    private readonly ClassParameters<T> parameters = parameters;

    /// <summary>The positions that go to a kernel at once.</summary>
    private readonly int group = shape.Inner == 1 ? ColumnTile<T>.ColumnsAtOnce : ColumnTile<T>.ColumnsThatFit(shape.Classes);

    private readonly PositionBlocks<T> blocks = new(shape);

    public ReadOnlySpan<TStored> Logits { get; init; }

    public ReadOnlySpan<TTarget> Targets { get; init; }

    public ReadOnlySpan<TStored> SampleWeights { get; init; }

    public double Scale { get; init; }

    public Span<TStored> Gradient { get; init; }

    public Span<TStored> Losses { get; init; }

    /// <summary>Whether the losses go on to a 16-bit type: they are then kept so that each is rounded once.</summary>
    public bool RoundsTo16Bit { get; init; }

    /// <summary>Runs all blocks and returns the sum of the losses.</summary>
    public static double Run(ref ClassIndexJob<TStored, T, TTarget> job) => Partition.SumOfRuns(job.blocks.Count, job.blocks.Work, ref job);

    /// <inheritdoc/>
    public void Run(int first, Span<double> terms)
    {
        using Scratch<double> scales = new(group), losses = new(group);
        using var targets = new Scratch<int>(group);
        var together = IsDirect && shape.Inner == 1 ? Math.Max(group / blocks.Size, 1) : 1;
        for (var done = 0; done < terms.Length; done += together)
            Run(first + done, terms[done..Math.Min(done + together, terms.Length)], targets.Span, scales.Span, losses.Span);
    }

    /// <summary>Whether kernels see the caller's memory.</summary>
    private bool IsDirect => typeof(TStored) == typeof(T) && !transform.IsNeeded;

    /// <summary>One block in groups, or several that make a group.</summary>
    private void Run(int block, Span<double> terms, Span<int> targetMemory, Span<double> scaleMemory, Span<double> lossMemory)
    {
        var (sample, start, end) = blocks[block];
        if (terms.Length > 1) end = blocks[block + terms.Length - 1].End;
        var sum = default(CompensatedSum);
        for (; start < end; start += group)
        {
            var (first, count) = (sample * shape.Inner + start, Math.Min(group, end - start));
            var targets = targetMemory[..count];
            var scales = scaleMemory[..count];
            var losses = lossMemory[..count];
            var anyIgnored = Read(first, targets, scales);
            // Rows: [count, classes] from the first logit. Columns: [classes, inner] from the sample's logits at the first position.
            var from = shape.Inner == 1 ? first * shape.Classes : sample * shape.Classes * shape.Inner + start;
            var length = shape.Inner == 1 ? count * shape.Classes : (shape.Classes - 1) * shape.Inner + count;
            WriteBlock(Logits.Slice(from, length), Gradient.SliceOrEmpty(from, length), targets, scales, losses);
            Finish(targets, losses, first, anyIgnored);
            if (terms.Length == 1) sum.Add(losses);
            for (var i = 0; i < terms.Length && terms.Length > 1; i++)
            {
                var term = default(CompensatedSum);
                term.Add(losses[(i * blocks.Size)..Math.Min((i + 1) * blocks.Size, count)]);
                terms[i] = term.Value;
            }
        }
        if (terms.Length == 1) terms[0] = sum.Value;
    }

    /// <summary>
    /// The targets as the kernels want them, and the scales of the gradients; whether one may be ignored. A sample weight of 0 ignores it
    /// too.
    /// </summary>
    private bool Read(int first, Span<int> targets, Span<double> scales)
    {
        var anyIgnored = ClassTargets.Read(Targets.Slice(first, targets.Length), loss.IgnoreIndex, targets);
        scales.Fill(Scale);
        if (SampleWeights.IsEmpty) return anyIgnored;
        for (var i = 0; i < targets.Length; i++)
        {
            var weight = double.CreateTruncating(SampleWeights[first + i]);
            if (weight == 0) targets[i] = ClassTargets.Ignored;
            scales[i] *= weight;
        }
        return true;
    }

    /// <summary>Losses and gradients of some positions, directly or through a buffer in the kernels' type.</summary>
    private void WriteBlock(
        ReadOnlySpan<TStored> logits,
        Span<TStored> gradient,
        ReadOnlySpan<int> targets,
        ReadOnlySpan<double> scales,
        Span<double> losses)
    {
        if (IsDirect)
        {
            loss.WriteBlock(new ClassBlock<T>(MemoryMarshal.Cast<TStored, T>(logits), shape.Classes, targets, parameters)
            {
                ClassStride = shape.Inner, UsesColumns = shape.UsesColumns, Scales = scales,
                IsGradientFar = NonTemporal.Suits<TStored>(Logits, Gradient),
                Gradient = MemoryMarshal.Cast<TStored, T>(gradient), Losses = losses,
            });
            return;
        }
        // Rows are one run of numbers; columns are one for each class, which the buffer holds one after another.
        var (runs, length) = shape.Inner == 1 ? (1, targets.Length * shape.Classes) : (shape.Classes, targets.Length);
        using var scratch = new Scratch<T>(runs * length);
        var buffer = scratch.Span;
        for (var run = 0; run < runs; run++) SixteenBit.Widen(logits.Slice(run * shape.Inner, length), buffer.Slice(run * length, length));
        var stride = shape.Inner == 1 ? 1 : length;
        var slopes = transform.Apply(buffer, stride);
        var inPlace = gradient.IsEmpty ? default : buffer;
        loss.WriteBlock(new ClassBlock<T>(buffer, shape.Classes, targets, parameters)
        {
            ClassStride = stride, UsesColumns = shape.UsesColumns, Scales = scales, Gradient = inPlace, Losses = losses,
        });
        transform.Backward(inPlace, slopes);
        for (var run = 0; run < runs && !gradient.IsEmpty; run++)
            SixteenBit.Narrow<T, TStored>(buffer.Slice(run * length, length), gradient.Slice(run * shape.Inner, length));
    }

    /// <summary>Weighs the losses, sets those of ignored positions to 0, and stores them on request.</summary>
    private void Finish(ReadOnlySpan<int> targets, Span<double> losses, int first, bool anyIgnored)
    {
        for (var i = 0; i < targets.Length && anyIgnored; i++)
            if (ClassTargets.IsIgnored(targets[i]))
                losses[i] = 0;
        for (var i = 0; i < targets.Length && !SampleWeights.IsEmpty; i++)
            if (!ClassTargets.IsIgnored(targets[i]))
                losses[i] *= double.CreateTruncating(SampleWeights[first + i]);
        for (var i = 0; i < targets.Length && !Losses.IsEmpty; i++) Losses[first + i] = SixteenBit.From<TStored>(losses[i], RoundsTo16Bit);
    }
}
