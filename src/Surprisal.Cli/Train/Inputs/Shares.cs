using System.CommandLine;
using System.CommandLine.Parsing;

namespace Surprisal.Cli.Inputs;

/// <summary>The shares of the data that are for no training.</summary>
internal static class Shares
{
    /// <summary>What cannot be of both together; one that cannot be alone has a complaint of its own.</summary>
    public static IEnumerable<string> Complaints(CommandResult result, Option testShare, Option validationShare)
    {
        var defaults = new TrainOptions();
        var usual = result.Has("--folds") || result.Has("--text") ? 0 : defaults.ValidationShare;
        if (!(Value(testShare, defaults.TestShare, out var test) && Value(validationShare, usual, out var validation)))
            yield break;
        if (test is > 0 and < 1 && validation is >= 0 and < 1 && test + validation >= 1 && !result.Has("--data"))
            yield return FormattableString.Invariant($"{testShare.Name} is {test} and {validationShare.Name} is {validation}; ") +
                "together less than 1, which leaves samples to train on, was expected.";

        bool Value(Option option, double otherwise, out double value)
        {
            value = otherwise;
            return result.Word(option.Name) is not { } word || Numeral.TryNumber(word, out value);
        }
    }
}
