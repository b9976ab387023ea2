using Surprisal.Kernels;

namespace Surprisal;

/// <summary>
/// The two passes of a loss over regions, in blocks of positions that follow from the shape alone: the sums of each region and class, and
/// with what these make the gradient.
/// </summary>
internal readonly ref struct RegionJob<T, TTarget>(RegionLayout layout, bool isSquared, long ignoreIndex)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTarget : unmanaged, IBinaryInteger<TTarget>
{
    private readonly RegionLayout layout = layout;
    private readonly bool isSquared = isSquared;
    private readonly long ignoreIndex = ignoreIndex;

    public ReadOnlySpan<T> Logits { get; init; }

    public ReadOnlySpan<TTarget> Targets { get; init; }

    public Span<T> Gradient { get; init; }

    /// <summary>sums [regions, classes, 3]: I, P and T; one region for all images, or one an image. Blocks are added in order.</summary>
    public void AddSums(Span<double> sums, int regions)
    {
        var length = 3 * layout.Classes;
        using var ofBlocks = new Scratch<double>(checked(layout.Blocks * length));
        ofBlocks.Span.Clear();
        var pass = new SumPass(this, ofBlocks.Span);
        Partition.For(layout.Blocks, layout.Work, ref pass);
        sums.Clear();
        for (var block = 0; block < layout.Blocks; block++)
        {
            var to = sums.Slice(regions == 1 ? 0 : layout.Block(block).Image * length, length);
            for (var i = 0; i < length; i++) to[i] += ofBlocks.Span[block * length + i];
        }
    }

    /// <summary>The gradient, with factors [regions, classes, 2] of t and of q.</summary>
    public void StoreGradient(ReadOnlySpan<double> factors, int regions)
    {
        var pass = new GradientPass(this, factors, regions);
        Partition.For(layout.Blocks, layout.Work, ref pass);
    }

    private readonly ref struct SumPass(RegionJob<T, TTarget> job, Span<double> sums) : IParallelBody
    {
        private readonly RegionJob<T, TTarget> job = job;
        private readonly Span<double> sums = sums;

        public void Run(int block)
        {
            var length = 3 * job.layout.Classes;
            job.Run(block, sums.Slice(block * length, length), default);
        }
    }

    private readonly ref struct GradientPass(RegionJob<T, TTarget> job, ReadOnlySpan<double> factors, int regions) : IParallelBody
    {
        private readonly RegionJob<T, TTarget> job = job;
        private readonly ReadOnlySpan<double> factors = factors;
        private readonly int regions = regions;

        public void Run(int block)
        {
            var length = 2 * job.layout.Classes;
            job.Run(block, default, factors.Slice(regions == 1 ? 0 : job.layout.Block(block).Image * length, length));
        }
    }

    /// <summary>Adds a block to its sums, or writes its gradient where there are factors.</summary>
    private void Run(int block, Span<double> sums, ReadOnlySpan<double> factors)
    {
        var (image, first, end) = layout.Block(block);
        var width = layout.TileWidth;
        using var memory = new Scratch<double>((layout.Classes + 3) * width);
        using var scratch = new Scratch<int>(width);
        var tile = new RegionTile(layout, isSquared, memory.Span[(3 * width)..], memory.Span[..(3 * width)]);
        for (; first < end; first += width)
        {
            var targets = scratch.Span[..Math.Min(width, end - first)];
            ClassTargets.Read(Targets.Slice(image * layout.Positions + first, targets.Length), ignoreIndex, targets);
            tile.Load(Logits, image, first, targets);
            if (factors.IsEmpty) tile.AddSums(targets, sums);
            else tile.StoreGradient(targets, factors, image, first, Gradient);
        }
    }
}
