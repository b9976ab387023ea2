namespace Surprisal.Kernels;

/// <summary>The gradients of <see cref="Attention"/>, a head at a time: nothing larger than 64 x 64 weights is made again.</summary>
/// <remarks>
/// With P = exp(s - m) / l and c = the sum of dO O over a row: dV = P' dO, dP = dO V', dS = P (dP - c) scale, dQ = dS K, dK = dS' Q (Dao
/// et al. 2022). Dropout's mask M turns P into P M for dV and dP into dP M; c stays. Queries and keys come in ascending order.
/// </remarks>
internal static unsafe class AttentionGradient
{
    /// <summary>Writes dQ, dK and dV of one head.</summary>
    /// <param name="head">The head.</param>
    /// <param name="output">What the forward pass gave, and the gradient of the loss by it; rows of equal strides.</param>
    /// <param name="upstream">The gradient by the output.</param>
    /// <param name="maxima">m of each query.</param>
    /// <param name="sums">l of each query.</param>
    /// <param name="gradients">Where the three go; rows as far apart as those of query, key and value.</param>
    public static void Run<T>(
        in AttentionHead<T> head, Matrix<T> output, Matrix<T> upstream, T* maxima, double* sums,
        (nint Query, nint Key, nint Value) gradients)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int block = Attention.Block;
        var (d, e, keys) = (head.Width, head.ValueWidth, head.KeyCount);
        using var scratch = new Scratch<T>(checked(2 * block * block + block * d + keys * (d + e)), aligned: true);
        fixed (T* weights = scratch.Span)
        {
            T* slopes = weights + block * block, dq = slopes + block * block, dk = dq + block * d, dv = dk + (nint)keys * d;
            new Span<T>(dk, keys * (d + e)).Clear();
            for (var first = 0; first < head.Queries; first += block)
            {
                var m = Math.Min(block, head.Queries - first);
                new Span<T>(dq, m * d).Clear();
                var above = new Matrix<T>(upstream.Start + (nint)first * upstream.RowStride, upstream.RowStride, 1);
                var (from, end) = head.Keys(first, first + m);
                for (var key = from / block * block; key < end; key += block)
                {
                    var n = Math.Min(block, keys - key);
                    head.Scores(first, m, key, n, weights);
                    for (var r = 0; r < m; r++) Probabilities(head, first + r, key, new(weights + r * n, n), maxima, sums);
                    var values = head.ValuesFrom(key);
                    MatrixMultiply.Gemm(m, n, e, above, new Matrix<T>(values.Start, 1, values.RowStride), slopes, false, parallel: false);
                    for (var r = 0; r < m; r++)
                        Slopes(head, first + r, key, new(weights + r * n, n), new(slopes + r * n, n),
                            new(output.Start + (nint)(first + r) * output.RowStride, e), new(above.Start + (nint)r * above.RowStride, e));
                    if (head.Dropout.IsActive) head.Drop(first, m, key, n, weights);
                    MatrixMultiply.Gemm(n, e, m, new Matrix<T>(weights, 1, n), above, dv + (nint)key * e, true, parallel: false);
                    MatrixMultiply.Gemm(m, d, n, new Matrix<T>(slopes, n, 1), head.KeysFrom(key), dq, true, parallel: false);
                    MatrixMultiply.Gemm(n, d, m, new Matrix<T>(slopes, 1, n), head.QueriesFrom(first), dk + (nint)key * d, true,
                        parallel: false);
                }
                Store(dq, m, d, (T*)gradients.Query + (nint)first * head.Query.RowStride, head.Query.RowStride);
            }
            Store(dk, keys, d, (T*)gradients.Key, head.Key.RowStride);
            Store(dv, keys, e, (T*)gradients.Value, head.Value.RowStride);
        }
    }

    /// <summary>Turns a row of scores into the probabilities of its keys.</summary>
    private static void Probabilities<T>(in AttentionHead<T> head, int query, int key, Span<T> row, T* maxima, double* sums)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var seen = head.Seen(query, key, row.Length, row);
        if (seen.IsEmpty) return;
        RowSums.ExpWithoutMax<T, SmoothingTerms<T>.None>(seen, new(maxima[query], noUnderflow: false), seen, default);
        Elementwise.Map<T, Formulas<T>.Multiply>(seen, T.CreateTruncating(1 / sums[query]), seen, default);
    }

    /// <summary>Turns a row of dP into dS.</summary>
    private static void Slopes<T>(
        in AttentionHead<T> head, int query, int key, ReadOnlySpan<T> probabilities, Span<T> slopes, ReadOnlySpan<T> output,
        ReadOnlySpan<T> upstream)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (first, end) = head.Keys(query);
        first = Math.Clamp(first - key, 0, slopes.Length);
        end = Math.Clamp(end - key, first, slopes.Length);
        slopes[..first].Clear();
        slopes[end..].Clear();
        if (first == end) return;
        if (head.Dropout.IsActive) head.Dropout.Apply(((long)head.Number * head.Queries + query) * head.KeyCount + key, slopes);
        var mean = T.CreateTruncating(Reductions.SumAndProducts(output, upstream, T.Zero).Products);
        var seen = slopes[first..end];
        Elementwise.Map(seen, probabilities[first..end], seen, new SlopeFormula<T>(mean, head.Scale));
    }

    /// <summary>Copies rows to where they belong.</summary>
    private static void Store<T>(T* rows, int count, int width, T* to, int stride) where T : unmanaged
    {
        for (var i = 0; i < count; i++)
            new ReadOnlySpan<T>(rows + (nint)i * width, width).CopyTo(new Span<T>(to + (nint)i * stride, width));
    }

    /// <summary>p (x - c) scale.</summary>
    private readonly struct SlopeFormula<T>(T mean, T scale) : IBinary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> p) => p * (x - Lanes<T>.All(mean)) * Lanes<T>.All(scale);
    }
}
