namespace Surprisal.Bench.Results;

/// <summary>One row of the table: medians over the rounds. Null is what was not measured here, a target of 0 none.</summary>
/// <param name="Work">Its name.</param>
/// <param name="Milliseconds">Surprisal's time of a call.</param>
/// <param name="Installed">PyTorch's time as it is installed.</param>
/// <param name="Tuned">PyTorch's time with a tuned environment.</param>
/// <param name="Ratio">The faster PyTorch's time in units of ours.</param>
/// <param name="Copy">
/// The time of copying the logits, or of reading them for a value alone, with <paramref name="CopyThreads"/> threads.
/// </param>
/// <param name="CopyThreads">With how many threads the copy was fastest.</param>
/// <param name="Copies">Our time in units of the copy's.</param>
/// <param name="Share">Bytes that must be moved per second, as a share of the copy's.</param>
/// <param name="Gigaflops">Floating-point operations a second, in billions, where they are what costs.</param>
/// <param name="Allocated">Bytes allocated by a call.</param>
/// <param name="Narrow">The speed with AVX-512 switched off as a share of the full one.</param>
/// <param name="TargetRatio">What <paramref name="Ratio"/> should reach.</param>
/// <param name="TargetCopies">What <paramref name="Copies"/> should not exceed.</param>
/// <param name="TargetReads">The same where the logits are only read.</param>
/// <param name="TargetMilliseconds">What <paramref name="Milliseconds"/> should stay below.</param>
/// <param name="Limit">What keeps it from being faster.</param>
internal sealed record Figure(
    string Work,
    double Milliseconds,
    double? Installed = null,
    double? Tuned = null,
    double? Ratio = null,
    double? Copy = null,
    int? CopyThreads = null,
    double? Copies = null,
    double? Share = null,
    double? Gigaflops = null,
    double? Allocated = null,
    double? Narrow = null,
    double TargetRatio = 0,
    double TargetCopies = 0,
    double TargetReads = 0,
    double TargetMilliseconds = 0,
    string Limit = "")
{
    private const double TargetNarrow = 0.55;

    public bool HasTarget => TargetRatio > 0 || TargetCopies > 0 || TargetReads > 0 || TargetMilliseconds > 0;

    public double? PyTorch => Installed is { } installed && Tuned is { } tuned ? Math.Min(installed, tuned) : Installed ?? Tuned;

    public string Target()
    {
        var ratio = TargetRatio > 0 ? $"{TargetRatio}x" : "";
        var copies = TargetCopies > 0 ? $"{TargetCopies} copies" : TargetReads > 0 ? $"{TargetReads} reads" : "";
        return TargetMilliseconds > 0
            ? $"< {TargetMilliseconds} ms"
            : string.Join(", ", new[] { ratio, copies }.Where(static text => text.Length > 0));
    }

    /// <summary>What is not reached of the targets, and of the speed without AVX-512, in words.</summary>
    public IEnumerable<string> Missed() =>
        Narrow < TargetNarrow ? Short().Append($"{Narrow:0.00} of the speed without AVX-512, {TargetNarrow} expected") : Short();

    /// <summary>Whether the target is reached; empty where there is none or nobody to compare with.</summary>
    public string Verdict() => !HasTarget || (TargetRatio > 0 && Ratio is null) ? "" : Short().Any() ? "missed" : "met";

    private IEnumerable<string> Short()
    {
        if (TargetRatio > 0 && Ratio < TargetRatio) yield return $"{Ratio:0.00}x of {TargetRatio}x";
        if (TargetCopies > 0 && Copies > TargetCopies) yield return $"{Copies:0.00} copies of {TargetCopies}";
        if (TargetReads > 0 && Copies > TargetReads) yield return $"{Copies:0.00} reads of {TargetReads}";
        if (TargetMilliseconds > 0 && Milliseconds >= TargetMilliseconds) yield return $"{Milliseconds:0} ms of {TargetMilliseconds}";
    }
}
