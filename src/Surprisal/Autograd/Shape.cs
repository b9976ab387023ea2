using System.Runtime.CompilerServices;

namespace Surprisal;

/// <summary>Arithmetic on shapes: lengths, axes, broadcasting, and the error messages about them.</summary>
internal static class Shape
{
    /// <summary>The product of the dimensions; refuses what an array cannot hold.</summary>
    public static int Length(ReadOnlySpan<int> shape)
    {
        long length = 1;
        var empty = shape.Contains(0);
        foreach (var dimension in shape)
        {
            if (dimension < 0) throw new ArgumentException($"shape {Text(shape)} has a negative dimension {dimension}; every dimension is 0 or more.", nameof(shape));
            length = empty ? 0 : length * dimension;
            if (length > Array.MaxLength) throw new ArgumentException($"shape {Text(shape)} has more than {Array.MaxLength} elements, the most that a tensor holds.", nameof(shape));
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

    /// <summary>The shape without one axis, or with that axis kept at size 1.</summary>
    public static int[] Reduce(ReadOnlySpan<int> shape, int axis, bool keepDim)
    {
        if (shape.Length == 0) return [];
        if (!keepDim) return [.. shape[..axis], .. shape[(axis + 1)..]];
        int[] kept = shape.ToArray();
        kept[axis] = 1;
        return kept;
    }

    /// <summary>The shape that two operands broadcast to: aligned at the back, sizes equal or 1.</summary>
    public static int[] Broadcast(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        var result = new int[Math.Max(a.Length, b.Length)];
        for (var back = 1; back <= result.Length; back++)
        {
            var sizeA = back <= a.Length ? a[^back] : 1;
            var sizeB = back <= b.Length ? b[^back] : 1;
            if (sizeA != sizeB && sizeA != 1 && sizeB != 1)
                throw new ArgumentException(
                    $"The size of tensor a ({sizeA}) must match the size of tensor b ({sizeB}) at non-singleton dimension " +
                    $"{result.Length - back}: shapes {Text(a)} and {Text(b)} do not broadcast.");
            result[^back] = sizeA == 1 ? sizeB : sizeA;
        }
        return result;
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

    /// <summary>As PyTorch writes a size: [2, 3].</summary>
    public static string Text(ReadOnlySpan<int> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
