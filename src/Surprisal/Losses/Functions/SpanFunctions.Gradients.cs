using System.Numerics.Tensors;

namespace Surprisal;

public static partial class SpanFunctions
{
    /// <summary>The gradient of <see cref="Softmax{T}"/>: y (g - sum g y) along the dimension.</summary>
    /// <param name="output">y, what Softmax wrote.</param>
    /// <param name="upstream">g, the derivative of the final value with respect to y; its shape.</param>
    /// <param name="dim">The dimension of Softmax.</param>
    /// <param name="destination">Receives the derivative with respect to x; the shape of y, and may be the memory of y or of g.</param>
    /// <inheritdoc cref="Softmax{T}(in ReadOnlyTensorSpan{T}, int, in TensorSpan{T})" path="/exception"/>
    public static void SoftmaxGradient<T>(
        in ReadOnlyTensorSpan<T> output,
        in ReadOnlyTensorSpan<T> upstream,
        int dim,
        in TensorSpan<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        GradientAlong(output, upstream, dim, destination, log: false);

    /// <summary>The gradient of <see cref="LogSoftmax{T}"/>: g - exp(y) sum g along the dimension.</summary>
    /// <param name="output">y, what LogSoftmax wrote.</param>
    /// <param name="upstream">g, the derivative of the final value with respect to y; its shape.</param>
    /// <param name="dim">The dimension of LogSoftmax.</param>
    /// <param name="destination">Receives the derivative with respect to x; the shape of y, and may be the memory of y or of g.</param>
    /// <inheritdoc cref="Softmax{T}(in ReadOnlyTensorSpan{T}, int, in TensorSpan{T})" path="/exception"/>
    public static void LogSoftmaxGradient<T>(
        in ReadOnlyTensorSpan<T> output,
        in ReadOnlyTensorSpan<T> upstream,
        int dim,
        in TensorSpan<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        GradientAlong(output, upstream, dim, destination, log: true);

    /// <summary>The gradient of <see cref="Softmin{T}"/>: that of softmax with the other sign.</summary>
    /// <param name="output">y, what Softmin wrote.</param>
    /// <param name="upstream">g, the derivative of the final value with respect to y; its shape.</param>
    /// <param name="dim">The dimension of Softmin.</param>
    /// <param name="destination">Receives the derivative with respect to x; the shape of y, and may be the memory of y or of g.</param>
    /// <inheritdoc cref="Softmax{T}(in ReadOnlyTensorSpan{T}, int, in TensorSpan{T})" path="/exception"/>
    public static void SoftminGradient<T>(
        in ReadOnlyTensorSpan<T> output,
        in ReadOnlyTensorSpan<T> upstream,
        int dim,
        in TensorSpan<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        GradientAlong(output, upstream, dim, destination, log: false);
        Map(destination.AsReadOnlyTensorSpan(), destination, default(Kernels.Formulas<T>.Negate), default(Kernels.Formulas<float>.Negate));
    }

    /// <summary>
    /// The gradient of <see cref="LogSumExp{T}"/>: g softmax(x), which adds up to g. NaN for a row of -infinity only and at +infinity, as
    /// in PyTorch.
    /// </summary>
    /// <param name="x">What LogSumExp read.</param>
    /// <param name="output">What LogSumExp wrote; only its shape is looked at: the shape of x without the dimension, or with the dimension
    /// at size 1.</param>
    /// <param name="upstream">g, the derivative of the final value with respect to y; the same shape.</param>
    /// <param name="dim">The dimension of LogSumExp.</param>
    /// <param name="destination">Receives the derivative with respect to x; the shape of x, and may be its memory.</param>
    /// <inheritdoc cref="Softmax{T}(in ReadOnlyTensorSpan{T}, int, in TensorSpan{T})" path="/exception"/>
    public static void LogSumExpGradient<T>(
        in ReadOnlyTensorSpan<T> x,
        in ReadOnlyTensorSpan<T> output,
        in ReadOnlyTensorSpan<T> upstream,
        int dim,
        in TensorSpan<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (along, inner) = Split<T>(x.Lengths, dim, nameof(x));
        CheckReduced(output.Lengths, x.Lengths, dim, nameof(output));
        CheckShape(upstream.Lengths, output.Lengths, nameof(upstream), nameof(output));
        CheckShape(destination.AsReadOnlyTensorSpan().Lengths, x.Lengths, nameof(destination), nameof(x));
        using var from = new Gathered<T>(x, nameof(x));
        using var y = new Gathered<T>(output, nameof(output));
        using var g = new Gathered<T>(upstream, nameof(upstream));
        using var to = new Scattered<T>(destination, nameof(destination));
        Overlap.CheckPart(to.Span, nameof(destination), from.Span, nameof(x));
        Overlap.CheckPart(to.Span, nameof(destination), y.Span, nameof(output));
        Overlap.CheckPart(to.Span, nameof(destination), g.Span, nameof(upstream));
        Kernels.Softmax.LogSumExpGradient<T>(from.Span, g.Span, along, inner, to.Span);
        to.Store();
    }

    private static void GradientAlong<T>(
        in ReadOnlyTensorSpan<T> output,
        in ReadOnlyTensorSpan<T> upstream,
        int dim,
        in TensorSpan<T> destination,
        bool log)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (along, inner) = Split<T>(output.Lengths, dim, nameof(output));
        CheckShape(upstream.Lengths, output.Lengths, nameof(upstream), nameof(output));
        CheckShape(destination.AsReadOnlyTensorSpan().Lengths, output.Lengths, nameof(destination), nameof(output));
        using var y = new Gathered<T>(output, nameof(output));
        using var g = new Gathered<T>(upstream, nameof(upstream));
        using var to = new Scattered<T>(destination, nameof(destination));
        Overlap.CheckPart(to.Span, nameof(destination), y.Span, nameof(output));
        Overlap.CheckPart(to.Span, nameof(destination), g.Span, nameof(upstream));
        Kernels.SoftmaxGradient.AlongAxis(y.Span, g.Span, along, inner, to.Span, log);
        to.Store();
    }
}
