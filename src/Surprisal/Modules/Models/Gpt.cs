namespace Surprisal.Modules;

/// <summary>
/// A language model in GPT-2's form: tokens [N, L] to logits of the next token [N, L, vocabulary]; each position sees those up to itself.
/// </summary>
/// <remarks>
/// <para>Radford et al. 2019: token and position vectors, blocks, a last normalisation, and a head whose weight <em>is</em> the table of
/// token vectors: one parameter, once in <see cref="Module.Parameters"/> and in files, whose gradient is the sum of both. Weights begin
/// normal with deviation 0.02, those that end in a residual (c_proj) with 0.02 / sqrt(2 layers), biases 0: the first loss is about
/// ln(vocabulary). Names are Hugging Face's: wte.weight, wpe.weight, h.0.ln_1.weight ... ln_f.bias.</para>
/// <para>A loss that makes its own logits takes <see cref="Hidden(Tensor{long}, Tensor{long})"/> and <see cref="HeadWeight"/>.</para>
/// </remarks>
/// <example><code>
/// var model = new Gpt(vocabulary: 100, context: 16, new Seed(0), embedDim: 32, layers: 2, heads: 4);
/// var tokens = Tensor.Create&lt;long>([[1, 2, 3], [4, 5, 6]]);
/// Console.WriteLine(model.Hidden(tokens).Shape);                  // [2, 3, 32]
/// Console.WriteLine(model.Logits(model.Hidden(tokens)).Shape);    // [2, 3, 100]
/// </code></example>
public sealed class Gpt : Module
{
    private const double Deviation = 0.02;

    private readonly Embedding tokens, positions;
    private readonly Dropout drop;
    private readonly ModuleList blocks;
    private readonly LayerNorm last;

    /// <summary>A model of the given size.</summary>
    /// <param name="vocabulary">How many tokens there are; at least 1.</param>
    /// <param name="context">How many positions a sequence may have; at least 1.</param>
    /// <param name="seed">Where weights and masks come from: its next numbers.</param>
    /// <param name="embedDim">The width of a position; a multiple of <paramref name="heads"/>. Default 64.</param>
    /// <param name="layers">The number of blocks; at least 1. Default 2.</param>
    /// <param name="heads">The heads of each block; at least 1. Default 4.</param>
    /// <param name="dropout">How often vectors, weights of attention and outputs are dropped in training; from 0 to 1. Default 0.</param>
    /// <param name="epsilon">Of the normalisations. Default 1e-5.</param>
    /// <exception cref="ArgumentOutOfRangeException">No tokens, positions, width, blocks or heads, or a probability outside
    /// [0, 1].</exception>
    /// <exception cref="ArgumentException">A width that the heads do not divide.</exception>
    public Gpt(
        int vocabulary, int context, Seed seed, int embedDim = 64, int layers = 2, int heads = 4, double dropout = 0, double epsilon = 1e-5)
    {
        if (vocabulary < 1) throw new ArgumentOutOfRangeException(nameof(vocabulary), $"vocabulary is {vocabulary}; it is at least 1.");
        if (context < 1)
            throw new ArgumentOutOfRangeException(nameof(context), $"context is {context}; a sequence has at least 1 position.");
        if (layers < 1) throw new ArgumentOutOfRangeException(nameof(layers), $"layers is {layers}; a model has at least 1 block.");
        (Heads, Epsilon) = (heads, epsilon);
        tokens = Child("wte", new Embedding(vocabulary, embedDim, seed));
        positions = Child("wpe", new Embedding(context, embedDim, seed));
        drop = Child("drop", new Dropout(dropout, seed));
        blocks = Child("h", new ModuleList(
            Enumerable.Range(0, layers).Select(_ => new TransformerBlock(embedDim, heads, seed, dropout, epsilon))));
        last = Child("ln_f", new LayerNorm([embedDim], epsilon));
        foreach (var (name, parameter) in NamedParameters())
        {
            if (parameter.Rank > 1)
            {
                var deviation = name.EndsWith("c_proj.weight", StringComparison.Ordinal) ? Deviation / Math.Sqrt(2.0 * layers) : Deviation;
                Initialization.Normal(parameter.Shape, deviation, Seed.Draw(seed)).Span.CopyTo(parameter.Span);
            }
            else if (name.EndsWith(".bias", StringComparison.Ordinal))
            {
                parameter.Span.Clear();
            }
        }
    }

    /// <summary>How many tokens there are.</summary>
    public int Vocabulary => HeadWeight.Shape[0];

    /// <summary>How many positions a sequence may have.</summary>
    public int Context => positions.Weight.Shape[0];

    /// <summary>The width of a position.</summary>
    public int EmbedDim => HeadWeight.Shape[1];

    /// <summary>The number of blocks.</summary>
    public int Layers => blocks.Count;

    /// <summary>The heads of each block.</summary>
    public int Heads { get; }

    /// <summary>That of the normalisations.</summary>
    public double Epsilon { get; }

    /// <summary>[vocabulary, embedDim]: the head's weight, which is the table of token vectors.</summary>
    public Tensor<float> HeadWeight => tokens.Weight;

