using System.Numerics.Tensors;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>
/// Arithmetic on the shapes of tensor spans, whose sizes are nints, in row-major order: what fits one call, what fits each other.
/// </summary>
internal static class TensorLengths
{
    /// <summary>Refuses a tensor span without dimensions: it has no element.</summary>
    public static void CheckElements<T>(in ReadOnlyTensorSpan<T> tensor, string name)
    {
        if (tensor.Rank == 0)
            throw new ArgumentException($"{name} has no dimensions, and so no elements: a span of a single one has shape [1].", name);
    }

    /// <summary>The number of elements; refuses more than one call works on.</summary>
    public static int Count(ReadOnlySpan<nint> shape, string name)
    {
        var count = Product(shape);
        return count <= Partition.MaxElements ? count : throw TooMany(shape, name);
    }

    /// <summary>Refuses an axis that is too long to be gathered where others lie inside it: neighbours of each element go along.</summary>
    public static void CheckStrided(ReadOnlySpan<nint> shape, int axis, int inner, string name)
    {
        if (inner > 1 && shape[axis] > Partition.MaxElements / 16) throw TooLong(shape, axis, name);
    }

    /// <summary>The product of sizes; <see cref="int.MaxValue"/> where it is more.</summary>
    public static int Product(ReadOnlySpan<nint> sizes)
    {
        if (sizes.Contains(0)) return 0; // also where the others' product is beyond any integer
        nint product = 1;
        foreach (var size in sizes) product = size > int.MaxValue / product ? int.MaxValue : product * size;
        return (int)product;
    }

    /// <summary>Refuses a shape that is not that of <paramref name="like"/>, which <paramref name="have"/> it.</summary>
    public static void CheckShape(ReadOnlySpan<nint> actual, ReadOnlySpan<nint> expected, string name, string like, string have = "have")
    {
        if (!actual.SequenceEqual(expected))
            throw new ArgumentException(
                $"{name} has shape {Shape.Format(actual)}, but {like} {have} {Shape.Format(expected)}; they must be the same.", name);
    }

    /// <summary>Refuses targets that have not the inputs' shape, as PyTorch's elementwise losses do.</summary>
    public static void CheckSameSize(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, string name)
    {
        if (!targets.SequenceEqual(inputs))
            throw new ArgumentException($"Target size ({TorchSize(targets)}) must be the same as input size ({TorchSize(inputs)})", name);
    }

    /// <summary>Refuses targets that have not the inputs' shape where PyTorch warns and repeats one of them, in the words of the warning.
    /// </summary>
    public static void CheckUnrepeated(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, string name)
    {
        if (!targets.SequenceEqual(inputs))
            throw new ArgumentException(
                $"Using a target size ({TorchSize(targets)}) that is different to the input size ({TorchSize(inputs)}). " +
                "This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size: " +
                "nothing is repeated here unless Expand says so.", name);
    }

    /// <summary>
    /// Refuses weights whose shape does not repeat to <paramref name="target"/>, in PyTorch's words; some of its operations name the
    /// weights first.
    /// </summary>
    public static void CheckBroadcast(ReadOnlySpan<nint> shape, ReadOnlySpan<nint> target, string name, bool isTensorA = false)
    {
        if (BroadcastShape.Fits(shape, target)) return;
        var (a, b) = (isTensorA ? shape.ToArray() : target.ToArray(), isTensorA ? target.ToArray() : shape.ToArray());
        var both = BroadcastShape.Combine<nint>(a, b, out var misfit);
        if (misfit > 0)
            throw BroadcastShape.SizeMismatch<nint>(a, b, misfit,
                $"{name} of shape {Shape.Format(shape)} does not broadcast to {Shape.Format(target)}.", name);
        var excess = shape.Length > target.Length ? "more dimensions" : "a larger dimension";
        throw BroadcastShape.OutputMismatch(target, both, $": {name} has {excess} than what it weighs.", name);
    }

    /// <summary>
    /// The elements as if <paramref name="shape"/> were <paramref name="target"/>: the same span where it is, else a copy with repetitions.
    /// </summary>
    public static ReadOnlySpan<T> Expand<T>(ReadOnlySpan<T> elements, ReadOnlySpan<nint> shape, ReadOnlySpan<nint> target)
        where T : unmanaged
    {
        if (elements.IsEmpty || shape.SequenceEqual(target)) return elements;
        var result = new T[Product(target)];
        for (var i = 0; i < result.Length; i++) result[i] = elements[Offset(i, shape, target)];
        return result;
    }

    /// <summary>Where an element of <paramref name="target"/> comes from, in memory of a shape that broadcasts to it.</summary>
    public static int Offset(nint flat, ReadOnlySpan<nint> shape, ReadOnlySpan<nint> target)
    {
        var (offset, stride) = ((nint)0, (nint)1);
        for (var back = 1; back <= shape.Length; back++)
        {
            if (shape[^back] != 1) offset += flat % target[^back] * stride;
            flat /= target[^back];
            stride *= shape[^back];
        }
        return (int)offset;
    }

    /// <summary>The indices of an element, such as 1, 2 in a matrix; 0 where there are no dimensions.</summary>
    public static string Position(int flat, ReadOnlySpan<nint> shape) => shape.IsEmpty ? "0" : Shape.Position(flat, shape);

    /// <summary>A shape as PyTorch's elementwise losses write it: torch.Size([2, 3]).</summary>
    public static string TorchSize(ReadOnlySpan<nint> shape) => $"torch.Size({Shape.Format(shape)})";

    private static ArgumentException TooMany(ReadOnlySpan<nint> shape, string name)
    {
        var exact = BigInteger.One;
        foreach (var size in shape) exact *= size;
        return new($"{name} has shape {Shape.Format(shape)}, which is {exact} elements; at most {Partition.MaxElements} fit one call: " +
            "evaluate it in parts, whose losses a LossAccumulator adds up.", name);
    }

    private static ArgumentException TooLong(ReadOnlySpan<nint> shape, int axis, string name) =>
        new($"{name} has shape {Shape.Format(shape)}, with {shape[axis]} elements along axis {axis}; " +
            $"at most {Partition.MaxElements / 16} fit " +
            "where others lie between them: move that axis to the end.", name);
}
