namespace Surprisal.Training;

/// <summary>Some samples of a dataset.</summary>
/// <param name="Inputs">[N, ..sample shape].</param>
/// <param name="Targets">[N]: the class of each sample.</param>
public sealed record Batch(Tensor<float> Inputs, Tensor<long> Targets);
