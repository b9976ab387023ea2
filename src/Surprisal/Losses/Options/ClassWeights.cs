using System.Collections;
using System.Runtime.CompilerServices;

namespace Surprisal;

/// <summary>One weight a class, immutable and compared by value: <c>Weight = [1, 2]</c>.</summary>
[CollectionBuilder(typeof(ClassWeights), nameof(Create))]
public sealed partial class ClassWeights : IReadOnlyList<double>, IEquatable<ClassWeights>
{
    private readonly double[] doubles;
    private readonly float[] floats;

    private ClassWeights(ReadOnlySpan<double> values)
    {
        doubles = values.ToArray();
        floats = Array.ConvertAll(doubles, static value => (float)value);
    }

    /// <summary>
    /// Weights with a copy of <paramref name="values"/>, one a class. Negative and zero weights are allowed, as in PyTorch.
    /// </summary>
    /// <param name="values">The weight of class 0, of class 1 and so on; rounded to float for logits that are not double.</param>
    public static ClassWeights Create(ReadOnlySpan<double> values) => new(values);

    /// <summary>Weights with a copy of <paramref name="values"/>, one a class.</summary>
    public static implicit operator ClassWeights(double[] values) => Create(values);

    /// <summary>Weights with a copy of <paramref name="values"/>, one a class.</summary>
    public static implicit operator ClassWeights(ReadOnlySpan<double> values) => Create(values);

    /// <summary>Weights with a copy of <paramref name="values"/>, one a class.</summary>
    public static implicit operator ClassWeights(float[] values) => (ReadOnlySpan<float>)values;

    /// <summary>Weights with a copy of <paramref name="values"/>, one a class.</summary>
    public static implicit operator ClassWeights(ReadOnlySpan<float> values) => Create(WeightValues.Widen(values));

    /// <summary>The number of classes.</summary>
    public int Count => doubles.Length;

    /// <summary>The weight of class <paramref name="index"/>.</summary>
    /// <param name="index">0 .. <see cref="Count"/> - 1; <c>[^1]</c> is the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such weight.</exception>
    public double this[int index] => WeightValues.At(doubles, index);

    /// <summary>The weights, rounded to the element type of the logits.</summary>
    internal ReadOnlySpan<T> As<T>() where T : unmanaged => typeof(T) == typeof(double) ? (T[])(object)doubles : (T[])(object)floats;

    /// <inheritdoc/>
    public bool Equals(ClassWeights? other) => other is not null && doubles.AsSpan().SequenceEqual(other.doubles);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ClassWeights);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var value in doubles) hash.Add(value);
        return hash.ToHashCode();
    }

    /// <summary>Lists the weights: [1, 2].</summary>
    public override string ToString() => WeightValues.List(doubles);

    /// <inheritdoc/>
    public IEnumerator<double> GetEnumerator() => ((IEnumerable<double>)doubles).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
