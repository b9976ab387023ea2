using System.Text.RegularExpressions;

namespace Surprisal.Tests.Architecture;

/// <summary>
/// The places that the documents for contributors name are there: files, folders, members of files, test classes. Xxx stands for a name to come.
/// </summary>
public sealed partial class ArchitectureTests
{
    [Theory]
    [InlineData("ARCHITECTURE.md")]
    [InlineData("CONTRIBUTING.md")]
    public void Every_place_that_a_guide_names_exists(string document)
    {
        var text = Repository.Read(document);
        var places = PlacePattern().Matches(text);
        Assert.NotEmpty(places);
        var problems = places.Select(match => Problem(document, match.Groups["path"].Value, match.Groups["member"].Value)).OfType<string>();
        var tests = TestPattern().Matches(text).Select(static match => match.Groups["test"].Value);
        var absent = tests.Where(static test => !Repository.Files("tests", $"/{test}.cs").Any());
        Problems.None(problems.Concat(absent.Select(test => $"{document}: there is no test class {test}.")));
    }

    [Fact]
    public void A_place_that_is_gone_is_found()
    {
        Assert.Null(Problem("x.md", "src/Surprisal/Autograd/Tape.cs", "Record"));
        Assert.Null(Problem("x.md", "src/Surprisal/Losses/XxxLoss.cs", ""));
        Assert.Null(Problem("x.md", "src/Surprisal/Losses", ""));
        Assert.Equal("x.md: src/Surprisal/Autograd/Tape.cs has no Recorded in its code.", Problem("x.md", "src/Surprisal/Autograd/Tape.cs", "Recorded"));
        Assert.Equal("x.md: src/Surprisal/Autograd/Band.cs is not there.", Problem("x.md", "src/Surprisal/Autograd/Band.cs", "Record"));
        Assert.Equal("x.md: src/Surprisal/Tapes is not there.", Problem("x.md", "src/Surprisal/Tapes", ""));
    }

    private static string? Problem(string document, string path, string member) =>
        path.Contains("Xxx", StringComparison.Ordinal) ? null
        : !Repository.Exists(path) && !Directory.Exists(Repository.FullPath(path)) ? $"{document}: {path} is not there."
        : member.Length == 0 || Regex.IsMatch(SourceText.Code(Repository.Read(path)), $@"\b{member}\b", RegexOptions.None, TimeSpan.FromSeconds(5)) ? null
        : $"{document}: {path} has no {member} in its code.";

    [GeneratedRegex(@"`(?<path>(src|tests|bench|samples|docs)/[\w./-]+)(:(?<member>\w+))?`", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex PlacePattern();

    [GeneratedRegex(@"`(?<test>[A-Z]\w+Tests)`", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex TestPattern();
}
