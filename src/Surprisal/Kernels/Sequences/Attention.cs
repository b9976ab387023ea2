namespace Surprisal.Kernels;

/// <summary>
/// Scaled dot-product attention of one head: queries Q [Lq, d], keys K [Lk, d], values V [Lk, e] -> softmax(Q K' scale) V [Lq, e], a block
/// of 64 queries against blocks of 64 keys at a time, so that the weights [Lq, Lk] never exist.
/// </summary>
/// <remarks>
/// Online softmax (Milakov and Gimelshein 2018; Dao et al. 2022): with the running maximum m and the sum l of exp(s - m), a block with a
/// larger maximum multiplies what was summed by exp(m_old - m_new). Keys come in ascending order, so every element has one order of sums
/// whatever the threads. m and l of each row are kept for the gradient. A query that sees no key gives 0, l 0.
/// </remarks>
internal static unsafe class Attention
{
    /// <summary>The queries, and the keys, of a block; a constant of the result's bits.</summary>
    public const int Block = 64;

    /// <summary>The queries [first, first + 64) of one head.</summary>
    public static void Forward<T>(in AttentionHead<T> head, int first, T* output, int outputRow, T* maxima, double* sums)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (m, e) = (Math.Min(Block, head.Queries - first), head.ValueWidth);
        using var scratch = new Scratch<T>(Block * Block + MatrixMultiply.RoundUp(Block * e, Lanes<T>.Count), aligned: true);
        var max = new Span<T>(maxima + first, m);
        var sum = new Span<double>(sums + first, m);
        max.Fill(T.NegativeInfinity);
        sum.Clear();
        fixed (T* scores = scratch.Span)
        {
            var mixed = scores + Block * Block;
            new Span<T>(mixed, m * e).Clear();
            var (from, end) = head.Keys(first, first + m);
            for (var key = from / Block * Block; key < end; key += Block)
            {
                var n = Math.Min(Block, head.KeyCount - key);
                head.Scores(first, m, key, n, scores);
                for (var r = 0; r < m; r++)
                    Exponentials(head, first + r, key, n, new(scores + r * n, n), ref max[r], ref sum[r], new(mixed + r * e, e));
                if (head.Dropout.IsActive) head.Drop(first, m, key, n, scores);
                MatrixMultiply.Gemm(m, e, n, new Matrix<T>(scores, n, 1), head.ValuesFrom(key), mixed, accumulate: true, parallel: false);
            }
            for (var r = 0; r < m; r++)
            {
                var (begin, stop) = head.Keys(first + r);
                // of scores that are all -infinity it is NaN, as softmax is
                var factor = begin == stop ? T.Zero : T.CreateTruncating(1 / sum[r]);
                Elementwise.Map<T, Formulas<T>.Multiply>(new(mixed + r * e, e), factor, new(output + (nint)(first + r) * outputRow, e),
                    default);
            }
        }
    }

    /// <summary>Turns a row of scores into exp(s - m), 0 where a key is not seen, and moves the row's m, l and what was summed with
    /// them.</summary>
    private static void Exponentials<T>(
        in AttentionHead<T> head, int query, int key, int count, Span<T> row, ref T max, ref double sum, Span<T> mixed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var seen = head.Seen(query, key, count, row);
        if (seen.IsEmpty) return;
        var found = RowMax<T>.Of(seen);
        if (T.IsNegativeInfinity(found.Value))
        {
            if (!HasNaN(seen))
            {
                seen.Clear();
                return;
            }
            found = new(T.NaN, noUnderflow: false);
        }
        var larger = found.Value > max || T.IsNaN(found.Value);
        if (larger && sum > 0)
        {
            var factor = Scalar.Exp(double.CreateTruncating(max) - double.CreateTruncating(found.Value));
            sum *= factor;
            Elementwise.Map<T, Formulas<T>.Multiply>(mixed, T.CreateTruncating(factor), mixed, default);
        }
        if (larger) max = found.Value;
        sum += 1 + RowSums.ExpWithoutMax<T, SmoothingTerms<T>.None>(seen, new(max, larger && found.NoUnderflow), seen, default).ExpSum;
    }

    private static bool HasNaN<T>(ReadOnlySpan<T> row) where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var x in row)
            if (T.IsNaN(x)) return true;
        return false;
    }
}
