namespace Surprisal.Kernels;

/// <summary>A loss over class indices, as far as it is a formula of the rows' statistics.</summary>
internal interface IClassIndexFormula
{
    /// <summary>
    /// From the statistics of eight rows from <paramref name="row"/> on to their losses and what their gradients are made of.
    /// </summary>
    void Epilogue<T>(in RowStatistics statistics, int row, int classes, in ClassParameters<T> parameters)
        where T : unmanaged, INumberBase<T>;
}
