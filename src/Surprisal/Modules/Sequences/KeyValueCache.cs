namespace Surprisal.Modules;

/// <summary>
/// What the attention of a <see cref="Gpt"/> has made of tokens that it has seen: keys and values of every block, so that the next token
/// costs one position and not all of them. <see cref="Gpt.Hidden(Tensor{long}, KeyValueCache)"/> reads and fills it.
/// </summary>
/// <remarks>
/// It takes 2 layers x context x embedDim floats a sequence, and holds for the weights that it was filled with: <see cref="Clear"/> it when
/// they change.
/// </remarks>
/// <example><code>
/// var model = new Gpt(vocabulary: 100, context: 16, new Seed(0));
/// model.Eval();
/// var cache = new KeyValueCache(model);
/// model.Hidden(Tensor.Create&lt;long>([[1, 2, 3]]), cache);
/// Console.WriteLine(model.Hidden(Tensor.Create&lt;long>([[4]]), cache).Shape);      // [1, 1, 64]
/// Console.WriteLine(cache.Length);                                                // 4
/// </code></example>
public sealed class KeyValueCache
{
    private readonly Tensor<float>[] blocks;

    /// <summary>An empty cache.</summary>
    /// <param name="model">Whose positions it is for.</param>
    /// <param name="sequences">How many sequences go on side by side; at least 1. Default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No sequences.</exception>
    public KeyValueCache(Gpt model, int sequences = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (sequences < 1)
            throw new ArgumentOutOfRangeException(nameof(sequences), $"sequences is {sequences}; there is at least 1.");
        blocks = [.. Enumerable.Range(0, model.Layers).Select(_ => Tensor.Zeros<float>(sequences, model.Context, 2 * model.EmbedDim))];
        (Sequences, Context) = (sequences, model.Context);
    }

    /// <summary>How many sequences go on side by side.</summary>
    public int Sequences { get; }

    /// <summary>How many positions there is space for: the model's context.</summary>
    public int Context { get; }

    /// <summary>How many positions it holds.</summary>
    public int Length { get; internal set; }

    /// <summary>Forgets all positions.</summary>
    public void Clear() => Length = 0;

    /// <summary>[sequences, context, 2 embedDim]: the keys and values of a block.</summary>
    internal Tensor<float> Of(int block) => blocks[block];

    /// <summary>Whether it was made for a model of these sizes.</summary>
    internal bool Fits(Gpt model) =>
        blocks.Length == model.Layers && Context == model.Context && blocks[0].Shape[2] == 2 * model.EmbedDim;
}
