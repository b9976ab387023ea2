using Surprisal.Modules;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Surprisal.Tests.Losses;
using Surprisal.Tests.Modules;

namespace Surprisal.Tests.Architecture;

/// <summary>
/// A new loss, module or reader stands in every list of its kind; NameTests asks for the files that it needs, FromPyTorchTests for its row there.
/// </summary>
public sealed partial class ListTests
{
    private static readonly SourceFile[] tests = [.. SourceFile.All("tests/Surprisal.Tests")];

    private const BindingFlags Hidden = BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public;

    /// <summary>They open what others read.</summary>
    private static readonly string[] noReaders = [nameof(FileSignature), nameof(SynchronizedFolder), nameof(OpenedFile), nameof(Utf8File)];

    private static readonly string[] onlyForBuilding = ["Meziantou.Analyzer", "Microsoft.CodeAnalysis.BannedApiAnalyzers", "Microsoft.NET.ILLink.Tasks"];

    public static TheoryData<string> Losses => NameTests.Losses;

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_loss_is_in_every_list(string loss)
    {
        var name = loss[..^"Loss".Length];
        var problems = new List<string>();
        if (!EveryLoss.All.Concat(EveryLoss.OfLayers).Any(each => each.GetType().Name == loss))
            problems.Add($"{loss} is not in tests/Surprisal.Tests/Losses/EveryLoss.cs, so whatever has to be true of every loss is not tested of it.");
        if (!Mentions(@"/Reproducibility/Works\.cs", loss))
            problems.Add($"{loss} is not in tests/Surprisal.Tests/Reproducibility/Works.cs, so nothing says that its bits are the same on every machine.");
        if (!Mentions(@"/EdgeTableOf\w+\.cs", loss))
            problems.Add($"{loss} is in no tests/Surprisal.Tests/Losses/**/EdgeTableOf...Tests.cs, so nothing says what it makes of infinities and NaN.");
        var compared = typeof(ListTests).Assembly.GetTypes().Where(static type => type.GetMethod("Comparisons", Hidden, []) is not null);
        if (!compared.Any(type => type.Name.StartsWith(loss, StringComparison.Ordinal)))
            problems.Add($"{loss} has no {loss}...GoldenTests.cs with a method Comparisons, so docs/conformance.md does not count it.");
        foreach (var page in new[] { "README.md", "README.zh-CN.md" })
            if (!Repository.Read(page).Contains($"\n| [{loss}](docs/losses/{name}.md) | ", StringComparison.Ordinal))
                problems.Add($"{page}: the table of losses has no row of {loss}.");
        var options = typeof(Loss).Assembly.GetType($"Surprisal.{loss}")!.GetProperties().Where(static property => property.SetMethod is { IsPublic: true });
        var document = Repository.Exists($"docs/losses/{name}.md") ? Repository.Read($"docs/losses/{name}.md") : "";
        problems.AddRange(
            from option in options
            where !document.Contains($"`{option.Name}`", StringComparison.Ordinal)
            select $"docs/losses/{name}.md does not have the option {option.Name}.");
        Problems.None(problems);
    }

    [Fact]
    public void A_module_is_in_the_list() =>
        Problems.None(
            from type in typeof(Surprisal.Modules.Module).Assembly.GetExportedTypes()
            where type.IsSubclassOf(typeof(Surprisal.Modules.Module)) && !type.IsAbstract
            where type != typeof(ModuleList) && !EveryModule.All.Any(each => each.Make(0).GetType() == type)
            select $"{type.Name} is not in tests/Surprisal.Tests/Modules/EveryModule.cs, so whatever has to be true of every module is not tested of it.");

    /// <summary>A reader is a type of Formats with a method Read or Open that takes a path or a stream.</summary>
    [Fact]
    public void A_reader_is_given_damaged_files() =>
        Problems.None(
            from file in SourceFile.All("src/Surprisal/Formats")
            where !noReaders.Contains(file.Name) && ReaderPattern().IsMatch(file.Code)
            where !Mentions(@"DamageTests\.cs", file.Name)
            select $"{file.Path} reads files, but no tests/Surprisal.Tests/Formats/**/*DamageTests.cs gives {file.Name} damaged ones.");

    /// <summary>Packages go with ours, and their licences ask to be named.</summary>
    [Fact]
    public void A_package_is_in_the_notices()
    {
        var notices = Repository.Read("THIRD-PARTY-NOTICES.md");
        var packages = Repository.Files("src", "/packages.lock.json")
            .SelectMany(static path => JsonNode.Parse(Repository.Read(path))!["dependencies"]!.AsObject())
            .SelectMany(static framework => framework.Value!.AsObject())
            .Where(static package => (string?)package.Value!["type"] != "Project")
            .Select(static package => package.Key).Distinct().Except(onlyForBuilding).ToList();
        Assert.NotEmpty(packages);
        Problems.None(
            from package in packages
            where !Regex.IsMatch(notices, $@"(?<![\w.]){Regex.Escape(package)}(?![\w.]*\w)", RegexOptions.None, TimeSpan.FromSeconds(5))
            select $"THIRD-PARTY-NOTICES.md does not name {package}, which a package of ours carries or asks for.");
    }

    /// <summary>Whether the code of a test whose path ends so has the word.</summary>
    private static bool Mentions(string ending, string word) =>
        tests.Any(file => IsMatch(file.Path, ending + "$") && IsMatch(file.Code, $@"\b{word}\b"));

    private static bool IsMatch(string text, string pattern) => Regex.IsMatch(text, pattern, RegexOptions.None, TimeSpan.FromSeconds(5));

    [GeneratedRegex(@"static [^;{}=]+ (Read|Open)(<\w+>)?\((Stream|string path)\b", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex ReaderPattern();
}
