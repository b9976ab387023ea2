using System.Text.RegularExpressions;

namespace Surprisal.Cli.Evaluate;

/// <summary>
/// The files that a pattern means: 'part-*.npy', in the order of their names, numbers by size, so that part 10 follows part 9.
/// </summary>
internal static partial class ShardNames
{
    /// <exception cref="FileNotFoundException">No file has such a name.</exception>
    public static IReadOnlyList<string> Expand(IReadOnlyList<string> names) => [.. names.SelectMany(Expand)];

    private static IEnumerable<string> Expand(string name)
    {
        // A file of that whole name comes first; what follows a colon is the name of an array.
        if (name.AsSpan().IndexOfAny('*', '?') < 0 || File.Exists(name)) return [name];
        var colon = name.LastIndexOf(':');
        var (pattern, array) = colon > name.LastIndexOfAny(['/', '\\']) && colon > 1 ? (name[..colon], name[colon..]) : (name, "");
        var folder = Path.GetDirectoryName(pattern) is { Length: > 0 } parent ? parent : ".";
        var found = !Directory.Exists(folder) ? [] : Directory.GetFiles(folder, Path.GetFileName(pattern))
            .OrderBy(static path => DigitsPattern().Replace(path, static digits => digits.Value.PadLeft(20, '0')), StringComparer.Ordinal)
            .Select(path => Path.GetDirectoryName(pattern) is { Length: > 0 } ? path : Path.GetFileName(path)).ToList();
        return found.Count > 0 ? found.Select(path => path + array)
            : throw new FileNotFoundException($"{name}: no file has such a name.", name);
    }

    [GeneratedRegex(@"\d+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DigitsPattern();
}
