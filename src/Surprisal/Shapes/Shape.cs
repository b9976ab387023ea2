using System.Runtime.CompilerServices;

namespace Surprisal;

/// <summary>Arithmetic on the shapes of tensors, whose sizes are ints: lengths, axes, strides, and their text in messages.</summary>
internal static class Shape
{
    /// <summary>The product of the dimensions; refuses what an array cannot hold.</summary>
    public static int Length(ReadOnlySpan<int> shape)
    {
        long length = 1;
        var empty = shape.Contains(0);
        foreach (var dimension in shape)
        {
            if (dimension < 0) throw NegativeDimension(shape, dimension);
            length = empty ? 0 : length * dimension;
            if (length > Array.MaxLength) throw TooLong(shape);
        }
        return (int)length;
    }

    /// <summary>An axis counted from the front: negatives count from the back. Rank 0 accepts 0 and -1.</summary>
    public static int Axis(int axis, int rank, [CallerArgumentExpression(nameof(axis))] string? name = null)
    {
        var limit = Math.Max(rank, 1);
        if (axis < -limit || axis >= limit)
            throw new ArgumentOutOfRangeException(name,
                $"Dimension out of range (expected to be in range of [{-limit}, {limit - 1}], but got {axis})");
        return axis < 0 ? axis + limit : axis;
    }

    /// <summary>The shape seen as [outer, axis, inner]: what lies before, along and after an axis.</summary>
    public static (int Outer, int Along, int Inner) Split(ReadOnlySpan<int> shape, int axis) =>
        shape.Length == 0 ? (1, 1, 1)
        : shape[..axis].Contains(0) ? (0, shape[axis], 1) // what lies behind nothing may be more than any memory
        : shape[(axis + 1)..].Contains(0) ? (1, shape[axis], 0)
        : (Length(shape[..axis]), shape[axis], Length(shape[(axis + 1)..]));

    /// <summary>The shape without one axis, or with that axis at size 1.</summary>
    public static TensorShape Reduce(TensorShape shape, int axis, bool keepDim)
    {
        if (shape.Rank == 0) return shape;
        if (!keepDim) return [.. shape[..axis], .. shape[(axis + 1)..]];
        int[] reduced = [.. shape];
        reduced[axis] = 1;
        return new(reduced);
    }

    /// <summary>The shape that two operands broadcast to.</summary>
    /// <exception cref="ArgumentException">There is none; of the argument <paramref name="name"/>.</exception>
    public static TensorShape Broadcast(TensorShape a, TensorShape b, string? name = null)
    {
        var both = BroadcastShape.Combine<int>(a, b, out var misfit);
        return misfit == 0
            ? new(both)
            : throw BroadcastShape.SizeMismatch<int>(a, b, misfit, $"shapes {a} and {b} do not broadcast.", name);
    }

    /// <summary>Row-major strides of <paramref name="shape"/> when read as <paramref name="target"/>; 0 where it is repeated.</summary>
    public static int[] BroadcastStrides(ReadOnlySpan<int> shape, ReadOnlySpan<int> target)
    {
        var strides = new int[target.Length];
        var stride = 1;
        for (var back = 1; back <= shape.Length; back++)
        {
            strides[^back] = shape[^back] == 1 ? 0 : stride;
            stride *= shape[^back];
        }
        return strides;
    }

    /// <summary>A shape or strides as PyTorch writes a size: [2, 3].</summary>
    public static string Format<TSize>(ReadOnlySpan<TSize> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    /// <summary>The indices of the element at a flat position, for messages: 1, 2 in a matrix; nothing at rank 0.</summary>
    public static string Position<TSize>(int flat, ReadOnlySpan<TSize> shape) where TSize : IBinaryInteger<TSize>
    {
        var indices = new TSize[shape.Length];
        var rest = TSize.CreateTruncating(flat);
        for (var axis = shape.Length - 1; axis >= 0; axis--) (rest, indices[axis]) = (rest / shape[axis], rest % shape[axis]);
        return string.Join(", ", indices);
    }

    internal static ArgumentException NegativeDimension(ReadOnlySpan<int> shape, int dimension) =>
        new($"shape {Format(shape)} has a negative dimension {dimension}; every dimension is 0 or more.", nameof(shape));

    private static ArgumentException TooLong(ReadOnlySpan<int> shape) =>
        new($"shape {Format(shape)} has more than {Array.MaxLength} elements, the most that a tensor holds.", nameof(shape));
}
