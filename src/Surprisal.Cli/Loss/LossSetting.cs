using System.CommandLine;

namespace Surprisal.Cli.Loss;

/// <summary>An option of the command line that sets one property of a loss; what the property refuses is wrong usage.</summary>
/// <param name="Option">What the command line knows.</param>
/// <param name="Apply">The loss with what was given; the same where nothing was.</param>
/// <param name="Needs">The option without which this one does nothing; null for none.</param>
/// <remarks>Nothing here asks the losses what properties they have, so that nothing is lost where programs are compiled ahead of time; a
/// test asks.</remarks>
internal sealed record LossSetting(Option Option, Func<Surprisal.Loss, ParseResult, Surprisal.Loss> Apply, string? Needs = null)
{
    /// <summary>What is wrong with options of a loss that do nothing without another, a line each.</summary>
    /// <param name="settings">Those of the loss.</param>
    /// <param name="isGiven">Whether an option, by its name, was given.</param>
    public static IEnumerable<string> Complaints(IEnumerable<LossSetting> settings, Func<string, bool> isGiven) =>
        settings.Where(setting => setting.Needs is { } other && isGiven(setting.Option.Name) && !isGiven(other))
            .Select(static setting => $"{setting.Option.Name} does nothing without {setting.Needs}.");

    /// <param name="name">The property's, with dashes.</param>
    /// <param name="description">One line of help, with the default.</param>
    /// <param name="set">The loss with that value; refuses by an <see cref="ArgumentException"/>.</param>
    public static LossSetting Number<TLoss>(string name, string description, Func<TLoss, double, Surprisal.Loss> set)
        where TLoss : Surprisal.Loss, new()
    {
        var option = CheckedOption.Checked<double?>(name, "X", description, text =>
            Numeral.TryNumber(text, out var value) ? (value, Refusal(set, value))
            : (null, $"a number was expected{Numeral.Hint(text, whole: false)}."));
        return new(option, (loss, parsed) => parsed.GetValue(option) is { } value ? set((TLoss)loss, value) : loss);
    }

    public static LossSetting Whole<TLoss>(string name, string description, Func<TLoss, long, Surprisal.Loss> set)
        where TLoss : Surprisal.Loss, new()
    {
        var option = CheckedOption.Whole(name, description);
        return new(option, (loss, parsed) => parsed.GetValue(option) is { } value ? set((TLoss)loss, value) : loss);
    }

    public static LossSetting Flag<TLoss>(string name, string description, Func<TLoss, Surprisal.Loss> set)
        where TLoss : Surprisal.Loss, new()
    {
        var option = CheckedOption.Flag(name, description);
        return new(option, (loss, parsed) => parsed.GetValue(option) ? set((TLoss)loss) : loss);
    }

    public static LossSetting Choice<TLoss, TValue>(
        string name, string description, Func<TLoss, TValue, Surprisal.Loss> set, params (string Word, TValue Value)[] values)
        where TLoss : Surprisal.Loss, new()
    {
        var option = CheckedOption.Choice(name, description, [.. values.Select(static choice => choice.Word)]);
        return new(option, (loss, parsed) => parsed.GetValue(option) is { } word
            ? set((TLoss)loss, values.Single(choice => choice.Word == word).Value)
            : loss);
    }

    /// <summary>Numbers with commas between them, or a file of them, which is read when the loss is made.</summary>
    public static LossSetting Weights<TLoss>(string name, string description, Func<TLoss, GivenWeights, Surprisal.Loss> set)
        where TLoss : Surprisal.Loss, new()
    {
        var option = CheckedOption.Checked(name, "1,2,..|FILE", description, text =>
            GivenWeights.Parse(text) is { } numbers ? ((string?)text, Refusal(set, numbers))
            : text.Length == 0 || (text.Contains(',', StringComparison.Ordinal) && !File.Exists(text))
                ? (null, "numbers with commas between them were expected, or a file of them.")
            : (text, ""));
        return new(option, (loss, parsed) =>
        {
            if (parsed.GetValue(option) is not { } text) return loss;
            if (GivenWeights.Parse(text) is { } numbers) return set((TLoss)loss, numbers);
            try
            {
                return set((TLoss)loss, GivenWeights.Read(text));
            }
            catch (ArgumentException error)
            {
                throw new InvalidDataException($"{text}: {Reason(error)}", error);
            }
        });
    }

    /// <summary>What an error says, in one line, without the parameter and the value that .NET appends.</summary>
    public static string Reason(Exception error) => Commands.Plain(error.Message.ReplaceLineEndings("\n").Split('\n')[0]);

    private static string Refusal<TLoss, TValue>(Func<TLoss, TValue, Surprisal.Loss> set, TValue value)
        where TLoss : Surprisal.Loss, new()
    {
        try
        {
            _ = set(new TLoss(), value);
            return "";
        }
        catch (ArgumentException error)
        {
            return Reason(error);
        }
    }
}