    /// <summary>Tokens [N, L] to logits [N, L, vocabulary].</summary>
    /// <param name="input">Whole numbers from 0 to vocabulary - 1; L at most <see cref="Context"/>.</param>
    /// <exception cref="ArgumentException">Not [N, L], or more positions than there are.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number that is no token.</exception>
    public override Tensor<float> Forward(Tensor<float> input) => Logits(Hidden(Embedding.Tokens(input)));

    /// <summary>Tokens [N, L] to what the head is multiplied with: [N, L, embedDim].</summary>
    /// <param name="tokens">Each from 0 to vocabulary - 1; L at most <see cref="Context"/>.</param>
    /// <param name="segments">[N, L]: sequences packed into one, whose positions begin at 0 each; see
    /// <see cref="CausalSelfAttention.Forward(Tensor{float}, Tensor{long})"/>. Default null: all are one.</param>
    /// <exception cref="ArgumentException">Not [N, L], or more positions than there are.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number that is no token.</exception>
    public Tensor<float> Hidden(Tensor<long> tokens, Tensor<long>? segments = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (tokens.Rank != 2) throw new ArgumentException($"the tokens have shape {tokens.Shape}; [N, L] is needed.", nameof(tokens));
        var length = tokens.Shape[1];
        if (length > Context)
            throw new ArgumentException($"the sequences have {length} tokens; this model has {Context} positions.", nameof(tokens));
        if (segments is not null && segments.Shape != tokens.Shape)
            throw new ArgumentException($"segments has shape {segments.Shape}; the tokens have {tokens.Shape}.", nameof(segments));
        var places = segments is null
            ? Tensor.Create<long>([.. Enumerable.Range(0, length).Select(static i => (long)i)])
            : Tensor.Create<long>(Segments.Positions(segments, length), segments.Shape);
        var x = drop.Forward(this.tokens.Forward(tokens) + positions.Forward(places));
        foreach (var block in blocks) x = ((TransformerBlock)block).Forward(x, segments);
        return last.Forward(x);
    }

    /// <summary>
    /// Tokens [N, L] that go on with those in a cache, to [N, L, embedDim]: the bits that all tokens together give. No gradient.
    /// </summary>
    /// <param name="tokens">Each from 0 to vocabulary - 1; with those in the cache at most <see cref="Context"/> a sequence.</param>
    /// <param name="cache">What came before; it receives these too.</param>
    /// <exception cref="ArgumentException">Not [N, L] with the cache's N, a cache for another model, or more positions than there
    /// are.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number that is no token.</exception>
    /// <exception cref="InvalidOperationException">In training, where layers drop numbers.</exception>
    public Tensor<float> Hidden(Tensor<long> tokens, KeyValueCache cache)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(cache);
        if (IsTraining) throw new InvalidOperationException("the model is in training; a cache is for evaluation: model.Eval().");
        if (!cache.Fits(this)) throw new ArgumentException("the cache was made for a model of other sizes.", nameof(cache));
        if (tokens.Rank != 2 || tokens.Shape[0] != cache.Sequences)
            throw new ArgumentException($"the tokens have shape {tokens.Shape}; the cache needs [{cache.Sequences}, L].", nameof(tokens));
        var (before, length) = (cache.Length, tokens.Shape[1]);
        if (length > Context - before)
            throw new ArgumentException($"the cache holds {before} tokens and {length} are to follow; this model has {Context} positions.",
                nameof(tokens));
        using var scope = Tensor.NoGrad();
        var places = Tensor.Create<long>([.. Enumerable.Range(before, length).Select(static i => (long)i)]);
        var x = this.tokens.Forward(tokens) + positions.Forward(places);
        for (var i = 0; i < blocks.Count; i++) x = ((TransformerBlock)blocks[i]).Forward(x, cache.Of(i), before);
        cache.Length = before + length;
        return last.Forward(x);
    }

    /// <summary>Hidden states [.., embedDim] to logits [.., vocabulary].</summary>
    /// <param name="hidden">What <see cref="Hidden(Tensor{long}, Tensor{long})"/> gives, or rows of it.</param>
    /// <exception cref="ArgumentException">Another last dimension.</exception>
    public Tensor<float> Logits(Tensor<float> hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        return hidden.Linear(HeadWeight);
    }

    /// <summary>The names and shapes of a model's parameters.</summary>
    internal static Dictionary<string, long[]> Shapes(int vocabulary, int context, long width, int layers)
    {
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal)
        {
            ["wte.weight"] = [vocabulary, width], ["wpe.weight"] = [context, width], ["ln_f.weight"] = [width], ["ln_f.bias"] = [width],
        };
        for (var i = 0; i < layers; i++)
        {
            foreach (var norm in new[] { "ln_1", "ln_2" })
            {
                shapes[$"h.{i}.{norm}.weight"] = [width];
                shapes[$"h.{i}.{norm}.bias"] = [width];
            }
            Add($"h.{i}.attn.c_attn", 3 * width, width);
            Add($"h.{i}.attn.c_proj", width, width);
            Add($"h.{i}.mlp.c_fc", 4 * width, width);
            Add($"h.{i}.mlp.c_proj", width, 4 * width);
        }
        return shapes;

        void Add(string name, long outputs, long inputs)
        {
            shapes[$"{name}.weight"] = [outputs, inputs];
            shapes[$"{name}.bias"] = [outputs];
        }
    }
}
