using System.Globalization;
using System.Text;

namespace Surprisal.Cli.Language;

/// <summary>The classes of a language model: which token each is, and how a text becomes them and they a text.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Ids">For each class GPT-2's token, or a character's scalar; ascending.</param>
internal sealed record TokenTable(string Kind, IReadOnlyList<int> Ids)
{
    public const string Gpt2 = "gpt2", Characters = "characters";

    public static readonly string[] Kinds = [Gpt2, Characters];

    private readonly Dictionary<int, long> classes = Ids.Index().ToDictionary(static at => at.Item, static at => (long)at.Index);

    public int Count => Ids.Count;

    /// <summary>The class of the end of a text; null where there is none.</summary>
    public long? EndOfText => Kind == Gpt2 && classes.TryGetValue(Gpt2Tokens.EndOfText, out var token) ? token : null;

    /// <summary>What an empty prompt begins with: the end of a text, or a new line, or the first class.</summary>
    public long Start => EndOfText ?? (classes.TryGetValue(Kind == Gpt2 ? Gpt2Tokens.Encode("\n")[0] : '\n', out var line) ? line : 0);

    /// <summary>The classes in words, for people.</summary>
    public IReadOnlyList<string> Names =>
        [.. Ids.Select((id, i) => id == Gpt2Tokens.EndOfText && Kind == Gpt2 ? "<|endoftext|>" : Encoding.UTF8.GetString(Bytes(i)))];

    /// <summary>All of GPT-2's tokens, or those that texts have, each by itself.</summary>
    public static TokenTable OfGpt2(params string[] only) => new(Gpt2, only.Length == 0 ? [.. Enumerable.Range(0, Gpt2Tokens.Count)]
        : [.. only.SelectMany(Gpt2Tokens.Encode).Distinct().Order()]);

    /// <summary>The characters of a text, as Unicode has them.</summary>
    public static TokenTable OfCharacters(string text) =>
        new(Characters, [.. text.EnumerateRunes().Select(static rune => rune.Value).Distinct().Order()]);

    /// <summary>A text as classes.</summary>
    /// <exception cref="InvalidDataException">It has a token that is no class; the message names it.</exception>
    public long[] Encode(string text, string what)
    {
        var ids = Kind == Gpt2 ? Gpt2Tokens.Encode(text) : [.. text.EnumerateRunes().Select(static rune => rune.Value)];
        var tokens = new long[ids.Count];
        for (var i = 0; i < tokens.Length; i++)
            if (!classes.TryGetValue(ids[i], out tokens[i]))
                throw new InvalidDataException($"{what}: token {i} is {Name(ids[i])}, which the text to train on does not have" +
                    $"{(Kind == Gpt2 ? "; --full-vocabulary knows all of GPT-2's" : "")}.");
        return tokens;
    }

    /// <summary>The bytes of a class in UTF-8, maybe a part of a character.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No class.</exception>
    public byte[] Bytes(long token)
    {
        if ((ulong)token >= (ulong)Count)
            throw new ArgumentOutOfRangeException(nameof(token), $"the token is {token}; there are 0..{Count - 1}.");
        return Kind == Gpt2 ? Gpt2Tokens.Bytes(Ids[(int)token]) : Encoding.UTF8.GetBytes(new Rune(Ids[(int)token]).ToString());
    }

    /// <summary>How many bytes tokens stand for.</summary>
    public long ByteCount(IEnumerable<long> tokens) => tokens.Sum(token => (long)Bytes(token).Length);

    /// <summary>Refuses what is no table: of a damaged file.</summary>
    /// <exception cref="InvalidDataException">Another kind, or numbers that are no tokens of it.</exception>
    public void Check(string path)
    {
        var isOne = Kinds.Contains(Kind) && Count > 0 && Ids.All(id => Kind == Gpt2 ? id is >= 0 and < Gpt2Tokens.Count : Rune.IsValid(id));
        if (!isOne) throw new InvalidDataException($"{path}: its metadata are damaged: {Count} tokens of the kind '{Kind}'.");
    }

    private string Name(int id) => Kind == Characters
        ? $"'{new Rune(id)}' (U+{id.ToString("X4", CultureInfo.InvariantCulture)})"
        : $"\"{Encoding.UTF8.GetString(Gpt2Tokens.Bytes(id))}\" ({id})";
}
