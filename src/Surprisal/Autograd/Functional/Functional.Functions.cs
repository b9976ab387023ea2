namespace Surprisal;

public static partial class Functional
{
    /// <inheritdoc cref="TensorExtensions.Softmax{T}(Tensor{T}, int)"/>
    public static Tensor<T> Softmax<T>(Tensor<T> x, int dim) where T : unmanaged, IFloatingPointIeee754<T> => x.Softmax(dim);

    /// <inheritdoc cref="TensorExtensions.LogSoftmax{T}(Tensor{T}, int)"/>
    public static Tensor<T> LogSoftmax<T>(Tensor<T> x, int dim) where T : unmanaged, IFloatingPointIeee754<T> => x.LogSoftmax(dim);

    /// <inheritdoc cref="TensorExtensions.Softmin{T}(Tensor{T}, int)"/>
    public static Tensor<T> Softmin<T>(Tensor<T> x, int dim) where T : unmanaged, IFloatingPointIeee754<T> => x.Softmin(dim);

    /// <inheritdoc cref="TensorExtensions.LogSumExp{T}(Tensor{T}, int, bool)"/>
    public static Tensor<T> LogSumExp<T>(Tensor<T> x, int dim, bool keepDim = false) where T : unmanaged, IFloatingPointIeee754<T> =>
        x.LogSumExp(dim, keepDim);

    /// <inheritdoc cref="TensorExtensions.Sigmoid{T}(Tensor{T})"/>
    public static Tensor<T> Sigmoid<T>(Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> => x.Sigmoid();

    /// <inheritdoc cref="TensorExtensions.LogSigmoid{T}(Tensor{T})"/>
    public static Tensor<T> LogSigmoid<T>(Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> => x.LogSigmoid();

    /// <inheritdoc cref="TensorExtensions.Softplus{T}(Tensor{T}, double, double)"/>
    public static Tensor<T> Softplus<T>(Tensor<T> x, double beta = 1, double threshold = 20)
        where T : unmanaged, IFloatingPointIeee754<T> => x.Softplus(beta, threshold);

    /// <inheritdoc cref="TensorExtensions.OneHot{T}(Tensor{T}, int)"/>
    public static Tensor<long> OneHot<T>(Tensor<T> indices, int numClasses = -1) where T : unmanaged, IBinaryInteger<T> =>
        indices.OneHot(numClasses);
}
