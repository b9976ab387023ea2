using System.Numerics.Tensors;
using Surprisal.Kernels;

namespace Surprisal;

public static partial class SpanFunctions
{
    /// <summary>1 / (1 + exp(-x)) of each element.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="destination">Receives the results; the shape of x, and may be its memory.</param>
    /// <exception cref="ArgumentException">Another shape, or memory that overlaps partly.</exception>
    /// <exception cref="NotSupportedException">An element other than float, double, Half and BFloat16; the last two are computed in float
    /// and rounded once.</exception>
    public static void Sigmoid<T>(in ReadOnlyTensorSpan<T> x, in TensorSpan<T> destination) where T : unmanaged, IFloatingPointIeee754<T> =>
        Map(x, destination, default(Formulas<T>.Sigmoid), default(Formulas<float>.Sigmoid));

    /// <summary>The gradient of <see cref="Sigmoid{T}"/>: g (1 - y) y.</summary>
    /// <param name="output">y, what Sigmoid wrote.</param>
    /// <param name="upstream">g, the derivative of the final value with respect to y; its shape.</param>
    /// <param name="destination">Receives the derivative with respect to x; the shape of y, and may be the memory of y or of g.</param>
    /// <inheritdoc cref="Sigmoid{T}(in ReadOnlyTensorSpan{T}, in TensorSpan{T})" path="/exception"/>
    public static void SigmoidGradient<T>(in ReadOnlyTensorSpan<T> output, in ReadOnlyTensorSpan<T> upstream, in TensorSpan<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Map(output, nameof(output), upstream, destination, default(Formulas<T>.SigmoidGradient), default(Formulas<float>.SigmoidGradient));

    /// <summary>log(1 / (1 + exp(-x))) of each element, in nats, as min(x, 0) - log1p(exp(-|x|)).</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="destination">Receives the results; the shape of x, and may be its memory.</param>
    /// <inheritdoc cref="Sigmoid{T}(in ReadOnlyTensorSpan{T}, in TensorSpan{T})" path="/exception"/>
    public static void LogSigmoid<T>(in ReadOnlyTensorSpan<T> x, in TensorSpan<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Map(x, destination, default(Formulas<T>.LogSigmoid), default(Formulas<float>.LogSigmoid));

    /// <summary>The gradient of <see cref="LogSigmoid{T}"/>: g sigmoid(-x).</summary>
    /// <param name="x">What LogSigmoid read.</param>
    /// <param name="upstream">g, the derivative of the final value with respect to the result; the shape of x.</param>
    /// <param name="destination">Receives the derivative with respect to x; its shape, and may be the memory of x or of g.</param>
    /// <inheritdoc cref="Sigmoid{T}(in ReadOnlyTensorSpan{T}, in TensorSpan{T})" path="/exception"/>
    public static void LogSigmoidGradient<T>(in ReadOnlyTensorSpan<T> x, in ReadOnlyTensorSpan<T> upstream, in TensorSpan<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Map(x, nameof(x), upstream, destination, default(Formulas<T>.LogSigmoidGradient), default(Formulas<float>.LogSigmoidGradient));

    /// <summary>log(1 + exp(beta x)) / beta of each element; x itself where beta x is above the threshold.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="destination">Receives the results; the shape of x, and may be its memory.</param>
    /// <param name="beta">How sharp the bend at 0 is. Default 1.</param>
    /// <param name="threshold">Where the identity begins, compared with beta x. Default 20.</param>
    /// <inheritdoc cref="Sigmoid{T}(in ReadOnlyTensorSpan{T}, in TensorSpan{T})" path="/exception"/>
    public static void Softplus<T>(in ReadOnlyTensorSpan<T> x, in TensorSpan<T> destination, double beta = 1, double threshold = 20)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Map(x, destination, new Formulas<T>.Softplus(beta, threshold), new Formulas<float>.Softplus(beta, threshold));

    /// <summary>The gradient of <see cref="Softplus{T}"/>: g sigmoid(beta x); g itself where beta x is above the threshold.</summary>
    /// <param name="x">What Softplus read.</param>
    /// <param name="upstream">g, the derivative of the final value with respect to the result; the shape of x.</param>
    /// <param name="destination">Receives the derivative with respect to x; its shape, and may be the memory of x or of g.</param>
    /// <param name="beta">That of Softplus. Default 1.</param>
    /// <param name="threshold">That of Softplus. Default 20.</param>
    /// <inheritdoc cref="Sigmoid{T}(in ReadOnlyTensorSpan{T}, in TensorSpan{T})" path="/exception"/>
    public static void SoftplusGradient<T>(
        in ReadOnlyTensorSpan<T> x,
        in ReadOnlyTensorSpan<T> upstream,
        in TensorSpan<T> destination,
        double beta = 1,
        double threshold = 20)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Map(x, nameof(x), upstream, destination, new Formulas<T>.SoftplusGradient(beta, threshold),
            new Formulas<float>.SoftplusGradient(beta, threshold));

    /// <summary>1 at each class index and 0 elsewhere, in any type of number.</summary>
    /// <param name="indices">Class indices, each 0 .. C - 1; any shape.</param>
    /// <param name="destination">Receives the rows; the shape of the indices and behind it the number of classes C, of a single index also
    /// (C). Memory of its own.</param>
    /// <exception cref="ArgumentException">Another shape, or memory that overlaps the indices.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index that is no class; the message gives its position.</exception>
    public static void OneHot<TIndex, T>(in ReadOnlyTensorSpan<TIndex> indices, in TensorSpan<T> destination)
        where TIndex : unmanaged, IBinaryInteger<TIndex>
        where T : unmanaged, INumberBase<T>
    {
        var shape = destination.AsReadOnlyTensorSpan().Lengths;
        var isSingle = shape.Length == 1 && indices.Lengths is [1]; // a single index has shape [1], its row one dimension
        if (shape.Length == 0 || !(isSingle || shape[..^1].SequenceEqual(indices.Lengths)))
            throw new ArgumentException($"destination has shape {Shape.Format(shape)}, but indices have {Shape.Format(indices.Lengths)}; " +
                "it needs those and one more, the number of classes.", nameof(destination));
        using var from = new Gathered<TIndex>(indices, nameof(indices));
        using var to = new Scattered<T>(destination, nameof(destination));
        Overlap.CheckInput(to.Span, nameof(destination), from.Span, nameof(indices));
        var classes = shape[^1];
        if (Kernels.OneHot.FirstOutside(from.Span, classes) is >= 0 and var i)
            throw new ArgumentOutOfRangeException(nameof(indices),
                $"Class values must be {(TIndex.IsNegative(from.Span[i]) ? "non-negative" : "smaller than num_classes")}: the index at " +
                $"flat position {i} is {from.Span[i]}; {(classes > 0 ? $"classes are 0..{classes - 1}" : "there are no classes")}.");
        Kernels.OneHot.Rows(from.Span, (int)classes, to.Span);
        to.Store();
    }
}
