using System.Text;
using Surprisal.Cli.Language;

namespace Surprisal.Tests.Cli.Language;

/// <summary>Texts to tokens and back: GPT-2's as its table has them, characters as Unicode has them.</summary>
public sealed class TokenTableTests
{
    /// <summary>What tiktoken gives, from its documentation and from linear.md's observations; a special token's name is text.</summary>
    [Theory]
    [InlineData("hello world", new long[] { 31373, 995 })]
    [InlineData("\r\n", new long[] { 201, 198 })]
    [InlineData("\n\n", new long[] { 628 })]
    [InlineData("a<|endoftext|>b", new long[] { 64, 27, 91, 437, 1659, 5239, 91, 29, 65 })]
    [InlineData("", new long[] { })]
    public void Gpt2sTokensAreGpt2s(string text, long[] tokens) => Assert.Equal(tokens, TokenTable.OfGpt2().Encode(text, "text"));

    [Fact]
    public void EveryTextComesBack()
    {
        var text = "\uFEFFCall me Ishmael—€ 😀  \t\r\n\n" + new string(' ', 20) + "<|endoftext|> naïve";
        foreach (var table in new[] { TokenTable.OfGpt2(), TokenTable.OfGpt2(text), TokenTable.OfCharacters(text) })
        {
            var tokens = table.Encode(text, "text");
            Assert.Equal(text, Encoding.UTF8.GetString([.. tokens.SelectMany(table.Bytes)]));
            Assert.Equal(Encoding.UTF8.GetByteCount(text), table.ByteCount(tokens));
        }
        Assert.Equal(3, TokenTable.OfGpt2().Encode("\uFEFF", "text").Length);
        Assert.Equal(20, TokenTable.OfGpt2().Encode(new string(' ', 20), "text").Length);
        Assert.Equal(50257, TokenTable.OfGpt2().Count);
        Assert.Equal(["a", "b", "é", "😀"], TokenTable.OfCharacters("b😀éab").Names);
    }

    /// <summary>A word that is cut between the parts has tokens there that the whole text has not.</summary>
    [Fact]
    public void EachPartHasItsOwnTokens()
    {
        var (first, last) = Utf8Text.Split("nothing else matters", 0.5);
        Assert.Equal(("nothing el", "se matters"), (first, last));
        var table = TokenTable.OfGpt2(first, last);
        Assert.Equal(2, table.Encode(first, "first").Length);
        Assert.Equal(2, table.Encode(last, "last").Length);
    }

    [Fact]
    public void TheTextThatComesAlongIsWholeChapters()
    {
        var text = Utf8Text.Read(path: null);
        Assert.StartsWith("CHAPTER 1. Loomings.", text, StringComparison.Ordinal);
        Assert.Equal(80, text.Split('\n').Count(static line => line.StartsWith("CHAPTER ", StringComparison.Ordinal) && line.Length > 10
            && char.IsAsciiDigit(line[8])));
        Assert.Equal(735_472, Encoding.UTF8.GetByteCount(text));
    }

    [Fact]
    public void WhatIsNoTokenIsNamed()
    {
        Refused("part: token 2 is 'x' (U+0078), which the text to train on does not have.", static () => TokenTable.OfCharacters("ab").Encode("bax", "part"));
        Refused("part: token 0 is \"hello\" (31373), which the text to train on does not have; --full-vocabulary knows all of GPT-2's.",
            static () => TokenTable.OfGpt2("world").Encode("hello", "part"));
        foreach (var token in new[] { -1L, 3 })
            Assert.StartsWith($"the token is {token}; there are 0..2.",
                Assert.Throws<ArgumentOutOfRangeException>(() => TokenTable.OfCharacters("abc").Bytes(token)).Message, StringComparison.Ordinal);
        Assert.StartsWith("the token is 50257; GPT-2's are 0..50256.",
            Assert.Throws<ArgumentOutOfRangeException>(static () => Gpt2Tokens.Bytes(50257)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNoTextIsRefusedWithItsPlace()
    {
        Refused("t: the text is empty.", static () => Utf8Text.Decode("t", []));
        Refused("t: byte 2 is ff, which is no UTF-8 there; save the text as UTF-8.", static () => Utf8Text.Decode("t", [65, 66, 0xFF, 67]));
        Refused("t: byte 1 is ed, which is no UTF-8 there; save the text as UTF-8.", static () => Utf8Text.Decode("t", [65, 0xED, 0xA0, 0x80])); // a surrogate
        Refused("t: byte 0 is e2, which is no UTF-8 there; save the text as UTF-8.", static () => Utf8Text.Decode("t", [0xE2, 0x82]));
        Assert.Equal(("a", "😀"), Utf8Text.Split("a😀", 1 / 3.0)); // not through the pair
    }

    private static void Refused(string message, Func<object> call) => Assert.Equal(message, Assert.Throws<InvalidDataException>(call).Message);
}
