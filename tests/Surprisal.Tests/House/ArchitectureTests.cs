using System.Text.RegularExpressions;

namespace Surprisal.Tests.House;

public sealed partial class ArchitectureTests
{
    private const string Document = "ARCHITECTURE.md";

    [Fact]
    public void Every_place_that_the_architecture_names_exists()
    {
        if (!Repository.Exists(Document))
        {
            Assert.False(Repository.Exists("README.md"), $"README.md is there, {Document} is not.");
            return;
        }
        var places = PlacePattern().Matches(Repository.Read(Document));
        Assert.NotEmpty(places);
        Problems.None(places.Select(static match => Problem(match.Groups["path"].Value, match.Groups["member"].Value)).OfType<string>());
    }

    [Fact]
    public void A_place_that_is_gone_is_found()
    {
        Assert.Null(Problem("src/Surprisal/Autograd/Tape.cs", "Record"));
        Assert.Equal($"{Document}: src/Surprisal/Autograd/Tape.cs has no Recorded in its code.", Problem("src/Surprisal/Autograd/Tape.cs", "Recorded"));
        Assert.Equal($"{Document}: src/Surprisal/Autograd/Band.cs is not there.", Problem("src/Surprisal/Autograd/Band.cs", "Record"));
    }

    private static string? Problem(string path, string member) =>
        !Repository.Exists(path) ? $"{Document}: {path} is not there."
        : member.Length > 0 && !Regex.IsMatch(SourceText.Code(Repository.Read(path)), $@"\b{member}\b", RegexOptions.None, TimeSpan.FromSeconds(5)) ? $"{Document}: {path} has no {member} in its code."
        : null;

    [GeneratedRegex(@"`(?<path>(src|tests|bench|samples)/[\w./-]+\.cs)(:(?<member>\w+))?`", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex PlacePattern();
}
