namespace Surprisal.Cuda;

/// <summary>
/// Linear cross-entropy on a device: targets are checked and the rows that count collected, then blocks of logits are made, added up and
/// turned into gradients, in launches that follow one another. Only the state comes back.
/// </summary>
/// <param name="loss">The options.</param>
/// <param name="tensors">What was checked.</param>
/// <param name="sizes">Theirs.</param>
/// <param name="products">Who multiplies.</param>
internal sealed class LinearEvaluator<T>(
    LinearCrossEntropyLoss loss, LinearTensors<T> tensors, LinearSizes sizes, ILinearProducts products)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ICudaDevice device = tensors.Device;
    private readonly ElementType type = ElementType.Of<T>("hidden");

    private bool WantsGradient => tensors is not { HiddenGradient: null, WeightGradient: null, BiasGradient: null };

    /// <summary>Starts an evaluation, whose memory has to stay until its state has been read; returns where that is.</summary>
    /// <param name="memory">Of the evaluation.</param>
    /// <param name="waits">
    /// Whether to look at what was found before cuBLAS, which cannot, writes into outputs that may have to stay as they are.
    /// </param>
    public ulong Start(DeviceScratch memory, bool waits)
    {
        var state = memory.Of(EvaluationState.Size);
        var weights = loss.Weight is null ? 0 : ClassNumbers.Of(memory, loss.Weight, type);
        var (classes, counts) = tensors.Targets.Start(loss, memory, sizes, weights, tensors.SampleWeights?.Address ?? 0, state);
        if (!products.AreOwn && waits && ClassEvaluation.Read(device, state) is not { Stop: 0 }) return state;
        var used = UsedRows.Collect(device, memory, sizes, classes, state);
        var buffers = Allocate(memory, used.Count, state);
        Launch(LinearKernels.Gather, (long)sizes.Rows * sizes.Features, tensors.Hidden.Address, buffers.Hidden, used.Rows, used.Count,
            (uint)sizes.Rows, (uint)sizes.Features, state);
        var tiles = new LinearTileLaunches(
            loss, tensors.Bias?.Address ?? 0, weights, counts, tensors.Targets.Probabilities, used, buffers, memory, device);
        Run(tiles, buffers, tensors.BiasGradient is null ? 0 : memory.Of(8L * sizes.Classes));
        if (tensors.HiddenGradient is { } hidden)
            Launch(LinearKernels.Scatter, (long)sizes.Rows * sizes.Features, buffers.HiddenGradient, hidden.Address, used.Places,
                (uint)sizes.Rows, (uint)sizes.Features, state);
        if (tensors.Losses is { } losses)
            Launch(LinearKernels.Losses, sizes.Rows, tiles.Numbers, (uint)sizes.Rows, losses.Address, used.Places, (uint)sizes.Rows, state);
        device.Launch(UsedRowKernels.Module, UsedRowKernels.Total, 1, 0, tiles.Numbers, (uint)sizes.Rows, used.Count, state);
        return state;
    }

    /// <summary>The blocks in their order: of rows, or of classes once for the sums and once for the gradients.</summary>
    private void Run(LinearTileLaunches tiles, LinearBuffers buffers, ulong biasSums)
    {
        foreach (var block in buffers.Plan.Blocks(sizes))
        {
            products.Logits(buffers, block);
            tiles.Sum(block, keeps: buffers.Plan.Keeps && WantsGradient);
            var isLast = block.FirstClass + block.Classes == sizes.Classes;
            tiles.AddToRows(block, isFirst: block.FirstClass == 0, isLast);
            if (buffers.Plan.Keeps && WantsGradient) Differentiate(tiles, buffers, block, biasSums);
        }
        if (buffers.Plan.Keeps || !WantsGradient) return;
        foreach (var block in buffers.Plan.Blocks(sizes))
        {
            products.Logits(buffers, block);
            tiles.Sum(block, keeps: true);
            Differentiate(tiles, buffers, block, biasSums);
        }
    }

    private void Differentiate(LinearTileLaunches tiles, LinearBuffers buffers, LinearBlock block, ulong biasSums)
    {
        tiles.Differentiate(block);
        if (tensors.BiasGradient is { } bias)
        {
            var isLast = block.FirstRow + block.Rows >= sizes.Rows;
            Launch(LinearKernels.Bias, (long)block.Classes * type.Lanes, buffers.Logits, (uint)(buffers.Pitch * buffers.WideSize),
                biasSums + 8UL * (ulong)block.FirstClass, isLast ? bias.Address + (ulong)(block.FirstClass * (long)type.Size) : 0,
                (uint)block.Classes, (uint)block.Rows, (uint)block.FirstRow, buffers.Count, buffers.State);
        }
        if (tensors.WeightGradient is not null) products.Weight(buffers, block, adds: block.FirstRow > 0);
        if (tensors.HiddenGradient is not null) products.Hidden(buffers, block, adds: block.FirstClass > 0);
    }

    private LinearBuffers Allocate(DeviceScratch memory, ulong count, ulong state)
    {
        var wide = type.IsDouble ? 8 : 4;
        var isNarrow = type.Size < wide;
        var plan = LinearPlan.Of(sizes, wide, loss.MemoryLimit, mayAdd: !isNarrow || tensors.WeightGradient is null);
        var (logits, features) = ((long)plan.Rows * plan.Classes, (long)sizes.Rows * sizes.Features);
        return new()
        {
            Sizes = sizes, Plan = plan, Type = type, State = state, Count = count, Hidden = memory.Of(features * type.Size),
            Weight = tensors.Weight.Address, Logits = memory.Of(logits * wide),
            Narrow = isNarrow && !products.AreOwn && WantsGradient ? memory.Of(logits * type.Size) : 0,
            Lift = isNarrow && !products.AreOwn && loss.Reduction == Reduction.Mean ? BitOperations.RoundUpToPowerOf2((uint)sizes.Rows) : 1,
            HiddenGradient = tensors.HiddenGradient is null ? 0 : memory.Of(features * wide),
            WeightGradient = tensors.WeightGradient?.Address ?? 0,
        };
    }

    private void Launch(string kernel, long threads, params ReadOnlySpan<PtxArgument> arguments) =>
        device.Launch(LinearKernels.Modules[type.Index], kernel,
            Pieces.Of(threads, LinearKernels.Threads), 0, arguments);
}
