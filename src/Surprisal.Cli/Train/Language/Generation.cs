using System.Text;
using Surprisal.Modules;

namespace Surprisal.Cli.Language;

/// <summary>A model that writes: each token is drawn from what the last ones, at most a context, make likely.</summary>
internal static class Generation
{
    /// <summary>The text, piece by piece; what is half a character comes with its other half.</summary>
    /// <param name="model">In evaluation.</param>
    /// <param name="table">Its classes.</param>
    /// <param name="prompt">What it begins with; not repeated. Empty: the beginning of a text.</param>
    /// <param name="count">The most tokens; the end of a text ends it too.</param>
    /// <param name="sampler">How they are drawn.</param>
    /// <param name="seed">Decides, with the position.</param>
    public static IEnumerable<string> Text(Gpt model, TokenTable table, long[] prompt, int count, TokenSampler sampler, long seed)
    {
        var tokens = prompt.Length > 0 ? prompt.ToList() : [table.Start];
        var draws = Tensor.Rand<double>([count], new Seed(seed)).ToArray();
        var decoder = Encoding.UTF8.GetDecoder();
        var cache = new KeyValueCache(model);
        for (var i = 0; i < count; i++)
        {
            var next = sampler.Next(Logits(model, tokens, cache), tokens, draws[i]);
            if (next == table.EndOfText) break;
            tokens.Add(next);
            if (Decoded(decoder, table.Bytes(next), flush: false) is { Length: > 0 } piece) yield return piece;
        }
        if (Decoded(decoder, [], flush: true) is { Length: > 0 } rest) yield return rest;
    }

    /// <summary>
    /// Of the token behind the last. While the context is not full, what the cache holds is not computed again; from then on each token
    /// moves all others one position back, so that they are all computed anew.
    /// </summary>
    private static float[] Logits(Gpt model, List<long> tokens, KeyValueCache cache)
    {
        using var scope = Tensor.NoGrad();
        if (tokens.Count > model.Context) cache.Clear();
        var first = Math.Max(0, tokens.Count - model.Context) + cache.Length;
        var next = tokens[first..];
        var hidden = model.Hidden(Tensor.Create<long>([.. next], [1, next.Count]), cache);
        return model.Logits(hidden.Reshape(next.Count, model.EmbedDim)[^1..]).ToArray();
    }

    private static string Decoded(Decoder decoder, byte[] bytes, bool flush)
    {
        var characters = new char[decoder.GetCharCount(bytes, flush)];
        return new string(characters, 0, decoder.GetChars(bytes, 0, bytes.Length, characters, 0, flush));
    }
}
