using System.Text.RegularExpressions;

namespace Surprisal.Tests.Architecture;

/// <summary>A C# file: its code without comments and strings, the types at its top level, and the members it declares.</summary>
internal sealed partial record SourceFile(string Path, string Text)
{
    private static readonly string[] notTypes = ["new", "return", "await", "class", "struct", "record", "interface", "enum", "namespace", "using"];

    public string Code { get; } = SourceText.Code(Text);

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The folder below src/Surprisal; empty for files elsewhere.</summary>
    public string Layer => Path.Split('/') is ["src", "Surprisal", var layer, _, ..] ? layer : "";

    public IReadOnlyList<(string Name, string Modifiers, bool IsTop)> Types =>
        [.. TypePattern().Matches(Code).Select(match => (match.Groups["name"].Value, match.Groups["modifiers"].Value, Depth(match.Index) == 0))];

    public IEnumerable<string> TopTypes => Types.Where(static type => type.IsTop).Select(static type => type.Name);

    /// <summary>Methods and properties, by the look of their declarations.</summary>
    public IEnumerable<string> Members => MemberPattern().Matches(Code)
        .Where(static match => !notTypes.Contains(match.Groups["before"].Value, StringComparer.Ordinal)).Select(static match => match.Groups["name"].Value);

    public string? Namespace => NamespacePattern().Match(Code) is { Success: true } match ? match.Groups["name"].Value : null;

    public static IEnumerable<SourceFile> All(string folder) =>
        Repository.Files(folder, ".cs").Select(static path => new SourceFile(path, Repository.Read(path)));

    /// <summary>The line, from 1, that a position in the code is on.</summary>
    public int Line(int index) => Code.AsSpan(0, index).Count('\n') + 1;

    private int Depth(int index) => Code.AsSpan(0, index).Count('{') - Code.AsSpan(0, index).Count('}');

    [GeneratedRegex(
        @"(?<modifiers>(\b(public|internal|private|protected|file|static|sealed|abstract|partial|readonly|ref|unsafe|new)\s+)*)" +
        @"\b(class|struct|interface|enum|record(\s+(class|struct))?|delegate\s+[\w<>?\[\],.]+)\s+(?<name>[A-Z]\w*)",
        RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"(?<before>\w+|[>\]?)])\s+(?<name>[A-Z]\w*)\s*(<[\w\s,]+>\s*)?(\(|\{|=>|=[^=])", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex MemberPattern();

    [GeneratedRegex(@"^\s*namespace\s+(?<name>[\w.]+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 5000)]
    private static partial Regex NamespacePattern();
}
