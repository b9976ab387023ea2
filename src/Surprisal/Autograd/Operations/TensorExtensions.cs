using Surprisal.Kernels;

namespace Surprisal;

/// <summary>What can be done with tensors: one file an operation, forward and backward on one screen.</summary>
/// <remarks>Every operation returns a new tensor and leaves its inputs alone; shapes and gradients are PyTorch's.</remarks>
public static partial class TensorExtensions
{
    /// <summary>f(x); of 16-bit numbers the same function in float, rounded once.</summary>
    private static Tensor<T> Map<T, TOp, TFloat>(this Tensor<T> x, TOp f, TFloat inFloat)
        where T : unmanaged, INumber<T>
        where TOp : struct, IUnary<T>
        where TFloat : struct, IUnary<float>
    {
        var y = Tensor.Uninitialized<T>(x.Shape);
        if (typeof(T).Is16Bit) SixteenBitMap.Map(x.Span, y.Span, inFloat);
        else Elementwise.Map(x.Span, y.Span, f);
        return y;
    }

    /// <summary>f(x) computed on x converted to float, each result rounded once to 16 bits; off the tape.</summary>
    private static Tensor<T> ComputeInFloat<T>(this Tensor<T> x, Func<Tensor<float>, Tensor<float>> f) where T : unmanaged, INumber<T> =>
        f(x.Detach().To<float>()).To<T>();
}
