namespace Surprisal.Cli.Runs;

/// <summary>What the weights of the best epoch gave on the part to test with; NaN for what is not known.</summary>
/// <param name="Loss">In nats.</param>
/// <param name="Accuracy">See <see cref="Models.Evaluated.Accuracy"/>.</param>
/// <param name="MacroF1">Over classes, or labels.</param>
/// <param name="Score">See <see cref="Models.Evaluated.Score"/>; null where there is none.</param>
internal sealed record TestFigures(double Loss, double Accuracy, double MacroF1, double? Score);
