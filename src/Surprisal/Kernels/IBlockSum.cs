namespace Surprisal.Kernels;

/// <summary>Work cut into independent blocks that each return a part of a sum.</summary>
internal interface IBlockSum
{
    /// <summary>Does one block; writes only where its number says.</summary>
    double Run(int block);
}
