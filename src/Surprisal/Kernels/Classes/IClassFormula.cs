namespace Surprisal.Kernels;

/// <summary>A loss over class indices as far as it is a formula of the rows' sums.</summary>
internal interface IClassFormula
{
    /// <summary>Turns the sums of eight rows from <paramref name="row"/> on into losses, factors and gradients at the target.</summary>
    void Finish<T>(in ClassSums sums, int row, int classes, in ClassTerms<T> terms) where T : unmanaged, INumberBase<T>;
}
