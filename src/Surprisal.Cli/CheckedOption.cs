using System.CommandLine;

namespace Surprisal.Cli;

/// <summary>Options that say in one line what they expected.</summary>
internal static class CheckedOption
{
    public static Option<int?> Positive(string name, string description)
    {
        var option = new Option<int?>(name) { HelpName = "N", Description = description };
        Expect(option, static text => int.TryParse(text, out var value) && value > 0, "a whole number from 1");
        return option;
    }

    public static Option<string?> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string?>(name) { HelpName = string.Join('|', values), Description = description };
        Expect(option, values.Contains, $"one of {string.Join(", ", values)}");
        return option;
    }

    public static void Expect(Option option, Func<string, bool> isLegal, string expected) =>
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !isLegal(result.Tokens[0].Value))
                result.AddError($"{option.Name} is '{result.Tokens[0].Value}'; {expected} was expected.");
        });
}
