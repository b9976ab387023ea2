using Surprisal.Kernels;

namespace Surprisal;

/// <summary>A tensor with the dimensions that are reduced at the end, so that what becomes one number is a row: [outputs, count].</summary>
/// <remarks>The memory of x where they are at its end already, else a copy.</remarks>
internal sealed class ReducedRows<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int[] order;
    private readonly bool isInOrder;
    private readonly Tensor<T> rows;

    public ReducedRows(Tensor<T> x, ReducedShape reduced)
    {
        order = reduced.Order;
        isInOrder = order.SequenceEqual(order.Order());
        Outputs = Shape.Length(reduced.Result(keepDim: false));
        Count = reduced.Count;
        rows = isInOrder ? x : TensorExtensions.Permuted(x, order);
    }

    /// <summary>How many rows there are.</summary>
    public int Outputs { get; }

    /// <summary>How long each is.</summary>
    public int Count { get; }

    /// <summary>One number a row, each from a row; on all threads.</summary>
    public double[] Reduce(Func<int, double> f)
    {
        var results = new double[Outputs];
        Partition.Ranges(Outputs, Math.Max(1, 32_768 / Math.Max(1, Count)), Count, (first, end) =>
        {
            for (var i = first; i < end; i++) results[i] = f(i);
        });
        return results;
    }

    /// <summary>The elements of a row.</summary>
    public ReadOnlySpan<T> Row(int i) => rows.Span.Slice(i * Count, Count);

    /// <summary>A gradient in the shape of x from one for each row; on all threads.</summary>
    public Tensor<T> Gradient(RowGradient gradient)
    {
        var result = Tensor.Uninitialized<T>(rows.Shape);
        if (result.Length > 0)
            Partition.Ranges(Outputs, Math.Max(1, 32_768 / Count), Count, (first, end) =>
            {
                for (var i = first; i < end; i++) gradient(i, Row(i), result.Span.Slice(i * Count, Count));
            });
        if (isInOrder) return result;
        var inverse = new int[order.Length];
        for (var i = 0; i < order.Length; i++) inverse[order[i]] = i;
        return TensorExtensions.Permuted(result, inverse);
    }

    /// <summary>Writes the gradient of row number i.</summary>
    public delegate void RowGradient(int i, ReadOnlySpan<T> row, Span<T> to);
}
