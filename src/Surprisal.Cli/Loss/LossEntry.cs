namespace Surprisal.Cli.Loss;

/// <summary>A loss as the command knows it.</summary>
/// <param name="Name">The library's with dashes, without Loss.</param>
/// <param name="Plain">The loss with its defaults.</param>
/// <param name="Description">One line of help.</param>
internal sealed record LossEntry(string Name, Surprisal.Loss Plain, string Description)
{
    /// <summary>What sets its properties: one option for each.</summary>
    public required IReadOnlyList<LossSetting> Settings { get; init; }

    /// <summary>What the help says of its arrays, in sentences.</summary>
    public required string Arrays { get; init; }

    /// <summary>Whether its input are logits; else --input is the option's first name.</summary>
    public bool TakesLogits { get; init; } = true;

    /// <summary>What its value is measured in; null for losses of differences, which have the unit of the numbers or its square.</summary>
    public string? Unit { get; init; } = "nats";

    /// <summary>The library's name for the type of the loss.</summary>
    public string Type => Plain.GetType().Name;
}
