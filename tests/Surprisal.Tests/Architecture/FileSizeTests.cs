using System.Text.RegularExpressions;

namespace Surprisal.Tests.Architecture;

public sealed partial class FileSizeTests
{
    private const int Longest = 250, LongestEditorConfig = 80, FullestFolder = 20;

    /// <summary>Files that may be longer, each with the reason.</summary>
    private static readonly Dictionary<string, string> exceptions = new(StringComparer.Ordinal);

    [Fact]
    public void Source_files_fit_in_250_lines() =>
        Problems.None(
            from folder in new[] { "src", "tests", "bench", "samples" }
            from path in Repository.Files(folder, ".cs")
            let lines = Lines(Repository.Read(path))
            where lines > Longest && !exceptions.ContainsKey(path)
            select $"{path} has {lines} lines; {Longest} at most, so that a file is read in one go.");

    [Theory]
    [InlineData("src", 140)]
    [InlineData("bench", 140)]
    [InlineData("samples", 140)]
    [InlineData("tests", 160)]
    public void Lines_fit_a_page(string folder, int columns) =>
        Problems.None(
            from path in Repository.Files(folder, ".cs")
            from line in Repository.Read(path).Split('\n').Index()
            where line.Item.Length > columns
            select $"{path}:{line.Index + 1} has {line.Item.Length} columns; {columns} at most, one parameter a line where a signature does not fit.");

    [Fact]
    public void Folders_are_taken_in_at_a_glance() =>
        Problems.None(
            from folder in new[] { "src", "tests", "bench", "samples" }
            from path in Repository.Files(folder, ".cs")
            group path by Path.GetDirectoryName(path) into files
            where files.Count() > FullestFolder
            select $"{files.Key} has {files.Count()} files; {FullestFolder} at most, so that a reader finds his way: " +
                "make folders in it whose names say what is inside.");

    [Fact]
    public void Exceptions_are_still_needed() =>
        Problems.None(exceptions.Keys
            .Where(static path => !Repository.Exists(path) || Lines(Repository.Read(path)) <= Longest)
            .Select(static path => $"{path} needs no exception any more."));

    [Fact]
    public void Editorconfig_stays_readable() => Assert.InRange(Lines(Repository.Read(".editorconfig")), 1, LongestEditorConfig);

    [Fact]
    public void Nothing_is_left_to_do_and_no_file_knows_the_machine_it_was_written_on() =>
        Problems.None(Texts().SelectMany(static file => Marks(file.Path, file.Text)));

    [Theory]
    [InlineData("// TO" + "DO: later", 1)]
    [InlineData("x = 1; // FIX" + "ME", 1)]
    [InlineData("open('/" + "home/someone/data.csv')", 1)]
    [InlineData("at C:" + "\\Users\\someone", 1)]
    [InlineData("<a href=\"https://example.org/" + "home/page\">", 0)]
    [InlineData("methodology", 0)]
    public void Marks_are_found(string line, int count) => Assert.Equal(count, Marks("x", line).Count());

    /// <summary>Every file that is text: no zero byte in it.</summary>
    private static IEnumerable<(string Path, string Text)> Texts() =>
        from path in Repository.Files()
        let bytes = File.ReadAllBytes(Repository.FullPath(path))
        where !bytes.AsSpan().Contains((byte)0)
        select (path, System.Text.Encoding.UTF8.GetString(bytes));

    private static IEnumerable<string> Marks(string path, string text) =>
        MarkPattern().Matches(text).Select(match => $"{path}:{text.AsSpan(0, match.Index).Count('\n') + 1} contains {match.Value}: " +
            "do it, or make it an issue; write paths relative to the repository.");

    private static int Lines(string text) => text.AsSpan().TrimEnd('\n').Count('\n') + 1;

    [GeneratedRegex(@"\b(TO[D]O|FIX[M]E)\b|(?<![\w.~$}])/(home|work|root)/|\b[A-Z]:\\Users\b", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex MarkPattern();
}
