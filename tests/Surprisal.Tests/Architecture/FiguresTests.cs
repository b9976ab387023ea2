using Surprisal.Bench.Results;
using Surprisal.Cli.Bench;

namespace Surprisal.Tests.Architecture;

/// <summary>The figures in the documents are those of the committed results.</summary>
public sealed class FiguresTests
{
    private static readonly Run run = new("2026-01-31", new Machine("Some CPU (R) @ 3.0", 2, 512, ".NET 10", "0.2.0"), "1.13", 9, 0.25,
    [
        new Figure("met", 2, 20, 30, 10, Copy: 2, CopyThreads: 2, Copies: 1, Share: 1, Allocated: 0, Narrow: 0.6, TargetRatio: 10, TargetCopies: 1.25),
        new Figure("slow", 12.3456, 20, 10, 0.81, Copy: 5, CopyThreads: 1, Copies: 2.5, Share: 0.4, Allocated: 7, Narrow: 0.4, TargetRatio: 4,
            TargetCopies: 1.25, Limit: "It waits."),
        new Figure("no target", 1, 2, 3, 2, Gigaflops: 100),
        new Figure("narrow", 1, 2, 3, 2, Narrow: 0.4, TargetRatio: 2),
        new Figure("start", 151, TargetMilliseconds: 150),
    ]);

    public static TheoryData<string> All => [.. Pages.All];

    [Theory]
    [MemberData(nameof(All))]
    public void PagesShowTheCommittedResults(string page)
    {
        var text = Repository.Read(page);
        var source = Pages.Source(page, text);
        Assert.True(Repository.Exists(source), $"{page} shows {source}, which is not there.");
        var results = Run.Read(Repository.Read(source));
        Assert.Equal(source, results.Path);
        Approved.Check(page, Pages.With(page, text, results));
    }

