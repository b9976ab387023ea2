namespace Surprisal.Cuda;

/// <summary>The sum of the positions' losses, by the library's blocks: two launches.</summary>
internal static class LossSum
{
    public static void Start(ICudaDevice device, DeviceScratch memory, LossBlocks blocks, ulong losses, ulong state)
    {
        var (terms, folded) = (memory.Of(8L * blocks.Count), memory.Of(8L * (blocks.Count + SumKernels.Fold - 1) / SumKernels.Fold + 8));
        var grid = (int)(((long)blocks.Count + SumKernels.BlocksOfABlock - 1) / SumKernels.BlocksOfABlock);
        device.Launch(SumKernels.Module, SumKernels.Blocks, grid, 0, losses, terms, (uint)blocks.Count, (uint)blocks.PerSample,
            (uint)blocks.Length, (uint)blocks.Size, (uint)blocks.Group, state);
        device.Launch(SumKernels.Module, SumKernels.Total, 1, 0, terms, folded, (uint)blocks.Count, state);
    }
}
