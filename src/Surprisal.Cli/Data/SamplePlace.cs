namespace Surprisal.Cli.Data;

/// <summary>A sample: its part, from 0, and its place in it.</summary>
internal readonly record struct SamplePlace(int Part, int Index);
