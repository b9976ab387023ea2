namespace Surprisal.Kernels;

/// <summary>Work cut into independent blocks that each return a part of a sum.</summary>
internal interface IParallelSum
{
    /// <summary>Does one block; writes only where its number says.</summary>
    double Run(int block);
}
