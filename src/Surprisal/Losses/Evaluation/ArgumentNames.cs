namespace Surprisal;

/// <summary>The names that the called method has for its inputs and targets, for the errors about them.</summary>
internal readonly record struct ArgumentNames(string Input, string Target)
{
    public static ArgumentNames OfTape => new("input", "target");

    public static ArgumentNames OfLogits => new("logits", "targets");

    public static ArgumentNames OfInputs => new("inputs", "targets");

    /// <summary>The error about an option that does not fit the arguments, by the option's name.</summary>
    public static ArgumentException Misfit(string message, string option) => new(message, option);

    /// <summary>How numbers that are class indices become integers.</summary>
    public string ToIntegers => Input == "input" ? $"{Target}.To<long>()" : $"convert {Target} to int or long";

    /// <summary>The verbs that go with the names: one thing has and needs, many have and need.</summary>
    public string Have => Input == "input" ? "has" : "have";

    /// <inheritdoc cref="Have"/>
    public string Need => Input == "input" ? "needs" : "need";
}
