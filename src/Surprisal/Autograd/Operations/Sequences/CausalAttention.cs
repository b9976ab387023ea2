using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>
    /// Causal self-attention of positions that go on with others: [N, L, 3 heads d] to [N, L, heads d]; no gradient. An output has the bits
    /// that all positions together give, for a query adds its keys in blocks that begin with the first key, wherever the query stands.
    /// </summary>
    /// <param name="qkv">Queries, keys and values side by side.</param>
    /// <param name="heads">Of each position.</param>
    /// <param name="cache">[N, positions, 2 heads d]: keys and values side by side; those of <paramref name="qkv"/> are written behind the
    /// first <paramref name="before"/>.</param>
    /// <param name="before">How many positions came before.</param>
    internal static Tensor<float> CausalAttention(this Tensor<float> qkv, int heads, Tensor<float> cache, int before)
    {
        var (count, length, size, positions) = (qkv.Shape[0], qkv.Shape[1], qkv.Shape[2] / 3, cache.Shape[1]);
        for (var row = 0; row < count * length; row++)
            qkv.Span.Slice(row * 3 * size + size, 2 * size)
                .CopyTo(cache.Span[((row / length * positions + before + row % length) * 2 * size)..]);
        var kept = new HeadLayout((nint)positions * 2 * size, size / heads, 2 * size);
        var pass = new AttentionPass<float>
        {
            Sizes = (count, heads, length, before + length, size / heads, size / heads), Offsets = (0, 0, size),
            Layouts = (new((nint)length * 3 * size, size / heads, 3 * size), kept, kept, new((nint)length * size, size / heads, size)),
            Scale = 1 / Math.Sqrt(size / heads), Ranges = new(before + length, isCausal: true, null, before),
        };
        var output = Tensor.Uninitialized<float>([count, length, size]);
        pass.Forward(qkv, cache, cache, output);
        return output;
    }
}
