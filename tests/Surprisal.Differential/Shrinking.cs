namespace Surprisal.Differential;

/// <summary>Makes a disagreement smaller: other decisions, simpler ones, that still disagree.</summary>
internal static class Shrinking
{
    private const int Tries = 2000;

    private static readonly Func<int[], IEnumerable<int>>[] ways =
    [
        static block => [], static block => block.Select(static _ => 0), static block => block.Select(static choice => choice / 2),
        static block => block.Select(static choice => Math.Max(0, choice - 1)),
    ];

    public static IReadOnlyList<int> Smallest(Case of, IReadOnlyList<int> choices)
    {
        var best = choices.ToArray();
        var tries = 0;
        for (var progress = true; progress && tries < Tries;)
        {
            progress = false;
            // Blocks of decisions, the longest first.
            for (var length = Math.Max(1, best.Length / 2); length >= 1; length /= 2)
                for (var start = 0; start + length <= best.Length; start += length)
                    foreach (var simpler in ways)
                        if (start + length <= best.Length && tries < Tries)
                            progress |= Try([.. best[..start], .. simpler(best[start..(start + length)]), .. best[(start + length)..]]);
        }
        return best;

        bool Try(int[] candidate)
        {
            if (candidate.AsSpan().SequenceEqual(best)) return false;
            tries++;
            var draw = new Draw(candidate);
            if (Judge.Of(of.Make(draw)).Verdict != Verdict.Unexplained) return false;
            var taken = draw.Taken.ToArray();
            if (!IsSmaller(taken, best)) return false;
            best = taken;
            return true;
        }
    }

    /// <summary>Fewer decisions, or as many that are simpler.</summary>
    private static bool IsSmaller(int[] a, int[] b) =>
        a.Length != b.Length ? a.Length < b.Length : a.AsSpan().SequenceCompareTo(b) < 0;
}
