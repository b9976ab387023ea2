using Surprisal.Training;

namespace Surprisal.Tests.Training.Tokens;

/// <summary>Windows, padding and packing of tokens: every target once, the next token, nothing across a border.</summary>
public sealed class TokenDataTests
{
    private static readonly string[] names = [.. Enumerable.Range(0, 100).Select(static i => $"t{i}")];

    [Theory]
    [InlineData(9, 4, 2)]
    [InlineData(8, 4, 1)]
    [InlineData(5, 4, 1)]
    [InlineData(10, 3, 3)]
    [InlineData(3, 1, 2)]
    public void WindowsToTrainOnLieSideBySide(int count, int context, int windows)
    {
        var data = new TokenWindows(Range(count), context, names);
        Assert.Equal(windows, data.Count);
        Assert.Equal(windows * context, data.TargetCount);
        var (inputs, targets) = Batch.Collate(data, [.. Enumerable.Range(0, windows)]);
        Assert.Equal(Enumerable.Range(0, windows * context).Select(static i => (float)i), inputs.ToArray());
        Assert.Equal(Enumerable.Range(1, windows * context).Select(static i => (long)i), targets.ToArray());
        Assert.Equal(1, data.Target(0));
    }

    [Fact]
    public void EveryTargetIsEvaluatedOnce()
    {
        for (var count = 2; count < 40; count++)
            for (var context = 1; context < count; context++)
                for (var stride = 1; stride <= context; stride++)
                {
                    var data = new TokenWindows(Range(count), context, names, stride);
                    var (inputs, targets) = Batch.Collate(data, [.. Enumerable.Range(0, data.Count)]);
                    long[] counted = [.. targets.ToArray().Where(static target => target != -100)];
                    Assert.Equal(Enumerable.Range(1, count - 1).Select(static i => (long)i), counted);
                    Assert.Equal(count - 1, data.TargetCount);
                    for (var i = 0; i < inputs.Length; i++)
                    {
                        if (targets.Span[i] == -100) continue;
                        Assert.Equal(targets.Span[i] - 1, (long)inputs.Span[i]);
                        Assert.True(i % context >= Math.Min(context - stride, inputs.Span[i]), $"{count}, {context}, {stride}: {i} sees too little");
                    }
                    for (var window = 0; window < data.Count; window++)
                        Assert.Equal(targets.ToArray()[(window * context)..((window + 1) * context)].First(static target => target != -100),
                            data.Target(window));
                }
    }

    [Fact]
    public void WindowsThatCannotBeAreRefused()
    {
        Refused<ArgumentException>("there are 4 tokens; a window of 4 needs 5, one more as the last target.",
            static () => new TokenWindows(Range(4), 4, names));
        Refused<ArgumentException>("there are 0 tokens; a window of 1 needs 2, one more as the last target.", static () => new TokenWindows([], 1, names));
        Refused<ArgumentOutOfRangeException>("context is 0; a window has at least 1 token.", static () => new TokenWindows(Range(4), 0, names));
        Refused<ArgumentOutOfRangeException>("stride is 4; it is 1 to the context, 3.", static () => new TokenWindows(Range(9), 3, names, stride: 4));
        Refused<ArgumentOutOfRangeException>("the token at position 2 is 100; there are names for 0..99.",
            static () => new TokenWindows([1, 2, 100], 1, names));
        Refused<ArgumentOutOfRangeException>("the token at position 0 is -1; there are names for 0..99.", static () => new TokenWindows([-1, 2], 1, names));
    }

    [Fact]
    public void PackingKeepsTheOrderAndTargetsEndWithTheSequence()
    {
        var packed = TokenBatch.Pack([[1, 2, 3], [4, 5], [6], [7, 8, 9, 10, 11], [12, 13]], length: 6, padding: 99);
        Assert.Equal([1L, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 99, 12, 13, 99, 99, 99, 99], packed.Tokens.ToArray());
        Assert.Equal([2L, 3, -100, 5, -100, -100, 8, 9, 10, 11, -100, -100, 13, -100, -100, -100, -100, -100], packed.Targets.ToArray());
        Assert.Equal([0L, 0, 0, 1, 1, 2, 0, 0, 0, 0, 0, -1, 0, 0, -1, -1, -1, -1], packed.Segments.ToArray());
        Assert.Equal([0, 4], TokenBatch.Pack([], length: 4).Tokens.Shape);
        Assert.Equal([0, 0], TokenBatch.Pad([]).Tokens.Shape);
        Refused<ArgumentException>("sequence 1 has 0 tokens; it needs at least 1.", static () => TokenBatch.Pad([[1], []]));
        Refused<ArgumentException>("sequence 0 has 3 tokens; it needs at least 1, and at most 2, the length of a row.",
            static () => TokenBatch.Pack([[1, 2, 3]], length: 2));
    }

    private static long[] Range(int count) => [.. Enumerable.Range(0, count).Select(static i => (long)i)];

    private static void Refused<TError>(string message, Func<object> call) where TError : ArgumentException =>
        Assert.StartsWith(message, Assert.Throws<TError>(call).Message, StringComparison.Ordinal);
}
