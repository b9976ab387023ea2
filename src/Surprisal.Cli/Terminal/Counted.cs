namespace Surprisal.Cli;

/// <summary>How many there are of something, in words: 1 class, 2 classes.</summary>
internal static class Counted
{
    /// <param name="count">How many.</param>
    /// <param name="one">What one is called.</param>
    /// <param name="several">What several are called; null where that is <paramref name="one"/> with an s.</param>
    public static string Of(long count, string one, string? several = null) => $"{count} {Word(count, one, several)}";

    /// <summary>The word alone, where the number is written in a way of its own.</summary>
    /// <inheritdoc cref="Of"/>
    public static string Word(double count, string one, string? several = null) => count == 1 ? one : several ?? $"{one}s";
}
