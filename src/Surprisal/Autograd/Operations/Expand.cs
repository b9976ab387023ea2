using Surprisal.Kernels;

namespace Surprisal;

public static partial class Operations
{
    /// <summary>The numbers repeated to a larger shape: aligned at the back, sizes of 1 repeated. The gradient sums over what was repeated.</summary>
    /// <exception cref="ArgumentException">The shape does not broadcast to the larger one.</exception>
    public static Tensor<T> Expand<T>(this Tensor<T> x, params ReadOnlySpan<int> shape) where T : unmanaged, INumber<T>
    {
        if (x.Shape.SequenceEqual(shape)) return x;
        if (!Shape.Broadcast(x.Shape, shape).AsSpan().SequenceEqual(shape))
            throw new ArgumentException($"x has shape {Shape.Text(x.Shape)}, which does not expand to {Shape.Text(shape)}: only sizes of 1 are repeated.", nameof(x));
        return Broadcasting.Map(x, Tensor.Uninitialized<T>(shape), default(Formulas<T>.First)).Record("ExpandBackward0", [], x.Receives(g => g.SumTo(x.Shape)));
    }
}
