using System.Runtime.CompilerServices;

namespace Surprisal;

/// <summary>A shape of which some axes are reduced: which, what is left of it, and how many elements become one.</summary>
internal sealed class ReducedShape
{
    private readonly TensorShape shape;
    private readonly bool[] isReduced;

    /// <summary>Reduces all axes.</summary>
    public ReducedShape(TensorShape shape)
    {
        this.shape = shape;
        isReduced = new bool[shape.Rank];
        Array.Fill(isReduced, true);
        Axes = [.. Enumerable.Range(0, shape.Rank)];
    }

    /// <summary>Reduces the axes given, negatives from the back. A single number has the axes 0 and -1.</summary>
    /// <exception cref="ArgumentException">No axis, or one that is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such axis.</exception>
    public ReducedShape(TensorShape shape, ReadOnlySpan<int> axes, [CallerArgumentExpression(nameof(axes))] string? name = null)
    {
        if (axes.IsEmpty)
            throw new ArgumentException($"{name} is empty; name the dimensions to reduce, or leave {name} out to reduce all.", name);
        this.shape = shape;
        var seen = new bool[Math.Max(1, shape.Rank)];
        foreach (var given in axes)
        {
            var axis = Shape.Axis(given, shape.Rank, name);
            if (seen[axis]) throw new ArgumentException($"dim {axis} appears multiple times in the list of dims", name);
            seen[axis] = true;
        }
        isReduced = seen[..shape.Rank];
        Axes = [.. Enumerable.Range(0, shape.Rank).Where(axis => seen[axis])];
    }

    /// <summary>The reduced axes, in order.</summary>
    public int[] Axes { get; }

    /// <summary>The axes that are left, then the reduced ones: an order in which what becomes one number lies together.</summary>
    public int[] Order => [.. Enumerable.Range(0, shape.Rank).Where(axis => !isReduced[axis]), .. Axes];

    /// <summary>How many elements become one; 0 where an axis is empty, whether a reduced one or not.</summary>
    public int Count => shape.AsSpan().Contains(0) ? 0 : Axes.Aggregate(1, (count, axis) => count * shape[axis]);

    /// <summary>The shape of the result: the reduced axes gone, or kept at size 1.</summary>
    public TensorShape Result(bool keepDim) => keepDim
        ? [.. shape.Sizes.Select((size, axis) => isReduced[axis] ? 1 : size)]
        : [.. shape.Sizes.Where((_, axis) => !isReduced[axis])];

    /// <summary>The shape with neighbouring axes of one kind as one, and those of size 1 left out; of a shape that has elements.</summary>
    public (int[] Sizes, bool[] IsReduced) Merged()
    {
        var (sizes, kinds) = (new List<int>(), new List<bool>());
        for (var axis = 0; axis < shape.Rank; axis++)
        {
            if (shape[axis] == 1) continue;
            if (kinds.Count > 0 && kinds[^1] == isReduced[axis])
            {
                sizes[^1] *= shape[axis];
                continue;
            }
            sizes.Add(shape[axis]);
            kinds.Add(isReduced[axis]);
        }
        return ([.. sizes], [.. kinds]);
    }
}
