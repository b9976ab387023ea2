using Surprisal.Columnar;

namespace Surprisal.Tests.Columnar;

/// <summary>What other people's code does with a file ends, and ends in a line.</summary>
public sealed class WatchdogTests : IDisposable
{
    private readonly ColumnarFixture files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public void A_decoder_without_an_end_is_given_up()
    {
        using var file = FileBytes.Open(files.Write([1]));
        using var end = new ManualResetEventSlim();
        var error = Assert.Throws<InvalidDataException>(() => Watchdog.Run(file, $"{file.Path}: batch 0", 0, () =>
        {
            end.Wait();
            return 0;
        }));
        end.Set();
        Assert.Equal($"{files.Path}: batch 0: decoding does not come to an end: the file is damaged.", error.Message);
    }

    [Fact]
    public void Exceptions_become_one_line_and_our_own_stay_as_they_are()
    {
        using var file = FileBytes.Open(files.Write([1]));
        Assert.Equal(7, Watchdog.Run(file, "", 0, static () => 7));
        Assert.Equal($"{files.Path}: batch 0 cannot be decoded: it is damaged, or of a kind that is not read (one  two).",
            Assert.Throws<InvalidDataException>(() => Watchdog.Run<int>(file, $"{file.Path}: batch 0", 0,
                static () => throw new InvalidOperationException("one\r\n\ttwo."))).Message);
        var own = new InvalidDataException($"{files.Path} is damaged.");
        Assert.Same(own, Assert.Throws<InvalidDataException>(() => Watchdog.Run<int>(file, "", 0, () => throw own)));
    }
}
