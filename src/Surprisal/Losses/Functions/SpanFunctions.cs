using System.Numerics.Tensors;

namespace Surprisal;

/// <summary>
/// Softmax and its relatives on anybody's memory, along any dimension; the same kernels and bits as the operations on the tape, and nothing
/// is allocated.
/// </summary>
/// <remarks>
/// Elements are float, double, Half or BFloat16, in memory of any strides: what is not dense goes through a copy. A destination may be the
/// very memory of an input of its shape, but not overlap it partly. Everything is checked before anything is written. NaN and infinity are
/// data.
/// </remarks>
public static partial class SpanFunctions
{
    /// <summary>
    /// exp(x) / sum exp(x) along a dimension: positive, adding up to 1. A row with NaN, +infinity or only -infinity is NaN.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <param name="dim">The dimension to add up over; negatives count from the back.</param>
    /// <param name="destination">Receives the probabilities; the shape of x.</param>
    /// <exception cref="ArgumentException">Another shape, or memory that overlaps partly.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <exception cref="NotSupportedException">An element other than float, double, Half and BFloat16; the last two are computed in float
    /// and rounded once.</exception>
    /// <example><code>
    /// float[] x = [1, 2, 3, 0, 0, 0];
    /// SpanFunctions.Softmax&lt;float>(new(x, [2, 3]), dim: 1, new(x, [2, 3]));   // in place
    /// Console.WriteLine(string.Join(" ", x.Select(p => $"{p:F4}")));          // 0.0900 0.2447 0.6652 0.3333 0.3333 0.3333
    /// </code></example>
    public static void Softmax<T>(in ReadOnlyTensorSpan<T> x, int dim, in TensorSpan<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        SoftmaxAlong(x, dim, destination, log: false);

    /// <summary>x - log sum exp(x) along a dimension, in nats; accurate for any offset, on any dimension.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="dim">The dimension to add up over; negatives count from the back.</param>
    /// <param name="destination">Receives the logarithms of the probabilities; the shape of x.</param>
    /// <inheritdoc cref="Softmax{T}(in ReadOnlyTensorSpan{T}, int, in TensorSpan{T})" path="/exception"/>
    public static void LogSoftmax<T>(in ReadOnlyTensorSpan<T> x, int dim, in TensorSpan<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        SoftmaxAlong(x, dim, destination, log: true);

    /// <summary>The softmax of -x along a dimension.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="dim">The dimension to add up over; negatives count from the back.</param>
    /// <param name="destination">Receives the probabilities; the shape of x.</param>
    /// <inheritdoc cref="Softmax{T}(in ReadOnlyTensorSpan{T}, int, in TensorSpan{T})" path="/exception"/>
    public static void Softmin<T>(in ReadOnlyTensorSpan<T> x, int dim, in TensorSpan<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Split<T>(x.Lengths, dim, nameof(x)); // refuses a dimension before anything is written
        Map(x, destination, default(Kernels.Formulas<T>.Negate), default(Kernels.Formulas<float>.Negate));
        SoftmaxAlong(destination.AsReadOnlyTensorSpan(), dim, destination, log: false);
    }

    /// <summary>log sum exp(x) along a dimension, in nats, as max + log1p(the others' sum).</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="dim">The dimension to add up over; negatives count from the back.</param>
    /// <param name="destination">
    /// Receives the sums; the shape of x without the dimension, or with the dimension at size 1. -infinity for a row of -infinity only and
    /// for an empty one, +infinity for a row with +infinity, NaN for one with NaN.
    /// </param>
    /// <inheritdoc cref="Softmax{T}(in ReadOnlyTensorSpan{T}, int, in TensorSpan{T})" path="/exception"/>
    public static void LogSumExp<T>(in ReadOnlyTensorSpan<T> x, int dim, in TensorSpan<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (along, inner) = Split<T>(x.Lengths, dim, nameof(x));
        CheckReduced(destination.AsReadOnlyTensorSpan().Lengths, x.Lengths, dim, nameof(destination));
        using var from = new Gathered<T>(x, nameof(x));
        using var to = new Scattered<T>(destination, nameof(destination));
        Overlap.CheckPart(to.Span, nameof(destination), from.Span, nameof(x));
        Kernels.LogSumExp.AlongAxis(from.Span, along, inner, to.Span);
        to.Store();
    }

    private static void SoftmaxAlong<T>(in ReadOnlyTensorSpan<T> x, int dim, in TensorSpan<T> destination, bool log)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (along, inner) = Split<T>(x.Lengths, dim, nameof(x));
        CheckShape(destination.AsReadOnlyTensorSpan().Lengths, x.Lengths, nameof(destination), nameof(x));
        using var from = new Gathered<T>(x, nameof(x));
        using var to = new Scattered<T>(destination, nameof(destination));
        Overlap.CheckPart(to.Span, nameof(destination), from.Span, nameof(x));
        Kernels.Softmax.AlongAxis(from.Span, along, inner, to.Span, log);
        to.Store();
    }
}
