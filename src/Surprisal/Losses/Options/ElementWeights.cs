using System.Collections;
using System.Runtime.CompilerServices;

namespace Surprisal;

/// <summary>
/// Weights in a shape that broadcasts to the logits, immutable and compared by value: <c>PosWeight = [3]</c>, or
/// <c>Create(values, [4, 1])</c>.
/// </summary>
[CollectionBuilder(typeof(ElementWeights), nameof(Create))]
public sealed class ElementWeights : IReadOnlyList<double>, IEquatable<ElementWeights>
{
    private readonly double[] doubles;
    private readonly float[] floats;

    private ElementWeights(ReadOnlySpan<double> values, TensorShape shape)
    {
        doubles = values.ToArray();
        floats = Array.ConvertAll(doubles, static value => (float)value);
        (Shape, Lengths) = (shape, shape.ToLengths());
    }

    /// <summary>A copy of <paramref name="values"/> as one dimension: one weight for each element of the logits' last.</summary>
    /// <param name="values">As many as the last dimension has, or a single one for all elements; rounded to float for logits that are not
    /// double.</param>
    public static ElementWeights Create(ReadOnlySpan<double> values) => new(values, [values.Length]);

    /// <summary>
    /// A copy of <paramref name="values"/>, row-major, in a shape that broadcasts to the logits: sizes equal or 1, aligned at the back.
    /// </summary>
    /// <param name="values">As many as the shape has elements; rounded to float for logits that are not double.</param>
    /// <param name="shape">The size of each dimension; [] for a single weight.</param>
    /// <exception cref="ArgumentException">Not as many values as the shape has elements.</exception>
    public static ElementWeights Create(ReadOnlySpan<double> values, TensorShape shape) => shape.ElementCount == values.Length
        ? new(values, shape)
        : throw new ArgumentException($"values has {values.Length} elements, but the shape {shape} has {shape.ElementCount}.",
            nameof(values));

    /// <summary>A copy of <paramref name="values"/> as one dimension.</summary>
    public static implicit operator ElementWeights(double[] values) => Create(values);

    /// <summary>A copy of <paramref name="values"/> as one dimension.</summary>
    public static implicit operator ElementWeights(ReadOnlySpan<double> values) => Create(values);

    /// <summary>A copy of <paramref name="values"/> as one dimension.</summary>
    public static implicit operator ElementWeights(float[] values) => (ReadOnlySpan<float>)values;

    /// <summary>A copy of <paramref name="values"/> as one dimension.</summary>
    public static implicit operator ElementWeights(ReadOnlySpan<float> values) => Create(WeightValues.Widen(values));

    /// <summary>The number of weights.</summary>
    public int Count => doubles.Length;

    /// <summary>The weight at <paramref name="index"/>, in row-major order.</summary>
    /// <param name="index">0 .. <see cref="Count"/> - 1; <c>[^1]</c> is the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such weight.</exception>
    public double this[int index] => WeightValues.At(doubles, index);

    /// <summary>The size of each dimension.</summary>
    public TensorShape Shape { get; }

    /// <summary>The shape, as tensor spans have it.</summary>
    internal nint[] Lengths { get; }

    /// <summary>The weights, rounded to the element type that the kernels compute in.</summary>
    internal ReadOnlySpan<T> As<T>() where T : unmanaged => typeof(T) == typeof(double) ? (T[])(object)doubles : (T[])(object)floats;

    /// <inheritdoc/>
    public bool Equals(ElementWeights? other) =>
        other is not null && Shape == other.Shape && doubles.AsSpan().SequenceEqual(other.doubles);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ElementWeights);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Shape);
        foreach (var value in doubles) hash.Add(value);
        return hash.ToHashCode();
    }

    /// <summary>Lists the weights, with the shape unless it is one dimension: [1, 2] or [1, 2] of shape [2, 1].</summary>
    public override string ToString() =>
        $"{WeightValues.List(doubles)}{(Shape.Rank == 1 ? "" : $" of shape {Shape}")}";

    /// <inheritdoc/>
    public IEnumerator<double> GetEnumerator() => ((IEnumerable<double>)doubles).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
