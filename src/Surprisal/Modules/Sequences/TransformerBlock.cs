namespace Surprisal.Modules;

/// <summary>
/// A block of a decoder: x += attention(norm(x)), then x += feed-forward(norm(x)): [N, L, embedDim] to [N, L, embedDim].
/// </summary>
/// <remarks>GPT-2's form, normalised first (Radford et al. 2019), with its names: ln_1, attn, ln_2, mlp.</remarks>
/// <example><code>
/// var block = new TransformerBlock(embedDim: 64, numHeads: 4, new Seed(0));
/// Console.WriteLine(block.Forward(Tensor.Ones&lt;float>(2, 10, 64)).Shape);      // [2, 10, 64]
/// </code></example>
public sealed class TransformerBlock : Module
{
    private readonly LayerNorm before, between;
    private readonly CausalSelfAttention attention;
    private readonly FeedForward feedForward;

    /// <summary>A block of the given width.</summary>
    /// <param name="embedDim">The width of a position; at least 1, and a multiple of <paramref name="numHeads"/>.</param>
    /// <param name="numHeads">The number of heads; at least 1.</param>
    /// <param name="seed">Where weights and masks come from: its next numbers.</param>
    /// <param name="dropout">How often attention's weights and both outputs are dropped in training; from 0 to 1. Default 0.</param>
    /// <param name="epsilon">Of the normalisations. Default 1e-5.</param>
    /// <exception cref="ArgumentOutOfRangeException">No width, no heads, or a probability outside [0, 1].</exception>
    /// <exception cref="ArgumentException">A width that the heads do not divide.</exception>
    public TransformerBlock(int embedDim, int numHeads, Seed seed, double dropout = 0, double epsilon = 1e-5)
    {
        before = Child("ln_1", new LayerNorm([embedDim], epsilon));
        attention = Child("attn", new CausalSelfAttention(embedDim, numHeads, seed, dropout));
        between = Child("ln_2", new LayerNorm([embedDim], epsilon));
        feedForward = Child("mlp", new FeedForward(embedDim, seed, dropout));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Not [N, L, embedDim].</exception>
    public override Tensor<float> Forward(Tensor<float> input) => Forward(input, segments: null);

    /// <summary>The same, where several sequences are packed into one.</summary>
    /// <param name="input">[N, L, embedDim].</param>
    /// <param name="segments">[N, L]: see <see cref="CausalSelfAttention.Forward(Tensor{float}, Tensor{long})"/>.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, or a segment in two pieces.</exception>
    public Tensor<float> Forward(Tensor<float> input, Tensor<long>? segments) =>
        FeedForward(input + attention.Forward(before.Forward(input), segments));

    /// <summary>Positions that go on with those in a cache: <see cref="CausalSelfAttention.Forward(Tensor{float}, Tensor{float},
    /// int)"/>.</summary>
    internal Tensor<float> Forward(Tensor<float> input, Tensor<float> cache, int length) =>
        FeedForward(input + attention.Forward(before.Forward(input), cache, length));

    private Tensor<float> FeedForward(Tensor<float> x) => x + feedForward.Forward(between.Forward(x));
}
