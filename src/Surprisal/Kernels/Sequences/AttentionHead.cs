namespace Surprisal.Kernels;

/// <summary>What attention reads of one head: its queries, keys and values, who sees whom, and what is dropped.</summary>
internal readonly unsafe struct AttentionHead<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public required Matrix<T> Query { get; init; }

    public required Matrix<T> Key { get; init; }

    public required Matrix<T> Value { get; init; }

    public required int Queries { get; init; }

    public required int KeyCount { get; init; }

    public required int Width { get; init; }

    public required int ValueWidth { get; init; }

    /// <summary>What scores are multiplied by.</summary>
    public required T Scale { get; init; }

    public required KeyRanges Ranges { get; init; }

    /// <summary>Which sequence of the batch it belongs to.</summary>
    public required int Sequence { get; init; }

    /// <summary>Which head of the batch it is.</summary>
    public required int Number { get; init; }

    public required AttentionDropout Dropout { get; init; }

    /// <summary>The keys that a query sees.</summary>
    public (int First, int End) Keys(int query) => Ranges.Of(Sequence, query);

    /// <summary>The keys between the first and the last that queries see.</summary>
    public (int First, int End) Keys(int query, int end)
    {
        var (first, stop) = (KeyCount, 0);
        for (var i = query; i < end; i++)
        {
            var (a, b) = Keys(i);
            if (a < b) (first, stop) = (Math.Min(first, a), Math.Max(stop, b));
        }
        return (first, stop);
    }

    public Matrix<T> QueriesFrom(int query) => new(Query.Start + (nint)query * Query.RowStride, Query.RowStride, 1);

    public Matrix<T> KeysFrom(int key) => new(Key.Start + (nint)key * Key.RowStride, Key.RowStride, 1);

    public Matrix<T> ValuesFrom(int key) => new(Value.Start + (nint)key * Value.RowStride, Value.RowStride, 1);

    /// <summary>The products [m, n] of queries and keys, before the scale.</summary>
    public void Scores(int query, int m, int key, int n, T* scores)
    {
        var keys = KeysFrom(key);
        MatrixMultiply.Gemm(m, n, Width, QueriesFrom(query), new Matrix<T>(keys.Start, 1, keys.RowStride), scores,
            accumulate: false, parallel: false);
    }

    /// <summary>The part of a row of scores whose keys are seen, scaled; what is not seen becomes 0.</summary>
    public Span<T> Seen(int query, int key, int count, Span<T> row)
    {
        var (first, end) = Keys(query);
        first = Math.Clamp(first - key, 0, count);
        end = Math.Clamp(end - key, first, count);
        row[..first].Clear();
        row[end..].Clear();
        var seen = row[first..end];
        Elementwise.Map<T, Formulas<T>.Multiply>(seen, Scale, seen, default);
        return seen;
    }

    /// <summary>Drops weights [m, n].</summary>
    public void Drop(int query, int m, int key, int n, T* weights)
    {
        for (var r = 0; r < m; r++)
            Dropout.Apply(((long)Number * Queries + query + r) * KeyCount + key, new Span<T>(weights + r * n, n));
    }
}
