namespace Surprisal.Tests.Cli.Evaluate;

/// <summary>What would do nothing is refused before anything is read; a dash is the standard output, for what is no file.</summary>
public sealed class EvaluateOptionTests : IDisposable
{
    private const string NoClip = "--clip goes with --probabilities or --log-probabilities: the loss of logits is finite without it.";

    private readonly ScoreFixture files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("--exact"), InlineData("--weight", "1,2"), InlineData("--label-smoothing", "0"), InlineData("--top-k", "1")]
    [InlineData("--bins", "15"), InlineData("--seed", "0")]
    public void OptionsOfClassesAreNotForLabels(params string[] option)
    {
        ArgumentNullException.ThrowIfNull(option);
        var (exit, output, errors) = CommandProcess.Run(["evaluate", "--logits", "z", "--targets", "y", "--multi-label", .. option]);
        Assert.Equal((2, ""), (exit, output));
        Assert.StartsWith($"surprisal: {option[0]} and --multi-label exclude each other: {option[0]} goes with one class a row.\n", errors,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--logits z --targets y --clip 0.1", NoClip)]
    [InlineData("--hidden z --head h --targets y --clip 0.1", NoClip)]
    [InlineData("--run r --clip 0.1", NoClip)]
    [InlineData("--logits z --targets y --binary --top-k 2", "--top-k and --binary exclude each other: of two classes, both are among the first two.")]
    public void OptionsThatWouldDoNothing(string line, string message)
    {
        var (exit, output, errors) = CommandProcess.Run(["evaluate", .. line.Split(' ')]);
        Assert.Equal((2, ""), (exit, output));
        Assert.StartsWith($"surprisal: {message}\n", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void ADashIsTheStandardOutput()
    {
        const string Line = "evaluate --logits ./z.npy --targets ./y.npy --no-temperature";
        Assert.Equal(0, files.Run($"{Line} --csv ./c.csv").Exit);
        Assert.Equal((0, File.ReadAllText(files.At("c.csv")), ""), files.Run($"{Line} --csv -"));
        foreach (var (options, message) in ((string, string)[])[("--report -", "--report is -; the name of a file was expected."),
            ("--rows -", "--rows is -; the name of a file was expected."),
            ("--json - --csv -", "--json and --csv are both -; the standard output takes one of them.")])
            Assert.Equal((1, "", $"surprisal: {message}\n"), files.Run($"{Line} {options}"));
        Assert.False(File.Exists("-"));
    }

    [Fact]
    public void APageNamesStagesOnlyWhereThereAreTwo()
    {
        NpyFile.Write<float>(files.At("nan.npy"), [float.NaN, 1, 2, float.NaN], [2, 2]);
        NpyFile.Write<long>(files.At("t.npy"), [0, 1], [2]);
        foreach (var (line, pattern) in ((string, string)[])[
            ("--logits ./nan.npy --targets ./t.npy", @"on the diagonal both are equal\.<"),
            ("--logits ./z.npy --targets ./y.npy --no-temperature", @"Expected calibration error 0\.\d{3}\.<"),
            ("--logits ./z.npy --targets ./y.npy", @"Expected calibration error 0\.\d{3} before, 0\.\d{3} at T\.<")])
        {
            Assert.Equal(0, files.Run($"evaluate {line} --report ./r.html --force").Exit);
            var page = File.ReadAllText(files.At("r.html"));
            Assert.Matches(pattern, page);
            Assert.DoesNotContain("ECE NaN", page, StringComparison.Ordinal);
        }
    }
}
