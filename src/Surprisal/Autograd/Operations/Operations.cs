using Surprisal.Kernels;

namespace Surprisal;

/// <summary>What can be done with tensors: one file an operation, forward and backward on one screen.</summary>
/// <remarks>Every operation returns a new tensor and leaves its inputs alone; shapes and gradients are PyTorch's.</remarks>
public static partial class Operations
{
    private static Tensor<T> Map<T, TOp>(this Tensor<T> x, TOp f) where T : unmanaged, INumber<T> where TOp : struct, IUnary<T>
    {
        typeof(T).CheckComputes();
        var y = Tensor.Uninitialized<T>(x.Shape);
        Elementwise.Map(x.Span, y.Span, f);
        return y;
    }
}
