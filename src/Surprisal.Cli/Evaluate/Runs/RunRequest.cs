namespace Surprisal.Cli.Evaluate;

/// <summary>Which model is scored, and on what.</summary>
/// <param name="Run">The folder of a run, or a model.safetensors.</param>
/// <param name="Images">A folder with one sub-folder of images a class; null for other samples.</param>
/// <param name="Data">A folder of IDX files, whose part to test with is meant; null for other samples.</param>
internal sealed record RunRequest(string Run, string? Images, string? Data);
