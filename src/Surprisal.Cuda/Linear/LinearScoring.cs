namespace Surprisal.Cuda;

/// <summary>Scores on a device: blocks of rows with all their classes are made, added up, and asked.</summary>
/// <param name="loss">Of its options a soft cap, a temperature and the limit of memory count.</param>
/// <param name="layer">What was checked.</param>
/// <param name="sizes">Its sizes.</param>
/// <param name="products">Who multiplies.</param>
internal sealed class LinearScoring<T>(LinearCrossEntropyLoss loss, LinearLayer<T> layer, LinearSizes sizes, ILinearProducts products)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The class that no row leaves out of its sums.</summary>
    private const uint NoClass = uint.MaxValue;

    private readonly ICudaDevice device = layer.Device;

    /// <summary>Asks for a block's scores, when ln sum exp of its rows are known.</summary>
    public delegate void Ask(LinearTileLaunches tiles, LinearBlock block);

    /// <summary>Starts it all; nothing waits.</summary>
    /// <param name="logSumExp">Where these go as elements, or 0.</param>
    /// <param name="ask">What is asked besides; null for nothing.</param>
    public void Run(ulong logSumExp, Ask? ask)
    {
        if (sizes.Rows == 0) return;
        var type = ElementType.Of<T>();
        using var memory = new DeviceScratch(device);
        var state = memory.Of(EvaluationState.Size);
        device.Launch(TargetKernels.Module, TargetKernels.Begin, 1, 0, state);
        var used = new UsedRows(UsedRowKernels.Fill(device, memory, (uint)sizes.Rows, 1), Rows: 0,
            UsedRowKernels.Fill(device, memory, NoClass, sizes.Rows), Places: 0);
        var wide = type.IsDouble ? 8 : 4;
        var plan = LinearPlan.OfRows(sizes, wide, loss.MemoryLimit);
        var buffers = new LinearBuffers
        {
            Sizes = sizes, Plan = plan, Type = type, State = state, Count = used.Count, Hidden = layer.Hidden.Address,
            Weight = layer.Weight.Address, Logits = memory.Of((long)plan.Rows * plan.Classes * wide),
        };
        var options = new LinearCrossEntropyLoss { SoftCap = loss.SoftCap, Temperature = loss.Temperature };
        var tiles = new LinearTileLaunches(options, layer.Bias?.Address ?? 0, weights: 0, sampleWeights: 0, probabilities: 0, used, buffers,
            memory, device);
        foreach (var block in plan.Blocks(sizes))
        {
            products.Logits(buffers, block);
            tiles.Sum(block, keeps: false);
            tiles.LogSumExp(block, logSumExp);
            ask?.Invoke(tiles, block);
        }
    }
}
