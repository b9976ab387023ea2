using System.CommandLine;
using System.CommandLine.Parsing;

namespace Surprisal.Cli.Inputs;

/// <summary>What stands on a command line, before it is known whether the values can be.</summary>
internal static class Given
{
    public static bool Has(this CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };

    public static bool Has(this CommandResult result, string name) => result.GetResult(name) is OptionResult { Implicit: false };

    /// <summary>The value of an option as it was written; null where it was not.</summary>
    public static string? Word(this CommandResult result, string name) =>
        result.GetResult(name) is OptionResult { Tokens: [var token, ..] } ? token.Value : null;

    /// <summary>--a, --b and --c.</summary>
    public static string List(IReadOnlyList<string> names) =>
        names.Count == 1 ? names[0] : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";
}
