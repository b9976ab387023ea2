using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>
    /// The numbers repeated to a larger shape: aligned at the back, sizes of 1 repeated. The gradient sums over what was repeated.
    /// </summary>
    /// <param name="x">The numbers.</param>
    /// <param name="shape">What to repeat them to; -1 keeps a size that x has.</param>
    /// <exception cref="ArgumentException">The shape does not broadcast to the larger one.</exception>
    public static Tensor<T> Expand<T>(this Tensor<T> x, params ReadOnlySpan<int> shape) where T : unmanaged, INumber<T>
    {
        var sizes = shape.ToArray();
        for (var back = 1; back <= Math.Min(sizes.Length, x.Rank); back++)
            if (sizes[^back] == -1) sizes[^back] = x.Shape[^back];
        if (x.Shape.AsSpan().SequenceEqual(sizes)) return x;
        var repeats = x.Rank <= sizes.Length && !sizes.AsSpan().ContainsAnyInRange(int.MinValue, -1);
        for (var back = 1; repeats && back <= x.Rank; back++) repeats = x.Shape[^back] == 1 || x.Shape[^back] == sizes[^back];
        if (!repeats)
            throw new ArgumentException($"shape is {Shape.Format(shape)}, to which x of shape {x.Shape} does not expand: " +
                "only sizes of 1 are repeated, and -1 keeps a size that x has.", nameof(shape));
        return Broadcasting.Map(x, Tensor.Uninitialized<T>(sizes), default(Formulas<T>.First), default(Formulas<float>.First))
            .Record("ExpandBackward0", [], x.MakeEdge(g => g.SumTo(x.Shape)));
    }
}
