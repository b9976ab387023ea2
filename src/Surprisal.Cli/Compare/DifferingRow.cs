namespace Surprisal.Cli.Compare;

/// <summary>A row on which two models differ.</summary>
/// <param name="Row">Its global number.</param>
/// <param name="First">The loss of the first model, in nats.</param>
/// <param name="Second">The loss of the second one.</param>
internal readonly record struct DifferingRow(long Row, double First, double Second);
