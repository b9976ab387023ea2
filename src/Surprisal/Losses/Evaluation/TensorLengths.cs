using System.Numerics.Tensors;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>The shapes of tensors whose elements are taken in row-major order, and the errors about them.</summary>
internal static class TensorLengths
{
    /// <summary>Refuses a tensor span without dimensions: it has no element.</summary>
    public static void CheckElements<T>(in ReadOnlyTensorSpan<T> tensor, string name)
    {
        if (tensor.Rank == 0) throw new ArgumentException($"{name} has no dimensions, and so no elements: a span of a single one has shape [1].", name);
    }

    /// <summary>The number of elements; refuses more than one call works on.</summary>
    public static int Count(ReadOnlySpan<nint> shape, string name)
    {
        var count = Product(shape);
        if (count <= Partition.Most) return count;
        var exact = BigInteger.One;
        foreach (var size in shape) exact *= size;
        throw new ArgumentException($"{name} has shape {Text(shape)}, which is {exact} elements; at most {Partition.Most} fit one call: evaluate it in parts, whose losses a LossAccumulator adds up.", name);
    }

    /// <summary>Refuses an axis of strided elements that is too long to be gathered: neighbours of each of them go along.</summary>
    public static void CheckStrided(ReadOnlySpan<nint> shape, int axis, int inner, string name)
    {
        if (inner > 1 && shape[axis] > Partition.Most / 16)
            throw new ArgumentException($"{name} has shape {Text(shape)}, with {shape[axis]} elements along axis {axis}; at most {Partition.Most / 16} fit where others lie between them: move that axis to the end.", name);
    }

    /// <summary>The product of sizes; <see cref="int.MaxValue"/> where it is more.</summary>
    public static int Product(ReadOnlySpan<nint> sizes)
    {
        if (sizes.Contains(0)) return 0; // also where the others' product is beyond any integer
        nint product = 1;
        foreach (var size in sizes) product = size > int.MaxValue / product ? int.MaxValue : product * size;
        return (int)product;
    }

    public static void CheckShape(ReadOnlySpan<nint> actual, ReadOnlySpan<nint> expected, string name, string like)
    {
        if (!actual.SequenceEqual(expected)) throw new ArgumentException($"{name} has shape {Text(actual)}, but {like} have {Text(expected)}; they must be the same.", name);
    }

    /// <summary>Refuses a shape that does not broadcast to <paramref name="target"/>, aligned at the back and each size equal or 1, in PyTorch's words; some of its operations name the weights first.</summary>
    public static void CheckBroadcast(ReadOnlySpan<nint> shape, ReadOnlySpan<nint> target, string name, bool isTensorA = false)
    {
        var fits = shape.Length <= target.Length;
        for (var back = 1; back <= Math.Min(shape.Length, target.Length); back++)
        {
            var (size, whole) = (shape[^back], target[^back]);
            if (size == whole || size == 1) continue;
            if (whole != 1)
                throw new ArgumentException(
                    $"The size of tensor a ({(isTensorA ? size : whole)}) must match the size of tensor b ({(isTensorA ? whole : size)}) at non-singleton dimension {Math.Max(shape.Length, target.Length) - back}: " +
                    $"{name} of shape {Text(shape)} does not broadcast to {Text(target)}.", name);
            fits = false;
        }
        if (fits) return;
        var both = new nint[Math.Max(shape.Length, target.Length)];
        for (var back = 1; back <= both.Length; back++) both[^back] = back > target.Length || (back <= shape.Length && shape[^back] != 1) ? shape[^back] : target[^back];
        throw new ArgumentException(
            $"output with shape {Text(target)} doesn't match the broadcast shape {Text(both)}: {name} has {(shape.Length > target.Length ? "more dimensions" : "a larger dimension")} than what it weighs.", name);
    }

    /// <summary>The elements as if <paramref name="shape"/> were <paramref name="target"/>: the same span where it is, else a copy with repetitions.</summary>
    public static ReadOnlySpan<T> Expand<T>(ReadOnlySpan<T> elements, ReadOnlySpan<nint> shape, ReadOnlySpan<nint> target) where T : unmanaged
    {
        if (elements.IsEmpty || shape.SequenceEqual(target)) return elements;
        var result = new T[Product(target)];
        for (var i = 0; i < result.Length; i++) result[i] = elements[Offset(i, shape, target)];
        return result;
    }

    /// <summary>Where an element of <paramref name="target"/> comes from, in memory of a shape that broadcasts to it.</summary>
    public static int Offset(nint flat, ReadOnlySpan<nint> shape, ReadOnlySpan<nint> target)
    {
        var (from, stride) = ((nint)0, (nint)1);
        for (var back = 1; back <= shape.Length; back++)
        {
            if (shape[^back] != 1) from += flat % target[^back] * stride;
            flat /= target[^back];
            stride *= shape[^back];
        }
        return (int)from;
    }

    public static string Text(ReadOnlySpan<nint> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    /// <summary>The indices of an element, such as 1, 2 in a matrix; 0 where there are no dimensions.</summary>
    public static string Position(int flat, ReadOnlySpan<nint> shape)
    {
        var indices = new nint[Math.Max(1, shape.Length)];
        nint rest = flat;
        for (var axis = shape.Length - 1; axis >= 0; axis--) (rest, indices[axis]) = (rest / shape[axis], rest % shape[axis]);
        return string.Join(", ", indices);
    }

    /// <summary>A shape as PyTorch's elementwise losses write it: torch.Size([2, 3]).</summary>
    public static string TorchSize(ReadOnlySpan<nint> shape) => $"torch.Size({Text(shape)})";
}
