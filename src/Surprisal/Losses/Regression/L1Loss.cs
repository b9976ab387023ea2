namespace Surprisal;

/// <summary>Mean absolute error: |x - y| for each element.</summary>
/// <remarks>
/// <para>
/// Inputs x of any shape; targets y have the same shape: nothing is repeated, for (N, 1) against (N) would be N^2 differences. The mean
/// divides by the number of elements. Gradients: the sign of x - y with respect to the inputs, 0 where they are equal or the difference is
/// NaN, and its negative with respect to the targets.
/// </para>
/// <para>
/// Values follow PyTorch's <c>nn.L1Loss</c>; those of floats are float64's, rounded once. Formula: Laplace 1774; Hastie, Tibshirani,
/// Friedman, The Elements of Statistical Learning, 10.6.
/// </para>
/// </remarks>
public sealed record L1Loss : DenseLoss
{
    internal override string NodeName(int rank) => NodeName(Reduction);

    /// <summary>PyTorch composes this loss of the absolute value and the reduction.</summary>
    internal static string NodeName(Reduction reduction) => reduction switch
    {
        Reduction.None => "AbsBackward0",
        Reduction.Sum => "SumBackward0",
        _ => "MeanBackward0",
    };

    private protected override void CheckShapes(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names) =>
        TensorLengths.CheckUnrepeated(inputs, targets, names.Target);

    private protected override double ComputeSum<T>(in DenseTask<T> task, double scale) =>
        Differences(task, default(Kernels.L1), scale);
}
