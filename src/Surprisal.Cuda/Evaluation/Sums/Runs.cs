namespace Surprisal.Cuda;

/// <summary>Numbers in memory that are added up in blocks, and in these in runs from multiples of a length on.</summary>
/// <param name="Elements">How many.</param>
/// <param name="Block">Of a block; the last has fewer.</param>
/// <param name="Length">Of a run; longer than all where blocks are not cut.</param>
internal readonly record struct Runs(int Elements, int Block, int Length)
{
    public int Blocks => Pieces.Of(Elements, Block);

    /// <summary>Whether a block may have several runs.</summary>
    public bool AreCut => Length < Elements;

    /// <summary>The length as kernels get it.</summary>
    private int Size => AreCut ? Length : Block;

    /// <summary>The most runs of a block.</summary>
    private int PerBlock => Size % Block == 0 ? 1 : Block / Size + 2;

    /// <summary>Blocks that are not cut.</summary>
    public static Runs OfBlocks(int elements, int size) => new(elements, size, int.MaxValue);

    /// <summary>The sum of each run, in double; numbers that are not 0 may be counted in the state.</summary>
    public ulong Sums(ICudaDevice device, DeviceScratch memory, ElementType type, ulong from, ulong state, bool isCounted)
    {
        var count = Blocks * PerBlock;
        var to = memory.Of(8L * count);
        device.Launch(RunKernels.Module, RunKernels.Module.Entries[type.Index], Pieces.Of(count, RunKernels.Threads / type.Lanes), 0, from,
            to, (uint)count, (uint)Elements, (uint)Block, (uint)Size, (uint)PerBlock, isCounted ? 1U : 0U, state);
        return to;
    }

    /// <summary>The sum of each block, from those of its runs.</summary>
    public ulong SumsOfBlocks(ICudaDevice device, DeviceScratch memory, ulong from, ulong state)
    {
        var to = memory.Of(8L * Blocks);
        device.Launch(RunKernels.Module, RunKernels.Blocks, Pieces.Of(Blocks, RunKernels.Threads), 0, from, to, (uint)Blocks,
            (uint)Elements, (uint)Block, (uint)Size, (uint)PerBlock, state);
        return to;
    }
}
