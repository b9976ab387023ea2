using System.Buffers.Binary;
using System.Text.RegularExpressions;
using Surprisal.Tests.Architecture;

namespace Surprisal.Tests.Packages;

/// <summary>What a package says of itself and brings along.</summary>
public sealed partial class PackageTests(PackedProjects packages) : IClassFixture<PackedProjects>
{
    public static TheoryData<string> Names => [.. PackedProjects.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryFieldIsFilled(string name)
    {
        var fields = packages.Metadata(name).ToLookup(static element => element.Name.LocalName, static element => element);
        Assert.Equal(name, fields["id"].Single().Value);
        Assert.Equal(VersionTests.Version, fields["version"].Single().Value);
        Assert.Equal("MIT", fields["license"].Single().Value);
        Assert.Equal("expression", fields["license"].Single().Attribute("type")!.Value);
        Assert.Equal("README.md", fields["readme"].Single().Value);
        Assert.Equal("icon.png", fields["icon"].Single().Value);
        Assert.Equal("The Surprisal authors", fields["authors"].Single().Value);
        Assert.StartsWith("Surprisal", fields["title"].Single().Value, StringComparison.Ordinal);
        Assert.InRange(fields["description"].Single().Value.Length, 80, 4000);
        Assert.InRange(fields["tags"].Single().Value.Split(' ').Length, 5, 20);
    }

    [Fact]
    public void NoTwoPackagesDescribeThemselvesAlike() =>
        Assert.All((string[])["title", "description", "tags"], field =>
            Assert.Equal(PackedProjects.Names.Count, PackedProjects.Names.Select(name => Field(name, field)).Distinct(StringComparer.Ordinal).Count()));

    [Fact]
    public void TheLibraryNeedsTensorsAndADecoderOfPhotos()
    {
        Assert.Equal(["StbImageSharp", "System.Numerics.Tensors"], packages.Metadata("Surprisal").SelectMany(static element => element.DescendantsAndSelf())
            .Where(static element => element.Name.LocalName == "dependency").Select(static element => element.Attribute("id")!.Value).Distinct().Order());
    }

    /// <summary>Decoders come with their own packages alone.</summary>
    [Fact]
    public void ColumnsNeedTheirDecodersAndTheCommandDoesNot()
    {
        Assert.Equal(["Apache.Arrow", "Apache.Arrow.Compression", "Parquet.Net", "StbImageSharp", "Surprisal", "System.Numerics.Tensors"],
            packages.Metadata("Surprisal.Columnar").SelectMany(static element => element.DescendantsAndSelf())
                .Where(static element => element.Name.LocalName == "dependency").Select(static element => element.Attribute("id")!.Value).Order());
        Assert.Contains("tools/net10.0/any/Parquet.dll", packages.Files("Surprisal.Cli.Columnar"));
        Assert.Contains("tools/net10.0/any/Surprisal.Cli.dll", packages.Files("Surprisal.Cli.Columnar"));
        Assert.Contains("<Command Name=\"surprisal\" EntryPoint=\"Surprisal.Cli.Columnar.dll\" Runner=\"dotnet\" />",
            packages.Text("Surprisal.Cli.Columnar", "tools/net10.0/any/DotnetToolSettings.xml"), StringComparison.Ordinal);
        foreach (var name in (string[])["Surprisal", "Surprisal.Cli"])
            Assert.DoesNotContain(packages.Files(name), static file => file.Contains("Parquet", StringComparison.Ordinal));
        Assert.DoesNotContain(packages.Files("Surprisal.Cli.Columnar"), static file => Path.GetFileName(file) is "surprisal" or "surprisal.exe");
    }

    /// <summary>No address is known yet, and none may be invented.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void NoAddressIsInvented(string name) =>
        Assert.DoesNotContain(packages.Metadata(name),
            static element => element.Name.LocalName == "projectUrl" || element.Attribute("url") is not null);

    /// <summary>NuGet takes 35,000 characters and shows them as they are.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void ReleaseNotesAreTheChangelogsTopmostSection(string name)
    {
        var notes = Field(name, "releaseNotes").ReplaceLineEndings("\n").TrimEnd();
        var sections = Repository.Read("CHANGELOG.md").Split("\n## ");
        Assert.Equal(LinkPattern().Replace(sections[1].TrimEnd(), static link => link.Groups["text"].Value), notes);
        Assert.InRange(notes.Length, 20, 35_000);
        Assert.DoesNotMatch(LinkPattern(), notes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheReadmeHasNoRelativeLinks(string name)
    {
        var readme = packages.Text(name, "README.md");
        Assert.Equal(Repository.Read($"docs/package/{name}.md"), readme);
        Problems.None(RelativeLinks(readme).Select(link => $"docs/package/{name}.md: {link} leads nowhere outside of the repository."));
    }

    [Theory]
    [InlineData("[a](docs/a.md)", 1)]
    [InlineData("[a]: docs/a.md", 1)]
    [InlineData("<img src=\"icon.png\"> ![a](icon.png)", 2)]
    [InlineData("[a](https://example.org/a.md) [b](#b) `F.Call(x)` x[1](2)", 0)]
    public void RelativeLinksAreFound(string markdown, int count) => Assert.Equal(count, RelativeLinks(markdown).Count());

    /// <summary>NuGet shows comments as text, so these pages name no snippets: their code is the README's.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void CodeInTheReadmeIsTheRepositorysReadme(string name)
    {
        string[] known = [.. Snippets.Blocks(Repository.Read("README.md")).Select(static block => block.Text)];
        Assert.All(Snippets.Blocks(packages.Text(name, "README.md")), block => Assert.Contains(block.Text, known));
        Assert.DoesNotContain("<!--", packages.Text(name, "README.md"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheIconIsAPictureOf128Pixels(string name)
    {
        var icon = packages.Bytes(name, "icon.png");
        Assert.Equal("PNG\r\n\x1a\n"u8, icon.AsSpan(1, 7));
        Assert.Equal([128, 128], [BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(20))]);
        Assert.Equal(File.ReadAllBytes(Repository.FullPath("docs/icon/icon.png")), icon);
    }

    [Fact]
    public void TheLibraryBringsItsDocumentationItsWarningAndItsSymbols()
    {
        var files = packages.Files("Surprisal");
        Assert.Equal(["lib/net10.0/Surprisal.dll", "lib/net10.0/Surprisal.xml"],
            files.Where(static file => file.StartsWith("lib/", StringComparison.Ordinal)).Order());
        Assert.Contains("buildTransitive/Surprisal.targets", files);
        Assert.Contains("DATA-LICENSES.md", files);
        Assert.Contains("lib/net10.0/Surprisal.pdb", packages.Files("Surprisal", "snupkg"));
        Assert.Contains("<member name=\"T:Surprisal.CrossEntropyLoss\">", packages.Text("Surprisal", "lib/net10.0/Surprisal.xml"), StringComparison.Ordinal);
    }

    [Fact]
    public void TheToolIsCalledSurprisalAndRunsAnywhere()
    {
        Assert.Contains("name=\"DotnetTool\"", packages.Text("Surprisal.Cli", "Surprisal.Cli.nuspec"), StringComparison.Ordinal);
        Assert.Contains("<Command Name=\"surprisal\" EntryPoint=\"Surprisal.Cli.dll\" Runner=\"dotnet\" />",
            packages.Text("Surprisal.Cli", "tools/net10.0/any/DotnetToolSettings.xml"), StringComparison.Ordinal);
        var files = packages.Files("Surprisal.Cli");
        Assert.Contains("tools/net10.0/any/Surprisal.dll", files);
        Assert.Contains("DATA-LICENSES.md", files);
        Assert.Contains("tools/net10.0/any/Surprisal.Cli.pdb", packages.Files("Surprisal.Cli", "snupkg"));
        Assert.DoesNotContain(files, static file => Path.GetFileName(file) is "surprisal" or "surprisal.exe" or "Surprisal.Cli" or "Surprisal.Cli.exe");
    }

    private string Field(string name, string field) =>
        packages.Metadata(name).SingleOrDefault(element => element.Name.LocalName == field)?.Value ?? "";

    private static IEnumerable<string> RelativeLinks(string markdown) =>
        TargetPattern().Matches(CodePattern().Replace(markdown, "")).Select(static match => match.Groups["target"].Value)
            .Where(static target => !target.StartsWith("https://", StringComparison.Ordinal) && !target.StartsWith('#'));

    [GeneratedRegex(@"\[(?<text>[^\]]+)\]\((?!https?:)[^)]+\)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex LinkPattern();

    [GeneratedRegex(@"!?\[[^\]\n]*[^\]\d\n][^\]\n]*\]\((?<target>[^)\s]+)|^\[[^\]\n]+\]:\s*(?<target>\S+)|\b(src|href)=""(?<target>[^""]*)""",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline, 5000)]
    private static partial Regex TargetPattern();

    [GeneratedRegex(@"```.*?```|`[^`\n]*`", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 5000)]
    private static partial Regex CodePattern();
}
