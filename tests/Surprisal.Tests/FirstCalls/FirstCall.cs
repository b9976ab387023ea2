using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Surprisal.Tests.Architecture;

namespace Surprisal.Tests.FirstCalls;

/// <summary>A row of docs/first-calls.md: some code, and what it gives or says.</summary>
internal sealed partial record FirstCall(string Code, string Expected)
{
    private const string Page = "docs/first-calls.md";

    public static IReadOnlyDictionary<string, FirstCall> All { get; } = RowPattern().Matches(Repository.Read(Page))
        .Select(static row => new FirstCall(row.Groups["code"].Value, row.Groups["expected"].Value))
        .ToDictionary(static call => call.Code, StringComparer.Ordinal);

    /// <summary>What the compiler or the call says, on one line.</summary>
    public string Outcome()
    {
        var (assembly, errors) = Compilation.Compile(Program());
        return Spaces().Replace(assembly is null ? errors[0] : Run(assembly), " ").Replace("[ ", "[", StringComparison.Ordinal);
    }

    /// <summary>Whether an outcome is the expected one, in which three dots stand for anything.</summary>
    public bool Fits(string outcome) =>
        Regex.IsMatch(outcome, $"^{string.Join(".*", Expected.Split("...").Select(static part => Regex.Escape(part.Trim())))}$", RegexOptions.None,
            TimeSpan.FromSeconds(5));

    private static string Run(Assembly assembly)
    {
        try
        {
            return Convert.ToString(assembly.GetType("FirstCall")!.GetMethod("Run")!.Invoke(null, []), CultureInfo.InvariantCulture)!;
        }
        catch (TargetInvocationException error)
        {
            return $"{error.InnerException!.GetType().Name}: {error.InnerException.Message}";
        }
    }

    /// <summary>The page's usings and variables, the row's statements, and its last expression as the result.</summary>
    private string Program()
    {
        var before = Snippets.Blocks(Repository.Read(Page)).First(static block => block.Name == "first-calls-before").Text.Split('\n')
            .Prepend("using System; using System.Collections.Generic; using System.Linq;").ToLookup(IsUsing);
        var row = Code.Split("; ").Select(static part => part + ";").ToLookup(IsUsing);
        var result = Code.Contains(".Backward()", StringComparison.Ordinal) ? $"{row[false].Last()} return null;" : $"return {row[false].Last()}";
        return $$"""
            {{string.Join('\n', before[true].Concat(row[true]))}}
            public static class FirstCall
            {
                public static object? Run()
                {
                    {{string.Join('\n', before[false].Concat(row[false].SkipLast(1)))}}
                    {{result}}
                }
            }
            """;
    }

    private static bool IsUsing(string line) => line.StartsWith("using ", StringComparison.Ordinal);

    [GeneratedRegex(@"^\| `(?<code>[^`]+)` \| (?<expected>.+) \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex RowPattern();

    [GeneratedRegex(@"\s+", RegexOptions.None, 5000)]
    private static partial Regex Spaces();
}
