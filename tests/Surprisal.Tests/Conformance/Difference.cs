namespace Surprisal.Tests.Conformance;

/// <summary>One place where Surprisal decides differently from PyTorch.</summary>
/// <param name="Function">What it concerns, by Surprisal's name.</param>
/// <param name="Case">In which case.</param>
/// <param name="PyTorch">What PyTorch does.</param>
/// <param name="Surprisal">What Surprisal does.</param>
/// <param name="Why">Why.</param>
/// <param name="Test">The test that shows it: Class.Method.</param>
internal sealed record Difference(string Function, string Case, string PyTorch, string Surprisal, string Why, string Test);
