using System.CommandLine;

namespace Surprisal.Cli;

/// <summary>Options that say in one line what they expected.</summary>
internal static class CheckedOption
{
    public static Option<int?> Positive(string name, string description) =>
        Checked<int?>(name, "N", description, static text =>
            Numeral.TryWhole(text, out var value) && value is > 0 and <= int.MaxValue ? ((int)value, "")
            : (null, $"a whole number from 1{(text.All(char.IsAsciiDigit) && text.Length >= 10 ? $" to {int.MaxValue}" : "")} was " +
                $"expected{Numeral.Hint(text, whole: true)}."));

    public static Option<long?> Whole(string name, string description, long minimum = long.MinValue) =>
        Checked<long?>(name, "N", description, text =>
            Numeral.TryWhole(text, out var value) && value >= minimum ? (value, "")
            : (null,
                $"a whole number{(minimum > long.MinValue ? $" from {minimum}" : "")} was expected{Numeral.Hint(text, whole: true)}."));

    public static Option<double?> PositiveNumber(string name, string helpName, string description) =>
        Checked<double?>(name, helpName, description, static text =>
            Numeral.TryNumber(text, out var value) && value > 0 ? (value, "")
            : (null, $"a number greater than 0 was expected{Numeral.Hint(text, whole: false)}."));

    /// <summary>A number from a minimum on, and below a limit if there is one.</summary>
    public static Option<double?> Number(string name, string description, double minimum, double below = double.PositiveInfinity) =>
        Checked<double?>(name, "X", description, text =>
            Numeral.TryNumber(text, out var value) && value >= minimum && value < below ? (value, "")
            : (null, $"a number from {minimum}{(double.IsFinite(below) ? $" to below {below}" : "")} was expected" +
                $"{Numeral.Hint(text, whole: false)}."));

    /// <summary>A part of a whole that leaves a rest: more than 0 and less than 1.</summary>
    public static Option<double?> Part(string name, string description) =>
        Checked<double?>(name, "X", description, static text =>
            Numeral.TryNumber(text, out var value) && value is > 0 and < 1 ? (value, "")
            : (null, $"a number above 0 and below 1 was expected{Numeral.Hint(text, whole: false)}."));

    public static Option<string?> Choice(string name, string description, params string[] values) =>
        Checked(name, string.Join('|', values), description, text =>
            values.Contains(text) ? (text, "")
            : (null, $"one of {string.Join(", ", values)} was expected{DidYouMean.Suffix(text, values)}"));

    public static Option<string?> Folder(string name, string description) =>
        Checked(name, "FOLDER", description,
            static text => string.IsNullOrWhiteSpace(text) ? (null, "the name of a folder was expected.") : ((string?)text, ""));

    public static Option<string?> FileName(string name, string description) =>
        Checked(name, "FILE", description,
            static text => string.IsNullOrWhiteSpace(text) ? (null, "the name of a file was expected.") : ((string?)text, ""));

    /// <summary>Any text but a blank one.</summary>
    public static Option<string?> Text(string name, string helpName, string description) =>
        Checked(name, helpName, description,
            static text => string.IsNullOrWhiteSpace(text) ? (null, $"a text was expected.") : ((string?)text, ""));

    /// <summary>A switch; it takes no value, so none can be wrong.</summary>
    public static Option<bool> Flag(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.Zero };

    /// <param name="name">With its dashes.</param>
    /// <param name="helpName">What stands for the value in the help.</param>
    /// <param name="description">One line of help.</param>
    /// <param name="read">The value of a text, or the end of the sentence "--option is 'text'; ...".</param>
    public static Option<T> Checked<T>(string name, string helpName, string description, Func<string, (T Value, string Complaint)> read)
    {
        var option = new Option<T>(name)
        {
            HelpName = helpName,
            Description = description,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                var (value, complaint) = read(text);
                if (complaint.Length > 0) result.AddError($"{name} is '{text}'; {complaint}");
                return value;
            },
        };
        if (helpName.Contains('|')) option.CompletionSources.Add(helpName.Split('|'));
        return option;
    }
}
