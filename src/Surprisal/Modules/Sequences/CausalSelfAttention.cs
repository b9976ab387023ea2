using Surprisal.Kernels;

namespace Surprisal.Modules;

/// <summary>Each position looks at those up to itself, with several heads side by side: [N, L, embedDim] to [N, L, embedDim].</summary>
/// <remarks>
/// Vaswani et al. 2017 with a causal mask, as in GPT-2: one layer, c_attn, makes queries, keys and values, [3 embedDim, embedDim]; c_proj
/// mixes the heads. The weights [L, L] never exist: see <see cref="TensorExtensions.ScaledDotProductAttention{T}"/>. Dropout's masks follow
/// from the seed, the number of calls and the place of query and key.
/// </remarks>
/// <example><code>
/// var layer = new CausalSelfAttention(embedDim: 64, numHeads: 4, new Seed(0));
/// Console.WriteLine(layer.Forward(Tensor.Ones&lt;float>(2, 10, 64)).Shape);      // [2, 10, 64]
/// </code></example>
public sealed class CausalSelfAttention : Module
{
    private readonly Linear attention, projection;
    private readonly Dropout residual;
    private readonly Tensor<long> seed, calls;
    private readonly int heads;
    private readonly double dropout;
    private readonly double? rotaryBase;
    private readonly bool isInterleaved;

    /// <summary>A layer of the given width.</summary>
    /// <param name="embedDim">The width of a position; at least 1, and a multiple of <paramref name="numHeads"/>.</param>
    /// <param name="numHeads">The number of heads; at least 1.</param>
    /// <param name="seed">Where weights and masks come from: its next numbers.</param>
    /// <param name="dropout">How often a weight, and an output, is dropped in training; from 0 to 1. Default 0.</param>
    /// <param name="bias">Whether the layers inside have biases. Default true.</param>
    /// <param name="rotaryBase">Turns queries and keys by their positions, with this base, such as 10000; heads have an even width then.
    /// Default null: no.</param>
    /// <param name="isInterleaved">Whether neighbours are turned together; ignored without <paramref name="rotaryBase"/>. Default
    /// false.</param>
    /// <exception cref="ArgumentOutOfRangeException">No width, no heads, or a probability outside [0, 1].</exception>
    /// <exception cref="ArgumentException">A width that the heads do not divide, or of odd heads with rotary positions.</exception>
    public CausalSelfAttention(
        int embedDim, int numHeads, Seed seed, double dropout = 0, bool bias = true, double? rotaryBase = null, bool isInterleaved = false)
    {
        if (embedDim < 1) throw new ArgumentOutOfRangeException(nameof(embedDim), $"embedDim is {embedDim}; it is at least 1.");
        if (numHeads < 1) throw new ArgumentOutOfRangeException(nameof(numHeads), $"numHeads is {numHeads}; it is at least 1.");
        if (embedDim % numHeads != 0)
            throw new ArgumentException($"embedDim is {embedDim}, which {numHeads} heads do not divide.", nameof(embedDim));
        if (rotaryBase is { } given) TensorExtensions.CheckRotary(embedDim / numHeads, given);
        (heads, this.dropout, this.rotaryBase, this.isInterleaved) = (numHeads, dropout, rotaryBase, isInterleaved);
        attention = Child("c_attn", new Linear(embedDim, checked(3 * embedDim), seed, bias));
        projection = Child("c_proj", new Linear(embedDim, embedDim, seed, bias));
        residual = Child("resid_dropout", new Dropout(dropout, seed));
        this.seed = Buffer("seed", Tensor.Scalar(Seed.Draw(seed)), persistent: false);
        calls = Buffer("calls", Tensor.Scalar(0L), persistent: false);
    }

    /// <inheritdoc/>
    protected override string Details =>
        $"embed_dim={projection.Weight.Shape[0]}, num_heads={heads}, dropout={NumberFormat.Short(dropout)}" +
        (rotaryBase is { } given ? $", rotary_base={NumberFormat.Short(given)}, interleaved={isInterleaved}" : "");

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Not [N, L, embedDim].</exception>
    public override Tensor<float> Forward(Tensor<float> input) => Forward(input, segments: null);

    /// <summary>The same, where several sequences are packed into one.</summary>
    /// <param name="input">[N, L, embedDim].</param>
    /// <param name="segments">[N, L]: positions with the same number, side by side, see each other alone; a negative number is padding.
    /// Default null: all are one.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, or a segment in two pieces.</exception>
    public Tensor<float> Forward(Tensor<float> input, Tensor<long>? segments)
    {
        ArgumentNullException.ThrowIfNull(input);
        var width = projection.Weight.Shape[0];
        if (input.Rank != 3 || input.Shape[2] != width)
            throw new ArgumentException($"the input has shape {input.Shape}; [N, L, {width}] is needed.", nameof(input));
        var (count, length) = (input.Shape[0], input.Shape[1]);
        if (segments is not null && segments.Shape != [count, length])
            throw new ArgumentException($"segments has shape {segments.Shape}; for the input {input.Shape} it needs [{count}, {length}].",
                nameof(segments));
        var qkv = Turned(attention.Forward(input), segments is null ? Positions(0, length) : Segments.Positions(segments, length));
        var mixed = qkv.CausalAttention(heads, segments is null ? null : Segments.Ranges(segments, length), Masks(count, length));
        return residual.Forward(projection.Forward(mixed));
    }

    /// <summary>Positions [N, L, embedDim] that go on with those in a cache, in evaluation.</summary>
    /// <param name="input">[N, L, embedDim].</param>
    /// <param name="cache">[N, positions, 2 embedDim], which receives theirs.</param>
    /// <param name="before">How many it holds.</param>
    internal Tensor<float> Forward(Tensor<float> input, Tensor<float> cache, int before) =>
        projection.Forward(Turned(attention.Forward(input), Positions(before, input.Shape[1])).CausalAttention(heads, cache, before));

    private static long[] Positions(int first, int count) => [.. Enumerable.Range(first, count).Select(static i => (long)i)];

    private Tensor<float> Turned(Tensor<float> qkv, long[] positions)
    {
        var width = projection.Weight.Shape[0];
        return rotaryBase is not { } given ? qkv
            : TensorExtensions.Turned(qkv, positions, (3 * width, 2 * width, width / heads), given, isInterleaved);
    }

    private AttentionDropout Masks(int count, int length) => !IsTraining || dropout == 0 ? default
        : new(dropout, seed.Span[0], calls.Span[0]++, before: StepRows.Before(count) * heads * length * length);
}
