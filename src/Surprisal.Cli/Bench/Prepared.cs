namespace Surprisal.Cli.Bench;

/// <summary>A work with its data.</summary>
/// <param name="Run">One call of what is timed.</param>
/// <param name="Answer">What the last run computed, as a few numbers that another library can be asked for.</param>
/// <param name="Inputs">The data, float or long, for whoever is to compute the same; the logits come first.</param>
internal sealed record Prepared(Action Run, Func<double[]> Answer, params Array[] Inputs);
