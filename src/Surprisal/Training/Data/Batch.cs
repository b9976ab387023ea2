namespace Surprisal.Training;

/// <summary>Some samples of a dataset.</summary>
/// <param name="Inputs">[N, ..sample shape].</param>
/// <param name="Targets">[N]: the class of each sample.</param>
public sealed record Batch(Tensor<float> Inputs, Tensor<long> Targets)
{
    /// <summary>The index of each sample in the dataset; empty where nobody knows it.</summary>
    public IReadOnlyList<int> Samples { get; init; } = [];
}
