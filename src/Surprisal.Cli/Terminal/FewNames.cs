namespace Surprisal.Cli;

/// <summary>Names in a sentence that should not be long.</summary>
internal static class FewNames
{
    private const int Most = 5;

    /// <summary>a, b, c, d, e and 3 more; a name with a comma is in quotes, or it would be two.</summary>
    public static string Of(IEnumerable<string> names) => OfTexts([.. names.Select(CsvText.Quote)]);

    /// <summary>The same of texts in which names are in quotes already.</summary>
    public static string OfTexts(IReadOnlyList<string> texts) =>
        string.Join(", ", texts.Take(Most)) + (texts.Count > Most ? $" and {texts.Count - Most} more" : "");
}
