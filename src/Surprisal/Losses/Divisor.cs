namespace Surprisal;

/// <summary>What a mean divides by, and whether nothing at all entered it.</summary>
internal readonly record struct Divisor(double Value, bool Empty);
