namespace Surprisal.Cuda;

/// <summary>
/// A loss over regions on a device: targets are checked, positions get their statistics, classes their sums and losses, and what these make
/// becomes the gradient, in launches that follow one another. Only the state comes back.
/// </summary>
/// <param name="device">What runs it.</param>
/// <param name="loss">The options.</param>
/// <param name="shape">Images, classes and positions.</param>
internal sealed class RegionEvaluation(ICudaDevice device, RegionLoss loss, CudaShape shape)
{
    /// <summary>The positions of the library's blocks, and what its tiles hold.</summary>
    private const int BlockPositions = 4096, TileElements = 16_384, WidestTile = 256;

    /// <summary>Rows of a batch are one image, unless each is to have regions of its own.</summary>
    private bool IsOneImage => shape.Inner == 1 && !loss.PerImage;

    private int ImageSize => IsOneImage ? shape.Positions : shape.Inner;

    private int BlocksOfImage => Pieces.Of(ImageSize, BlockPositions);

    private int Images => shape.Positions / ImageSize;

    private int Regions => loss.PerImage ? Images : 1;

    private int TileSize => Math.Clamp(TileElements / shape.Classes / RegionKernels.Lanes, 1, WidestTile / RegionKernels.Lanes)
        * RegionKernels.Lanes;

    /// <summary>The numbers of the formula: 1 - (i I + s) / (u I + v P + w T + s).</summary>
    private (double OfIntersection, double Shared, double Predicted, double True) Formula => loss switch
    {
        DiceLoss => (2, 0, 1, 1),
        JaccardLoss => (1, -1, 1, 1),
        TverskyLoss options => (1, 1 - options.Alpha - options.Beta, options.Alpha, options.Beta),
        _ => throw new NotSupportedException(
            $"{loss.GetType().Name} has no kernel on the GPU yet; evaluate on the CPU: logits.Cpu()."),
    };

    /// <summary>Starts an evaluation, whose memory has to stay until its state has been read; returns where that is.</summary>
    /// <param name="memory">Of the evaluation.</param>
    /// <param name="logits">[images, classes, inner].</param>
    /// <param name="targets">[images, inner].</param>
    /// <param name="gradient">In the logits' shape and type, maybe their memory, or 0.</param>
    /// <param name="throughFloat">Whether a gradient of 16 bits is rounded to float before, as the tape's is.</param>
    public ulong Start<T, TTarget>(DeviceScratch memory, ulong logits, ulong targets, ulong gradient, bool throughFloat)
        where T : unmanaged
        where TTarget : unmanaged
    {
        var (positions, classes, inner) = ((uint)shape.Positions, (uint)shape.Classes, (uint)shape.Inner);
        var (module, squared) = (RegionKernels.Modules[ElementType.Of<T>().Index], loss.Squared ? 1U : 0U);
        var (state, checkedTargets) = (memory.Of(EvaluationState.Size), memory.Of(4L * positions));
        device.Launch(TargetKernels.Module, TargetKernels.Begin, 1, 0, state);
        TargetKernels.Check<TTarget>(device, targets, shape.Positions, shape.Classes, loss.IgnoreIndex, checkedTargets, state);

        var (statistics, used) = (memory.Of(16L * positions), memory.Of(8L * Regions));
        var grid = Pieces.Of(shape.Positions, RegionKernels.Threads);
        device.Launch(module, RegionKernels.Softmax, grid, 0, logits, statistics, positions, classes, inner, used, (uint)Regions, state);
        var ofBlocks = Images * BlocksOfImage * shape.Classes;
        var sums = memory.Of((long)RegionKernels.SumsSize * ofBlocks);
        device.Launch(module, RegionKernels.Sums, Pieces.Of(ofBlocks, RegionKernels.Threads / RegionKernels.Lanes), 0, logits,
            checkedTargets, statistics, classes, inner, squared, (uint)ofBlocks, (uint)BlocksOfImage, (uint)ImageSize,
            (uint)BlockPositions, (uint)TileSize, sums, state);

        var count = Regions * shape.Classes;
        var (totals, terms) = (memory.Of((long)RegionKernels.SumsSize * count), memory.Of(8L * count));
        var factors = memory.Of((long)RegionTotals.FactorsSize * count);
        device.Launch(RegionTotals.Module, RegionTotals.Totals, Pieces.Of(count, RegionTotals.Threads), 0, sums, totals, used, classes,
            (uint)(Images * BlocksOfImage / Regions), (uint)count, state);
        var ((ofIntersection, shared, predicted, truth), skips) = (Formula, loss.Absent == AbsentClasses.Skip ? 1U : 0U);
        device.Launch(RegionTotals.Module, RegionTotals.Terms, Pieces.Of(count, RegionTotals.Threads), 0, totals, used, terms, factors,
            classes, (uint)count, ofIntersection, shared, predicted, truth, loss.Smooth, skips, state);
        device.Launch(RegionTotals.Module, RegionTotals.Losses, 1, 0, terms, (uint)count, MeanDivisor.IsMean(loss), loss.Normalizer ?? 0,
            MeanDivisor.EmptyScale(loss), MeanDivisor.EmptyIsError(loss), state);
        if (gradient != 0)
            device.Launch(module, RegionKernels.Gradient, grid, 0, logits, checkedTargets, statistics, factors, gradient, state, positions,
                classes, inner, squared, (uint)(shape.Positions / Regions), throughFloat ? 1U : 0U);
        return state;
    }
}
