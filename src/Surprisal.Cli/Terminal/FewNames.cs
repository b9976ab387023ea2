namespace Surprisal.Cli;

/// <summary>Names in a sentence that should not be long.</summary>
internal static class FewNames
{
    private const int Most = 5;

    /// <summary>a, b, c, d, e and 3 more.</summary>
    public static string Of(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(Most)) + (names.Count > Most ? $" and {names.Count - Most} more" : "");
}
