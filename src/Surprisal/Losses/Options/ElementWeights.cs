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
    private readonly nint[] lengths;

    private ElementWeights(ReadOnlySpan<double> values, nint[] lengths)
    {
        doubles = values.ToArray();
        floats = Array.ConvertAll(doubles, static value => (float)value);
        this.lengths = lengths;
    }

    /// <summary>A copy of <paramref name="values"/> as one dimension: one weight for each element of the logits' last.</summary>
    public static ElementWeights Create(ReadOnlySpan<double> values) => new(values, [values.Length]);

    /// <summary>
    /// A copy of <paramref name="values"/>, row-major, in a shape that broadcasts to the logits: sizes equal or 1, aligned at the back.
    /// </summary>
    /// <exception cref="ArgumentException">Not as many values as the shape has elements, or a negative size.</exception>
    public static ElementWeights Create(ReadOnlySpan<double> values, ReadOnlySpan<nint> lengths)
    {
        var length = BigInteger.One;
        foreach (var size in lengths)
        {
            if (size < 0) throw new ArgumentException($"lengths has the size {size}; every size is 0 or more.", nameof(lengths));
            length *= size;
        }
        if (length != values.Length)
            throw new ArgumentException($"values has {values.Length} elements, but the shape {Shape.Format(lengths)} has {length}.",
                nameof(values));
        return new(values, lengths.ToArray());
    }

    /// <summary>The number of weights.</summary>
    public int Count => doubles.Length;

    /// <summary>The weight at <paramref name="index"/>, in row-major order.</summary>
    public double this[int index] => doubles[index];

    /// <summary>The size of each dimension.</summary>
    public ReadOnlySpan<nint> Lengths => lengths;

    /// <summary>The weights, rounded to the element type that the kernels compute in.</summary>
    internal ReadOnlySpan<T> As<T>() where T : unmanaged => typeof(T) == typeof(double) ? (T[])(object)doubles : (T[])(object)floats;

    /// <inheritdoc/>
    public bool Equals(ElementWeights? other) =>
        other is not null && lengths.AsSpan().SequenceEqual(other.lengths) && doubles.AsSpan().SequenceEqual(other.doubles);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ElementWeights);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var size in lengths) hash.Add(size);
        foreach (var value in doubles) hash.Add(value);
        return hash.ToHashCode();
    }

    /// <summary>Lists the weights, with the shape unless it is one dimension: [1, 2] or [1, 2] of shape [2, 1].</summary>
    public override string ToString() =>
        $"[{string.Join(", ", doubles)}]{(lengths.Length == 1 ? "" : $" of shape {Shape.Format(lengths)}")}";

    /// <inheritdoc/>
    public IEnumerator<double> GetEnumerator() => ((IEnumerable<double>)doubles).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
