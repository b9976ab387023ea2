using System.Text;

namespace Surprisal.Cli.Evaluate;

/// <summary>The names of the classes, one a line in UTF-8; commas and blanks inside are kept.</summary>
internal static class ClassNameFile
{
    /// <summary>The names of so many classes.</summary>
    /// <exception cref="InvalidDataException">A line that is no name, a name twice, or another number of names; the message names the
    /// line.</exception>
    public static IReadOnlyList<string> Read(string path, int classes)
    {
        var names = Read(path);
        return names.Count == classes ? names
            : throw new InvalidDataException($"{path} has {Counted.Of(names.Count, "name")}, " +
                $"but there are {classes} classes; one a class was expected.");
    }

    /// <summary>All names that there are.</summary>
    /// <inheritdoc cref="Read(string, int)"/>
    public static IReadOnlyList<string> Read(string path)
    {
        FileSignature.Require(path, "a file with the names of the classes");
        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path));
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException($"{path}: byte {error.Index} is no UTF-8; the names of the classes were expected, one a line.",
                error);
        }
        var lines = text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').ToList();
        if (lines[^1].Length == 0) lines.RemoveAt(lines.Count - 1);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]))
                throw new InvalidDataException($"{path}: line {i + 1} is blank; the name of class {i} was expected.");
            if (lines[i].Any(char.IsControl))
                throw new InvalidDataException($"{path}: line {i + 1} has a control character; a name has none.");
            if (!seen.TryAdd(lines[i], i))
                throw new InvalidDataException($"{path}: line {i + 1} is '{lines[i]}', as line {seen[lines[i]] + 1}; " +
                    "each class has a name of its own.");
        }
        return lines;
    }
}
