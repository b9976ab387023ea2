using System.Text.RegularExpressions;

namespace Surprisal.Tests.Architecture;

public sealed partial class CrossRefTests
{
    [Fact]
    public void Links_between_documents_lead_somewhere() =>
        Problems.None(Repository.Files("", ".md").SelectMany(static path => Broken(path, Repository.Read(path))));

    [Theory]
    [InlineData("[x](absent.md)", 1)]
    [InlineData("[x](../../LICENSE) and [y](https://example.org/absent) and `[z](absent)`", 0)]
    [InlineData("# The one heading, here\n[x](#the-one-heading-here)", 0)]
    [InlineData("# The one heading\n[x](#another)", 1)]
    public void Broken_links_are_found(string markdown, int count) => Assert.Equal(count, Broken("docs/losses/Page.md", markdown).Count());

    private static IEnumerable<string> Broken(string path, string markdown)
    {
        var text = CodePattern().Replace(markdown, "");
        foreach (Match link in LinkPattern().Matches(text))
        {
            var target = Uri.UnescapeDataString(link.Groups["target"].Value);
            if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal)) continue;
            var (file, anchor) = target.Split('#') is [var before, var after] ? (before, after) : (target, "");
            var place = file.Length == 0 ? path : Relative(path, file);
            if (file.Length > 0 && !Repository.Exists(place) && !Directory.Exists(Repository.FullPath(place)))
                yield return $"{path}: the link to {target} leads nowhere.";
            else if (anchor.Length > 0 && place.EndsWith(".md", StringComparison.Ordinal)
                && !Anchors(file.Length == 0 ? markdown : Repository.Read(place)).Contains(anchor, StringComparer.Ordinal))
                yield return $"{path}: {place} has no heading for #{anchor}.";
        }
    }

    private static string Relative(string from, string to) =>
        Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Repository.FullPath(from))!, to))).Replace('\\', '/');

    /// <summary>The headings as GitHub makes anchors of them: lower case, spaces to dashes, other signs dropped.</summary>
    private static IEnumerable<string> Anchors(string markdown) =>
        HeadingPattern().Matches(markdown).Select(static heading =>
            string.Concat(heading.Groups["text"].Value.Trim().ToLowerInvariant().Where(static c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_'))
                .Replace(' ', '-'));

    [GeneratedRegex(@"```.*?```|`[^`\n]*`", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 5000)]
    private static partial Regex CodePattern();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)(\s+""[^""]*"")?\)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex LinkPattern();

    [GeneratedRegex(@"^#+\s+(?<text>.+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 5000)]
    private static partial Regex HeadingPattern();
}
