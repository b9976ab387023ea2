namespace Surprisal.Kernels;

/// <summary>Work cut into independent blocks; a ref struct may implement it, so that blocks see the caller's spans.</summary>
internal interface IParallelBody
{
    /// <summary>Does one block; writes only where its number says.</summary>
    void Run(int block);
}
