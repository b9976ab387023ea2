using System.Collections;
using System.Runtime.CompilerServices;

namespace Surprisal;

/// <summary>The size of each dimension of a tensor, immutable and compared by value: <c>x.Shape == [3, 2]</c>.</summary>
/// <remarks>
/// Made from <c>[3, 2]</c>, from arrays and spans of int, long or nint, as others give their sizes; <c>default</c> is the shape of a single
/// number, <c>[]</c>. A method that takes sizes one by one takes a whole shape too: <c>Tensor.Zeros&lt;float&gt;(3, 2)</c>,
/// <c>Tensor.Zeros&lt;float&gt;(x.Shape)</c>.
/// </remarks>
/// <example><c>var (samples, classes) = logits.Shape;</c></example>
[CollectionBuilder(typeof(TensorShape), nameof(Create))]
public readonly partial struct TensorShape : IEquatable<TensorShape>, IReadOnlyList<int>
{
    private readonly int[]? sizes;

    /// <summary>A shape over sizes that nobody writes to any more.</summary>
    internal TensorShape(int[] sizes)
    {
        foreach (var size in sizes)
            if (size < 0) throw Shape.NegativeDimension(sizes, size);
        this.sizes = sizes;
    }

    /// <summary>A shape with a copy of the given sizes, first dimension first.</summary>
    /// <param name="shape">At least 0 each; none for a single number.</param>
    /// <exception cref="ArgumentException">A negative size.</exception>
    public static TensorShape Create(ReadOnlySpan<int> shape) => new(shape.ToArray());

    /// <summary>The number of dimensions; 0 for a single number.</summary>
    public int Rank => sizes?.Length ?? 0;

    /// <summary>The number of dimensions, as lists have it: <c>x.Shape is [var samples, var classes]</c>.</summary>
    public int Count => Rank;

    /// <summary>The number of elements: the product of the sizes, 1 for rank 0.</summary>
    /// <exception cref="ArgumentException">More elements than a tensor holds (about 2^31): no tensor has this shape.</exception>
    public int ElementCount => Shape.Length(sizes);

    /// <summary>The size of dimension <paramref name="dim"/>, counted from 0; <c>[^1]</c> is that of the last.</summary>
    /// <param name="dim">0 .. <see cref="Rank"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public int this[int dim] => (uint)dim < (uint)Rank ? sizes![dim]
        : throw new ArgumentOutOfRangeException(nameof(dim), $"dim is {dim}, but the shape {this} has {Rank} dimensions, counted from 0.");

    /// <summary>Some of the dimensions: <c>[1..]</c> is the shape of one sample of a batch.</summary>
    /// <param name="dims">From where to before where, such as <c>1..</c> or <c>..^2</c>; an empty range is the shape of a single
    /// number.</param>
    /// <exception cref="ArgumentOutOfRangeException">A range that leaves the dimensions.</exception>
    public TensorShape this[Range dims] => new(Sizes[dims]);

    /// <summary>The sizes as tensor spans have them.</summary>
    public nint[] ToLengths() => Array.ConvertAll(Sizes, static size => (nint)size);

    /// <summary>The sizes as ONNX Runtime and TorchSharp have them.</summary>
    public long[] ToLongs() => Array.ConvertAll(Sizes, static size => (long)size);

    /// <summary>The sizes, not copied.</summary>
    public ReadOnlySpan<int> AsSpan() => sizes;

    /// <summary>As PyTorch writes a size: [3, 2].</summary>
    public override string ToString() => Shape.Format<int>(sizes);

    /// <inheritdoc/>
    public bool Equals(TensorShape other) => AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TensorShape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var size in AsSpan()) hash.Add(size);
        return hash.ToHashCode();
    }

    /// <summary>Whether both have the same sizes in the same order.</summary>
    public static bool operator ==(TensorShape left, TensorShape right) => left.Equals(right);

    /// <summary>Whether the sizes differ.</summary>
    public static bool operator !=(TensorShape left, TensorShape right) => !left.Equals(right);

    /// <summary>Goes through the sizes, first dimension first.</summary>
    public ReadOnlySpan<int>.Enumerator GetEnumerator() => AsSpan().GetEnumerator();

    /// <summary>The sizes, for those who do not write to them.</summary>
    internal int[] Sizes => sizes ?? [];

    IEnumerator<int> IEnumerable<int>.GetEnumerator() => ((IEnumerable<int>)Sizes).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Sizes.GetEnumerator();
}
