namespace Surprisal.Cli.Runs;

/// <summary>What the weights of the best epoch gave on the part to test with; NaN for what is not known.</summary>
internal sealed record TestFigures(double Loss, double Accuracy, double MacroF1);
