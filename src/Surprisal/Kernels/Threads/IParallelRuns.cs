namespace Surprisal.Kernels;

/// <summary>
/// The body of <see cref="Partition.SumOfRuns{TBody}(int, long, ref TBody)"/>: work cut into independent blocks, of which neighbouring ones
/// are done together.
/// </summary>
internal interface IParallelRuns
{
    /// <summary>
    /// Does the blocks from <paramref name="first"/> on, one for each of the terms, and writes what each adds to the sum; no two blocks
    /// write to the same place, and a block's term does not depend on those beside it.
    /// </summary>
    void Run(int first, Span<double> terms);
}
