using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>softmax(query key^T scale) value: [.., L, E], [.., S, E] and [.., S, V] to [.., L, V], without ever holding [L,
    /// S].</summary>
    /// <param name="query">[.., L, E]; Half and BFloat16 are computed in float and rounded once.</param>
    /// <param name="key">[.., S, E], with the leading dimensions of <paramref name="query"/>; they do not broadcast.</param>
    /// <param name="value">[.., S, V].</param>
    /// <param name="isCausal">Whether query i sees the keys 0 to i only. Default false.</param>
    /// <param name="segments">
    /// Sequences packed into one, [L], or with the first leading dimensions before it: queries see the keys of their own segment, whose
    /// positions have the same number side by side; a negative number is padding. L must be S. Default null: all are one.
    /// </param>
    /// <param name="scale">What the products are multiplied by. Default null: 1 / sqrt(E).</param>
    /// <param name="dropout">How often a weight is dropped, from 0 to 1; the others are divided by what is left. Default 0.</param>
    /// <param name="seed">Where the dropped ones come from: its next number; needed where some are dropped, else ignored.</param>
    /// <remarks>
    /// Vaswani et al. 2017, by online softmax in blocks of 64 queries and 64 keys (Dao et al. 2022): memory grows with L, not with L S. A
    /// query that sees no key, as padding, gives 0 and gets no gradient, where PyTorch gives NaN.
    /// </remarks>
    /// <exception cref="ArgumentException">Sizes that do not fit, a segment in two pieces, or dropout without a seed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A probability outside [0, 1].</exception>
    /// <example><code>
    /// var random = new Seed(0);
    /// var (q, k, v) = (Tensor.Randn&lt;float>([2, 4, 10, 8], random), Tensor.Randn&lt;float>([2, 4, 10, 8], random),
    /// Tensor.Ones&lt;float>(2, 4, 10, 8));
    /// Console.WriteLine(q.ScaledDotProductAttention(k, v, isCausal: true).Shape);     // [2, 4, 10, 8]
    /// </code></example>
    public static Tensor<T> ScaledDotProductAttention<T>(
        this Tensor<T> query, Tensor<T> key, Tensor<T> value, bool isCausal = false, Tensor<long>? segments = null, double? scale = null,
        double dropout = 0, Seed? seed = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckAttention(query, key, value, segments);
        CheckDropout(dropout);
        if (dropout > 0 && seed is null)
            throw new ArgumentException($"dropout is {dropout}, but there is no seed to draw from.", nameof(seed));
        if (typeof(T).Is16Bit)
            return query.To<float>().ScaledDotProductAttention(
                key.To<float>(), value.To<float>(), isCausal, segments, scale, dropout, seed).To<T>();
        var (queries, keys, width, valueWidth) = (query.Shape[^2], key.Shape[^2], query.Shape[^1], value.Shape[^1]);
        var heads = Shape.Length(query.Shape[..^2]);
        var sequences = segments is null ? 1 : Shape.Length(segments.Shape[..^1]);
        var pass = new AttentionPass<T>
        {
            Sizes = (sequences, sequences == 0 ? 0 : heads / sequences, queries, keys, width, valueWidth),
            Layouts = (Contiguous(queries, width), Contiguous(keys, width), Contiguous(keys, valueWidth), Contiguous(queries, valueWidth)),
            Scale = scale ?? 1 / Math.Sqrt(Math.Max(1, width)),
            Ranges = new(keys, isCausal, segments is null ? null : Segments.Ranges(segments, queries)),
            Dropout = dropout > 0 ? new(dropout, Seed.Draw(seed), call: 0, before: 0) : default,
        };
        HeadLayout Contiguous(int rows, int columns) =>
            new((nint)rows * columns * (sequences == 0 ? 0 : heads / sequences), (nint)rows * columns, columns);
        var output = Tensor.Uninitialized<T>([.. query.Shape[..^1], valueWidth]);
        pass.Forward(query, key, value, output);
        var kept = output.Detach();
        return output.Record("ScaledDotProductAttentionBackward0", [query, key, value, kept], [query, key, value], g =>
        {
            var (dq, dk, dv) = (Tensor.Uninitialized<T>(query.Shape), Tensor.Uninitialized<T>(key.Shape),
                Tensor.Uninitialized<T>(value.Shape));
            pass.Backward(query, key, value, kept, g, (dq, dk, dv));
            return [dq, dk, dv];
        });
    }

    private static void CheckAttention<T>(Tensor<T> query, Tensor<T> key, Tensor<T> value, Tensor<long>? segments)
        where T : unmanaged, INumber<T>
    {
        if (query.Rank < 2)
            throw new ArgumentException($"query has shape {query.Shape}; at least [L, E] is needed.", nameof(query));
        var leading = query.Shape[..^2];
        if (key.Rank != query.Rank || key.Shape[..^2] != leading || key.Shape[^1] != query.Shape[^1])
            throw new ArgumentException($"key has shape {key.Shape}; all but its number of keys, the dimension before the last, must be " +
                $"query's, {query.Shape}.", nameof(key));
        if (value.Rank != query.Rank || value.Shape[..^1] != key.Shape[..^1])
            throw new ArgumentException($"value has shape {value.Shape}; all but its last dimension must be key's, {key.Shape}.",
                nameof(value));
        if (segments is null) return;
        if (query.Shape[^2] != key.Shape[^2])
            throw new ArgumentException($"segments are of one sequence, but there are {query.Shape[^2]} queries and {key.Shape[^2]} keys.",
                nameof(segments));
        if (segments.Rank < 1 || segments.Rank >= query.Rank || segments.Shape[^1] != query.Shape[^2] ||
            segments.Shape[..^1] != leading[..(segments.Rank - 1)])
            throw new ArgumentException($"segments has shape {segments.Shape}; for query {query.Shape} it needs [{query.Shape[^2]}], " +
                "or that behind the first leading dimensions.", nameof(segments));
    }

    internal static void CheckDropout(double probability)
    {
        if (!(probability is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability),
                $"dropout probability has to be between 0 and 1, but got {probability}");
    }

    /// <summary>
    /// Causal self-attention of queries, keys and values that lie side by side: [N, L, 3 heads d] to [N, L, heads d]; for the module, which
    /// so copies nothing.
    /// </summary>
    internal static Tensor<float> CausalAttention(
        this Tensor<float> qkv, int heads, (int First, int End)[]? segments, AttentionDropout dropout)
    {
        var (count, length, size) = (qkv.Shape[0], qkv.Shape[1], qkv.Shape[2] / 3);
        var inside = new HeadLayout((nint)length * 3 * size, size / heads, 3 * size);
        var outside = new HeadLayout((nint)length * size, size / heads, size);
        var pass = new AttentionPass<float>
        {
            Sizes = (count, heads, length, length, size / heads, size / heads), Offsets = (0, size, 2 * size),
            Layouts = (inside, inside, inside, outside), Scale = 1 / Math.Sqrt(size / heads),
            Ranges = new(length, isCausal: true, segments), Dropout = dropout,
        };
        var output = Tensor.Uninitialized<float>([count, length, size]);
        pass.Forward(qkv, qkv, qkv, output);
        var kept = output.Detach();
        return output.Record("ScaledDotProductAttentionBackward0", [qkv, kept], qkv.MakeEdge(g =>
        {
            var gradient = Tensor.Uninitialized<float>(qkv.Shape);
            pass.Backward(qkv, qkv, qkv, kept, g, (gradient, gradient, gradient));
            return gradient;
        }));
    }
}
