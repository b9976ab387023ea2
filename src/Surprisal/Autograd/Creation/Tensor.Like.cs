namespace Surprisal;

public abstract partial class Tensor
{
    /// <summary>All zeros, in the shape and of the element type of another tensor.</summary>
    /// <param name="input">Whose shape and element type to take; not whether it wants a gradient.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it. Default false.</param>
    public static Tensor<T> ZerosLike<T>(Tensor<T> input, bool requiresGrad = false) where T : unmanaged, INumber<T> =>
        Zeros<T>(input.Shape, requiresGrad);

    /// <summary>All ones, in the shape and of the element type of another tensor.</summary>
    /// <param name="input">Whose shape and element type to take; not whether it wants a gradient.</param>
    /// <param name="requiresGrad">Whether to compute a gradient for it. Default false.</param>
    public static Tensor<T> OnesLike<T>(Tensor<T> input, bool requiresGrad = false) where T : unmanaged, INumber<T> =>
        Ones<T>(input.Shape, requiresGrad);
}
