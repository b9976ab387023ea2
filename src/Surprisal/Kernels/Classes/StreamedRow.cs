using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// The gradient of a row from its exponentials by non-temporal stores, a lane block at a time beside the work on another row of the same
/// length, or at once. The formula: <see cref="ClassGradient"/>. Empty by default, and for an ignored row, whose gradient is 0.
/// </summary>
internal unsafe struct StreamedRow<T> : ICompanion where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T* exponentials, gradient, weight; // no weight where the smoothing terms of all classes are one number, or 0
    private readonly int length, start, target; // start: the elements before the first whole line
    private readonly nint lastBlock;
    private readonly T factor, minusTerm, targetGradient;

    /// <param name="block">The rows.</param>
    /// <param name="row">Which of them.</param>
    /// <param name="results">What its gradient is made of.</param>
    /// <param name="i">The place of the row in them.</param>
    /// <param name="exponentials">Those of the row.</param>
    /// <param name="gradient">That of all rows.</param>
    /// <param name="weight">The classes' weights.</param>
    public StreamedRow(in ClassBlock<T> block, int row, in RowResults results, int i, T* exponentials, T* gradient, T* weight)
    {
        (length, target) = (block.Classes, block.Targets[row]);
        this.exponentials = exponentials;
        this.gradient = gradient + (nint)row * length;
        start = CacheLine.ElementsBefore(this.gradient, length);
        lastBlock = length - start - Lanes<T>.Count;
        factor = T.CreateTruncating(results.Factor[i]);
        targetGradient = T.CreateTruncating(results.TargetGradient[i]);
        minusTerm = block.Parameters.Smoothing == SmoothingKind.None ? T.NegativeZero : -T.CreateTruncating(results.SmoothingTerm[i]);
        this.weight = block.Parameters.Smoothing is SmoothingKind.None or SmoothingKind.Uniform ? null : weight;
    }

    public readonly bool IsEmpty => length == 0 || ClassTargets.IsIgnored(target);

    /// <summary>Whether its blocks have been written beside another row; <see cref="Finish"/> writes what has not.</summary>
    public bool HasBlocks { get; set; }

    /// <summary>The blocks that are whole cache lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void At(nint index)
    {
        if (index > lastBlock) return;
        var at = start + index;
        var minusTerms = weight is null ? Lanes<T>.All(minusTerm) : Lanes<T>.All(minusTerm) * Lanes<T>.Load(ref *weight, at);
        Lanes<T>.Fma(Lanes<T>.Load(ref *exponentials, at), Lanes<T>.All(factor), minusTerms).StoreNonTemporal(gradient + at);
    }

    /// <summary>What is left of the row: its ends and the target, and the blocks where nothing was computed beside them.</summary>
    [MethodImpl(Compile.Separately)]
    public readonly void Finish()
    {
        if (IsEmpty)
        {
            new Span<T>(gradient, length).Clear();
            return;
        }
        if (!HasBlocks)
            for (nint i = 0; i <= lastBlock; i += Lanes<T>.Count) At(i);
        var end = start + (length - start) / Lanes<T>.Count * Lanes<T>.Count;
        Part(0, start);
        Part(end, length - end);
        gradient[target] = targetGradient;
    }

    private readonly void Part(int first, int count)
    {
        if (count == 0) return;
        var minusTerms = weight is null
            ? Lanes<T>.All(minusTerm)
            : Lanes<T>.All(minusTerm) * Lanes<T>.LoadPartial(ref *weight, first, count);
        Lanes<T>.Fma(Lanes<T>.LoadPartial(ref *exponentials, first, count), Lanes<T>.All(factor), minusTerms)
            .StoreResult(ref *gradient, first, count);
    }

    /// <summary>A row that is written, and another that is prefetched.</summary>
    public readonly struct AndPrefetch(StreamedRow<T> row, PrefetchNext<T> next) : ICompanion
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void At(nint index)
        {
            next.At(index);
            row.At(index);
        }
    }
}
