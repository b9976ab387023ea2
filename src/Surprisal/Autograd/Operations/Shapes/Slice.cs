using System.Runtime.CompilerServices;

namespace Surprisal;

public sealed partial class Tensor<T>
{
    /// <summary>Rows <paramref name="rows"/> of the first dimension; shares memory.</summary>
    /// <param name="rows">From where to before where, such as <c>1..3</c> or <c>^2..</c>; an empty range gives no rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the first dimension.</exception>
    /// <exception cref="InvalidOperationException">A single number (rank 0) has no rows.</exception>
    [IndexerName("Part")]
    public Tensor<T> this[Range rows]
    {
        get
        {
            if (Rank == 0)
                throw new InvalidOperationException("slice() cannot be applied to a 0-dim tensor. Use Item() to get its number.");
            var (start, count) = rows.GetOffsetAndLength(Shape[0]);
            return Cut(start, [count, .. Shape[1..]], "SliceBackward0");
        }
    }

    /// <summary>Row <paramref name="row"/> of the first dimension, which disappears; shares memory. <c>x[^1]</c> is the last.</summary>
    /// <param name="row">Its position, from 0 or with ^ from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such row.</exception>
    /// <exception cref="InvalidOperationException">A single number (rank 0) has no rows.</exception>
    [IndexerName("Part")]
    public Tensor<T> this[Index row]
    {
        get
        {
            if (Rank == 0) throw new InvalidOperationException("invalid index of a 0-dim tensor. Use Item() to get its number.");
            var start = row.GetOffset(Shape[0]);
            if (start < 0 || start >= Shape[0])
                throw new ArgumentOutOfRangeException(nameof(row), $"index {row} is out of bounds for dimension 0 with size {Shape[0]}");
            return Cut(start, Shape[1..], "SelectBackward0");
        }
    }

    /// <summary>What lies at the given positions of the first dimensions, which disappear; shares memory: <c>x[1, 2]</c>.</summary>
    /// <param name="first">The position in the first dimension, from 0 or with ^ from the end.</param>
    /// <param name="second">That in the second one.</param>
    /// <param name="others">Those in the dimensions that follow; dimensions without one stay.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such position.</exception>
    /// <exception cref="InvalidOperationException">More positions than dimensions.</exception>
    [IndexerName("Part")]
    public Tensor<T> this[Index first, Index second, params ReadOnlySpan<Index> others]
    {
        get
        {
            var part = this[first][second];
            foreach (var index in others) part = part[index];
            return part;
        }
    }

    private Tensor<T> Cut(int row, ReadOnlySpan<int> shape, string name)
    {
        var start = row * Surprisal.Shape.Length(Shape[1..]);
        return View(start, shape).Record(name, [], this.MakeEdge(g =>
        {
            var dx = Zeros<T>(Shape);
            g.Span.CopyTo(dx.Span[start..]);
            return dx;
        }));
    }
}