    [Fact]
    public void AllPagesShowTheSameResultsButTheOneWithoutAvx512()
    {
        Assert.Single(Pages.Of(run).Select(static page => Pages.Source(page, Repository.Read(page))).Distinct());
        var page = Assert.Single(Pages.Of(run with { IsWithoutAvx512 = true }));
        Assert.EndsWith("-cores-avx2.json", Pages.Source(page, Repository.Read(page)), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryFileOfResultsIsReadAndNamedAfterItsMachine() =>
        Problems.None(Repository.Files("bench/results", ".json")
            .Where(static path => !path.EndsWith($"{LinearRun.Suffix}.json", StringComparison.Ordinal) && Run.Read(Repository.Read(path)).Path != path)
            .Select(static path => $"{path} is of {Run.Read(Repository.Read(path)).Machine}."));

    /// <summary>The page of linear cross-entropy and its pictures are made of one committed file of results.</summary>
    [Fact]
    public void ThePageAndThePicturesOfTheLinearLossShowTheCommittedResults()
    {
        var text = Repository.Read(LinearPage.Path);
        if (LinearPage.Source(text) == LinearPage.Nothing)
        {
            Assert.Empty(Repository.Files("bench/results", $"{LinearRun.Suffix}.json"));
            return;
        }
        var results = LinearRun.Read(Repository.Read(LinearPage.Source(text)));
        Assert.Equal(LinearPage.Source(text), results.Path);
        Approved.Check(LinearPage.Path, LinearPage.With(text, results));
        Approved.Check(LinearPicture.MemoryPath, LinearPicture.Memory(results));
        Approved.Check(LinearPicture.TimePath, LinearPicture.Time(results));
    }

    [Fact]
    public void ARowOfTheLinearLossSaysHowFastBothSchedulesAreAndWhatTheyHold()
    {
        var linear = new LinearRun("2026-01-31", run.Machine, "2.10", [new(1024, 768, 50_257, 7, 1000, new LinearSide(1250.4, 0.8, 2.5e7),
            new LinearSide(2000, 0.5, 2e6), null, new LinearSide(2500, 0.4, 4.2e8, "tuned"))]);
        Assert.Equal("bench/results/some-cpu-r-3-0-2-cores-linear.json", linear.Path);
        var cells = linear.Table().Split('\n')[2].Split('|', StringSplitOptions.TrimEntries)[1..^1];
        Assert.Equal(["1024 x 768 x 50,257", "205.9 MB", "1.00", "1.25", "0.80", "2.00", "0.50", "2.50 (tuned)", "2.00", "25 MB, 12.1 %", "2 MB, 1 %",
            "420 MB, 204 %"], cells);
        Assert.Equal(1250, LinearRun.Read(linear.ToJson()).Points[0].Kept.Milliseconds);
        Assert.Contains("prefers-color-scheme: dark", LinearPicture.Time(linear), StringComparison.Ordinal);
        Assert.StartsWith("docs/losses/LinearCrossEntropy.md has no <!-- linear: FILE -->",
            Assert.Throws<InvalidDataException>(() => LinearPage.Source("text")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATableSaysWhatIsMetAndWhatIsMissedAndWhy()
    {
        Assert.Equal("bench/results/some-cpu-r-3-0-2-cores.json", run.Path);
        var text = Pages.With("docs/performance.md", "a\n<!-- figures: old.json -->\nold\n<!-- end figures -->\nb\n", run);
        Assert.StartsWith("a\n<!-- figures: bench/results/some-cpu-r-3-0-2-cores.json -->\nSome CPU (R) @ 3.0, 2 cores, vectors of 512 bits; " +
            ".NET 10, Surprisal 0.2.0, PyTorch 1.13; 2026-01-31, medians of 9 rounds.\n\n| work ", text, StringComparison.Ordinal);
        var rows = text.Split('\n')
            .Where(static line => line.StartsWith('|'))
            .Select(static line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1]).ToList();
        Assert.Equal(["met", "2.000", "20.0", "30.0", "10.00", "10x, 1.25 copies", "met", "2.000 (2)", "1.00", "100 %", "0", "0.60"], rows[2]);
        Assert.Equal(["slow", "12.3", "20.0", "10.0", "0.81", "4x, 1.25 copies", "missed", "5.000 (1)", "2.50", "40 %", "7", "0.40"], rows[3]);
        Assert.Equal(["no target", "1.000", "2.000", "3.000", "2.00", "", "", "", "", "100 GFLOP/s", "", ""], rows[4]);
        Assert.Equal(["met", "missed"], rows[5..].Select(static row => row[6]));
        Assert.EndsWith("\n- slow: 0.81x of 4x; 2.50 copies of 1.25; 0.40 of the speed without AVX-512, 0.55 expected. It waits.\n- narrow: " +
            "0.40 of the speed without AVX-512, 0.55 expected.\n- start: 151 ms of 150.\n<!-- end figures -->\nb\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("no target", Table.Short(run.Figures, inChinese: false), StringComparison.Ordinal);
    }

    /// <summary>Where a row is slower in one process with the others, that is what the READMEs show, and what is missed.</summary>
    [Fact]
    public void TheWorseOfBothPartsLeads()
    {
        var both = run with { InOneProcess = [new Figure("no target", 9, 2, 3, 1.5), new Figure("met", 4, 20, 30, 5, TargetRatio: 10)] };
        Assert.Equal([5, 0.81, 1.5, 2, null], both.Worse.Select(static figure => figure.Ratio));
        var text = Pages.With("docs/performance.md", "<!-- figures: old.json -->\n<!-- end figures -->", both);
        Assert.Matches("(?s)All rows in one process.*\\| met .*\\| no target .*Each row in a process of its own.*\\| met .*- met: 5.00x of 10x", text);
        Assert.Matches(@"\| met +\| +4\.000 \| +20\.0 \| +5\.0 \|", Pages.With("README.md", "<!-- figures: old.json -->\n<!-- end figures -->", both));
        Assert.Equal(["no target", "met"], Run.Read(both.ToJson()).InOneProcess!.Select(static figure => figure.Work));
    }

    [Fact]
    public void ResultsAreReadAsTheyWereWritten()
    {
        var again = Run.Read(run.ToJson());
        Assert.Equal(run.Machine, again.Machine);
        Assert.Equal(run.Figures.Select(static figure => figure with { Milliseconds = Math.Round(figure.Milliseconds, 2) }),
            again.Figures.Select(static figure => figure with { Milliseconds = Math.Round(figure.Milliseconds, 2) }));
        Assert.Equal(12.35, again.Figures[1].Milliseconds);
    }

    [Fact]
    public void APageWithoutAPlaceForFiguresIsRefused() =>
        Assert.Equal("x.md has no <!-- figures: FILE --> with an <!-- end figures --> below.",
            Assert.Throws<InvalidDataException>(() => Pages.Source("x.md", "text")).Message);
}
