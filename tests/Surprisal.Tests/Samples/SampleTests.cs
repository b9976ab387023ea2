using Surprisal.Tests.Architecture;

namespace Surprisal.Tests.Samples;

/// <summary>The samples print what PyTorch prints for the same tutorial; tutorials.py has written the expected texts.</summary>
public sealed class SampleTests(SampleRuns runs) : IClassFixture<SampleRuns>
{
    /// <summary>What a sample prints after PyTorch's text, or instead of it where the numbers are its own.</summary>
    private static readonly Dictionary<string, string> own = new(StringComparer.Ordinal)
    {
        ["spellings"] = @"CrossEntropyLoss \{ Weight = \[1, 2\], LabelSmoothing = 0\.1 \}\ntensor\(0\.3948\)\n" +
            @"tensor\(\[1\.2789, 0\.3475, 0\.3475\]\)\ntensor\(1\.5671\)\n",
        ["tensor-spans"] = @"0\.3133 0\.6931 0\.6931 0\.0486\n",
        ["first-calls"] = @"tensor\(0\.5224, .*\)\ntensor\(0\.5224, .*\)\ntensor\(0\.6224, .*\)\ntensor\(0\.\d{4}, .*\)\n0\.5224\nAdam\(lr=0\.001, .*\)\n",
        ["metrics"] = @"0\.75 0\.5556 0\.2668\nConfusedPair \{ Target = 1, Predicted = 0, Count = 1 \}\n",
        ["family"] = @"0\.5224 0\.6224 0\.5224 0\.9106 0\.3472\n",
        ["five-steps"] = @"test loss 0\.\d{3}, accuracy 9\d\.\d % of 359\n",
        ["threads"] = @"1 thread: (7\.\d{6})\n(\d threads: \1, the same bits\n){3}" +
            @"1 rank: validation loss (1\.\d{6}), the same bits\n([23] ranks: validation loss \3, the same bits\n){2}",
        ["own-parts"] = @"(epoch [1-6]: loss \d\.\d{4}, accuracy \d\.\d{3}; validation loss \d\.\d{4}, accuracy \d\.\d{3}\n){6}" +
            @"stopped after 2 epochs and resumed: the same weights\nwith a gradient of its own: accuracy (0\.9\d\d|1\.000), \d+ of 200 at loss \d\.\d{3}\n",
        ["shapes"] = @"(epoch [48]: mean IoU 0\.\d{3}\n){2}background +IoU 0\.9\d\d\ndisc +IoU 0\.\d{3}\nsquare +IoU 0\.\d{3}\n" +
            @"test mean IoU 0\.9\d\d of 40960 pixels\n",
        ["language/tiny-language-model"] = @"perplexity 1\.\d\d\nmerrily, .{23}\n",
        ["bank-notes"] = @"best epoch \d+: 0\.\d{4}; test loss 0\.\d{3}, accuracy (9\d\.\d|100\.0) % of 240\n" +
            @"that note is genuine with a probability of (0\.9\d\d|1\.000)\n",
    };

    public static TheoryData<string> Names => [.. SampleRuns.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Prints_what_PyTorch_prints(string name)
    {
        var (exit, output, errors) = runs[name];
        Assert.True(exit == 0, $"samples/{name}.cs ended with {exit}:\n{output}{errors}");
        Assert.Equal("", errors);
        Assert.True(Expected(name) is not null || own.ContainsKey(name), $"samples/{name}.cs has no {name}.txt to compare with: add it to tutorials.py.");
        var expected = Expected(name) ?? "";
        Assert.Equal(expected, output[..Math.Min(expected.Length, output.Length)]);
        Assert.Matches($@"\A{own.GetValueOrDefault(name, "")}\z", output[expected.Length..]);
    }

    [Theory]
    [InlineData("reductions", "[1.3133, 0.1269, 0.1269]", "(1.5671)", "(0.5224)", "[1.3133, 0.2539, 0.2539]", "(1.8210)", "(0.3642)")]
    [InlineData("nll", "[-1., -3., -3.]", "(-7.)", "(-2.3333)")]
    [InlineData("bce", "(11.7856)", "(1.4732)", "(12.7158)", "(1.5895)", "(11.7856)", "(1.4732)")]
    [InlineData("softmax", "[0.0900, 0.2447, 0.6652]", "[-2.4076, -1.4076, -0.4076]", "(0.4076)")]
    public void The_numbers_of_the_tutorials_are_there_in_their_order(string name, params string[] numbers)
    {
        var text = Expected(name)!;
        var from = 0;
        foreach (var number in numbers)
        {
            var at = text.IndexOf(number, from, StringComparison.Ordinal);
            Assert.True(at >= 0, $"{name}.txt has no {number} after position {from}:\n{text}");
            from = at + number.Length;
        }
    }

    [Fact]
    public void All_five_ways_have_one_value_and_one_gradient()
    {
        var ways = Expected("five-ways")!.Split('\n').Where(static line => line.Contains("grad_fn", StringComparison.Ordinal)).ToArray();
        Assert.Equal(5, ways.Length);
        Assert.All(ways, static line => Assert.StartsWith("tensor(0.5224, ", line, StringComparison.Ordinal));
        Assert.Equal(5, Expected("five-ways")!.Split("tensor([[-0.2437,  0.2437],\n        [ 0.0397, -0.0397],\n        [ 0.0397, -0.0397]])").Length - 1);
    }

    [Fact]
    public void Every_expected_text_belongs_to_a_sample() =>
        Problems.None(Repository.Files("tests/Surprisal.Tests/Samples", ".txt")
            .Where(static path => !SampleRuns.Names.Contains(Path.GetFileNameWithoutExtension(path)))
            .Select(static path => $"{path} belongs to no sample."));

    [Fact]
    public void The_list_of_tutorials_names_every_sample() =>
        Problems.None(SampleRuns.Names.Where(static name => !Repository.Read("docs/tutorials.md").Contains($"(../samples/{name}.cs)", StringComparison.Ordinal))
            .Select(static name => $"docs/tutorials.md has no link to samples/{name}.cs."));

    [Fact]
    public void The_readmes_count_the_tutorials()
    {
        var compared = SampleRuns.Names.Count(static name => Expected(name) is not null);
        Assert.Contains($"are {Word(SampleRuns.Names.Count)} such files; a test compares {Word(compared)} of them", Repository.Read("README.md"),
            StringComparison.Ordinal);
        Assert.Contains($"共有{Character(SampleRuns.Names.Count)}个这样的文件，其中{Character(compared)}个", Repository.Read("README.zh-CN.md"), StringComparison.Ordinal);

        static string Word(int count) =>
            ((string[])["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
                "twenty-one"])[count - 10];
        static string Character(int count) => ((string[])["十", "十一", "十二", "十三", "十四", "十五", "十六", "十七", "十八", "十九", "二十", "二十一"])[count - 10];
    }

    private static string? Expected(string name)
    {
        using var stream = typeof(SampleTests).Assembly.GetManifestResourceStream($"Samples/{name}.txt");
        return stream is null ? null : new StreamReader(stream).ReadToEnd().ReplaceLineEndings("\n");
    }
}
