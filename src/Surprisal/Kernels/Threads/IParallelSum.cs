namespace Surprisal.Kernels;

/// <summary>
/// The body of <see cref="Partition.Sum{TBody}(int, long, ref TBody)"/>: work cut into independent blocks, each of which returns a term of
/// the sum.
/// </summary>
internal interface IParallelSum
{
    /// <summary>Does one block; no two blocks write to the same place.</summary>
    double Run(int block);
}
