namespace Surprisal.Kernels;

/// <summary>
/// The body of <see cref="Partition.For{TBody}(int, long, ref TBody)"/>: work cut into independent blocks. A ref struct may implement it
/// and hold the caller's spans.
/// </summary>
internal interface IParallelBody
{
    /// <summary>Does one block; no two blocks write to the same place.</summary>
    void Run(int block);
}
