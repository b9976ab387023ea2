namespace Surprisal;

/// <content>A tensor where a loss takes weights: <c>new CrossEntropyLoss { Weight = tensor }</c>. The values are copied, off the
/// tape.</content>
public sealed partial class Tensor<T>
{
    /// <summary>One weight a class; of any shape, in row-major order.</summary>
    public static implicit operator ClassWeights(Tensor<T> tensor) => ClassWeights.Create(tensor.ToDoubles());

    /// <summary>Weights in the tensor's shape.</summary>
    public static implicit operator ElementWeights(Tensor<T> tensor) => ElementWeights.Create(tensor.ToDoubles(), tensor.Shape);

    private double[] ToDoubles() => Array.ConvertAll(ToArray(), double.CreateTruncating);
}
