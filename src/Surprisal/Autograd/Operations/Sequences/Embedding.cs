using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>The rows of a table that the indices name: [V, d] and [..] to [.., d].</summary>
    /// <param name="weight">[V, d], a row for each token.</param>
    /// <param name="indices">Any shape; each from 0 to V - 1.</param>
    /// <param name="paddingIndex">A token whose row gets no gradient; it is read like any other. Negatives count from the back. Default
    /// null:
    /// none.</param>
    /// <remarks>
    /// The gradient touches only the rows that are named, beside the zeros that it begins with; copies of a token add up in double, by
    /// ascending position, whatever the threads.
    /// </remarks>
    /// <exception cref="ArgumentException">weight is no table.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token, or paddingIndex, outside the table.</exception>
    /// <example><code>
    /// var weight = Tensor.Create&lt;float>([[1, 2], [3, 4], [5, 6]], requiresGrad: true);
    /// var rows = weight.Embedding(Tensor.Create&lt;long>([2, 0, 2]));
    /// rows.Sum().Backward();
    /// Console.WriteLine(weight.Grad);
    /// // tensor([[1., 1.],
    /// //         [0., 0.],
    /// //         [2., 2.]])
    /// </code></example>
    public static Tensor<T> Embedding<T>(this Tensor<T> weight, Tensor<long> indices, int? paddingIndex = null)
        where T : unmanaged, INumber<T>
    {
        if (weight.Rank != 2) throw new ArgumentException($"weight has shape {weight.Shape}; it needs [V, d].", nameof(weight));
        var (count, width) = (weight.Shape[0], weight.Shape[1]);
        var leftOut = PaddingIndex(paddingIndex, count);
        for (var i = 0; i < indices.Length; i++)
            if ((ulong)indices.Span[i] >= (ulong)count)
                throw new ArgumentOutOfRangeException(nameof(indices), $"the token at flat position {i} is {indices.Span[i]}; " +
                    (count == 0 ? "the table has no rows." : $"the table has the rows 0..{count - 1}."));
        var y = Tensor.Uninitialized<T>([.. indices.Shape, width]);
        for (var i = 0; i < indices.Length; i++)
            weight.Span.Slice((int)indices.Span[i] * width, width).CopyTo(y.Span[(i * width)..]);
        return y.Record("EmbeddingBackward0", [indices], weight.MakeEdge(g =>
        {
            var gradient = Tensor.Zeros<T>(weight.Shape);
            EmbeddingGradient.Run<T>(indices.Span, g.Span, leftOut, gradient.Span);
            return gradient;
        }));
    }

    internal static long PaddingIndex(int? index, int count) => index is not { } given ? -1
        : given >= -count && given < count ? given < 0 ? given + count : given
        : throw new ArgumentOutOfRangeException(nameof(index),
            $"paddingIndex is {given}; the table has {count} rows, {-count}..{count - 1}.");
}
