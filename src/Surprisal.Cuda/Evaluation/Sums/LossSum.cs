namespace Surprisal.Cuda;

/// <summary>The sum of the positions' losses, by the library's blocks: two launches.</summary>
internal static class LossSum
{
    public static void Start(ICudaDevice device, DeviceScratch memory, LossBlocks blocks, ulong losses, ulong state)
    {
        var terms = memory.Of(8L * blocks.Count);
        var grid = Pieces.Of(blocks.Count, SumKernels.BlocksOfABlock);
        device.Launch(SumKernels.Module, SumKernels.Blocks, grid, 0, losses, terms, (uint)blocks.Count, (uint)blocks.PerSample,
            (uint)blocks.Length, (uint)blocks.Size, (uint)blocks.Group, state);
        Total(device, memory, terms, blocks.Count, state);
    }

    /// <summary>The sum of the blocks' terms, into the state.</summary>
    public static void Total(ICudaDevice device, DeviceScratch memory, ulong terms, int count, ulong state)
    {
        var folded = memory.Of(8L * (count + SumKernels.Fold - 1) / SumKernels.Fold + 8);
        device.Launch(SumKernels.Module, SumKernels.Total, 1, 0, terms, folded, (uint)count, state);
    }
}
