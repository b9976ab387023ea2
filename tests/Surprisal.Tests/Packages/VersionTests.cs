using System.Text.RegularExpressions;
using System.Xml.Linq;
using Surprisal.Cli.Bench;
using Surprisal.Tests.Architecture;

namespace Surprisal.Tests.Packages;

/// <summary>The version is what the changelog says.</summary>
public sealed partial class VersionTests
{
    /// <summary>The version of every package.</summary>
    public static string Version { get; } = XDocument.Parse(Repository.Read("Directory.Build.props")).Descendants("Version").Single().Value;

    [Fact]
    public void TheVersionIsTheChangelogs() => Assert.Equal(Expected(Repository.Read("CHANGELOG.md")), Version);

    [Theory]
    [InlineData("# Changelog\n\n## 0.2.0\n\n## 0.1.0\n", "0.2.0")]
    [InlineData("# Changelog\n\n## Unreleased\n\n## 0.2.0\n\n## 0.1.0\n", "0.3.0-dev")]
    [InlineData("# Changelog\n\n## Unreleased\n\n## 1.9.3\n", "1.10.0-dev")]
    [InlineData("# Changelog\n\n## 0.3.0-rc.1\n\n## 0.2.0\n", "0.3.0-rc.1")]
    public void ASectionWithoutANumberIsTheNextMinor(string changelog, string version) => Assert.Equal(version, Expected(changelog));

    [Fact]
    public void TheAssembliesHaveIt() => Assert.Equal(Version, Machine.Here.Surprisal);

    private static string Expected(string changelog)
    {
        string[] sections = [.. SectionPattern().Matches(changelog).Select(static match => match.Groups["name"].Value)];
        if (sections[0] != "Unreleased") return sections[0];
        var last = System.Version.Parse(sections[1]);
        return $"{last.Major}.{last.Minor + 1}.0-dev";
    }

    [GeneratedRegex(@"^## (?<name>\S+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 5000)]
    private static partial Regex SectionPattern();
}
