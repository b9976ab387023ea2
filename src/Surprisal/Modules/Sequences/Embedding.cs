namespace Surprisal.Modules;

/// <summary>A table of vectors, one a token: tokens [..] to [.., embeddingDim].</summary>
/// <remarks>
/// Tokens are whole numbers, as floats or as longs: a float holds those up to 2^24 exactly. The gradient touches only the rows that were
/// read; see <see cref="TensorExtensions.Embedding{T}"/>.
/// </remarks>
/// <example><code>
/// var layer = new Embedding(100, 8, new Seed(0));
/// Console.WriteLine(layer);                                                       // Embedding(100, 8)
/// Console.WriteLine(layer.Forward(Tensor.Create&lt;long>([[1, 2, 3], [4, 5, 99]])).Shape);  // [2, 3, 8]
/// </code></example>
public sealed class Embedding : Module
{
    private readonly int? paddingIndex;

    /// <summary>A table with PyTorch's default initialisation: standard normal, 0 at the padding.</summary>
    /// <param name="numEmbeddings">How many tokens there are; at least 1.</param>
    /// <param name="embeddingDim">How long a vector is; at least 1.</param>
    /// <param name="seed">Where the weights come from: its next number.</param>
    /// <param name="paddingIndex">A token that gets no gradient and is 0 at first; negatives count from the back. Default null:
    /// none.</param>
    /// <exception cref="ArgumentOutOfRangeException">No tokens, no elements, or a padding outside the table.</exception>
    public Embedding(int numEmbeddings, int embeddingDim, Seed seed, int? paddingIndex = null)
    {
        if (numEmbeddings < 1)
            throw new ArgumentOutOfRangeException(nameof(numEmbeddings),
                $"numEmbeddings is {numEmbeddings}; a table has at least 1 token.");
        if (embeddingDim < 1)
            throw new ArgumentOutOfRangeException(nameof(embeddingDim),
                $"embeddingDim is {embeddingDim}; a vector has at least 1 element.");
        var padding = TensorExtensions.PaddingIndex(paddingIndex, numEmbeddings);
        this.paddingIndex = padding < 0 ? null : (int)padding;
        Weight = Parameter("weight", Initialization.Normal([numEmbeddings, embeddingDim], 1, Seed.Draw(seed)));
        if (padding >= 0) Weight.Span.Slice((int)padding * embeddingDim, embeddingDim).Clear();
    }

    /// <summary>[numEmbeddings, embeddingDim].</summary>
    public Tensor<float> Weight { get; }

    /// <inheritdoc/>
    protected override string Details =>
        $"{Weight.Shape[0]}, {Weight.Shape[1]}{(paddingIndex is { } padding ? $", padding_idx={padding}" : "")}";

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A number that is no token of the table.</exception>
    public override Tensor<float> Forward(Tensor<float> input) => Forward(Tokens(input));

    /// <summary>Tokens [..] to vectors [.., embeddingDim].</summary>
    /// <param name="tokens">Each from 0 to numEmbeddings - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number that is no token of the table; the message gives its position.</exception>
    public Tensor<float> Forward(Tensor<long> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return Weight.Embedding(tokens, paddingIndex);
    }

    /// <summary>Floats as tokens.</summary>
    internal static Tensor<long> Tokens(Tensor<float> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        for (var i = 0; i < input.Length; i++)
            if (input.Span[i] != MathF.Truncate(input.Span[i]) || !float.IsFinite(input.Span[i]))
                throw new ArgumentOutOfRangeException(nameof(input),
                    $"the token at flat position {i} is {input.Span[i]}; tokens are whole numbers.");
        return input.Detach().To<long>();
    }
}
