using Surprisal.Cli.Bench;

namespace Surprisal.Tests.Cli;

/// <summary>The bench command: what it shows, and what it refuses. How fast anything is, no test asks.</summary>
public sealed class BenchCommandTests
{
    [Fact]
    public void ShowsAWorkBesideTheCopy()
    {
        var (exit, output, errors) = CommandProcess.Run("bench", "--only", "256 X 10", "--rounds", "1");
        Assert.Equal("", errors);
        Assert.Equal(0, exit);
        Assert.DoesNotContain('\u001b', output);
        var lines = output.Split('\n');
        Assert.Matches(@"^.+, \d+ cores, vectors of (128|256|512) bits; \.NET 10\..+, Surprisal \d+\.\d+\.\d+(-\w+)?$", lines[0]);
        Assert.Matches("^work +ms +GB/s +share of copy +allocated$", lines[2]);
        Assert.Matches(@"^cross-entropy 256 x 10 +\d+\.\d+ +\d+\.\d +\d+ % +\d+$", lines[3]);
        Assert.Equal("", lines[4]);
    }

    [Theory]
    [InlineData("--rounds 0", "--rounds is '0'; a whole number from 1 was expected.")]
    [InlineData("--wrong", "Unrecognized command or argument '--wrong'.")]
    public void WrongUsageIsOneClearLineAndExitCodeTwo(string arguments, string message)
    {
        var (exit, output, errors) = CommandProcess.Run(["bench", .. arguments.Split(' ')]);
        Assert.Equal($"surprisal: {message}\nsurprisal: see 'surprisal bench --help'\n", errors);
        Assert.Equal("", output);
        Assert.Equal(2, exit);
    }

    [Fact]
    public void AnUnknownWorkListsTheWorks()
    {
        var (exit, output, errors) = CommandProcess.Run("bench", "--only", "hinge");
        Assert.StartsWith("surprisal: --only is 'hinge'; a part of 'cross-entropy 256 x 10', ", errors, StringComparison.Ordinal);
        Assert.All(Work.All, work => Assert.Contains($"'{work.Name}'", errors, StringComparison.Ordinal));
        Assert.Equal("", output);
        Assert.Equal(2, exit);
    }

    [Fact]
    public void HelpShowsOptionsAndExamples()
    {
        var (exit, help, _) = CommandProcess.Run("bench", "--help");
        Assert.Equal(0, exit);
        foreach (var part in (string[])["--only <NAME>", "--rounds <N>", "Examples:", "surprisal bench --only"])
            Assert.Contains(part, help, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesAreFoundByAPartWithoutCommas()
    {
        Assert.Equal(["cross-entropy 65,536 x 10", "class probabilities 65,536 x 10", "log_softmax 65,536 x 10"], Named("65536 x 10"));
        Assert.Equal(["cross-entropy 2048 x 32,000", "label smoothing 2048 x 32,000", "class probabilities 2048 x 32,000"], Named("2048 x 32,000"));
        Assert.Equal(Work.All.Count, Work.All.Select(static work => work.Name).Distinct().Count());

        static IEnumerable<string> Named(string part) => Work.All.Where(work => work.IsNamed(part)).Select(static work => work.Name);
    }

    [Fact]
    public void WhatIsMovedIsCountedInCopiesOfTheLogits()
    {
        var work = Work.All.Single(static work => work.IsNamed("class probabilities 2048"));
        var measurement = new Measurement(work, Milliseconds: 60, Copy: 20, CopyThreads: 2, Copies: 3, Allocated: 0);
        Assert.Equal(0.5, measurement.Share);                             // three crossings in the time of six
        Assert.Equal(3 * 65.536e6 * 4 / 60e-3 / 1e9, measurement.Gigabytes, 1e-9);
    }

    [Fact]
    public void TimesAreOfACall()
    {
        Assert.Equal(2.5, Clock.Median([4, 1, 3, 2]));
        Assert.Equal(3, Clock.Median([5, 1, 3]));
        // Other tests allocate meanwhile, which can only add.
        var allocated = Enumerable.Range(0, 20).Min(static _ => Clock.Allocated(static () => GC.KeepAlive(new byte[80_000]), 100));
        Assert.Equal(80_000, allocated, 8_000.0);
        var calls = 0;
        Assert.InRange(Assert.Single(Clock.Milliseconds(() => { calls++; Thread.Sleep(2); }, batches: 1, calls: 5)), 1.5, 200);
        Assert.Equal(5, calls);
    }

    [Fact]
    public void SidesTakeTurns()
    {
        var log = new List<string>();
        Side Logged(string name, double milliseconds) => new((batches, calls) =>
        {
            log.Add($"{name} {batches} {calls}");
            return [.. Enumerable.Repeat(milliseconds, batches)];
        }) { WarmSeconds = 0 };
        var times = new Turns(rounds: 2, secondsPerRound: 0.1).Run(Logged("a", 20), Logged("b", 0.25));
        Assert.Equal([[20, 20], [0.25, 0.25]], times);
        Assert.Equal(["a 5 1", "b 100 4", "a 5 1", "b 100 4"], log[^4..]);
    }
}
