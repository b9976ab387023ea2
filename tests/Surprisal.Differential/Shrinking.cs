namespace Surprisal.Differential;

/// <summary>Makes a disagreement smaller: other decisions, simpler ones, that still disagree.</summary>
internal static class Shrinking
{
    private const int Tries = 2000;

    public static IReadOnlyList<int> Smallest(Case of, IReadOnlyList<int> choices)
    {
        var best = choices.ToArray();
        var tries = 0;
        for (var before = int.MaxValue; before != tries && tries < Tries;)
        {
            before = tries;
            var progress = false;
            // Blocks of decisions, the longest first: left out, then the simplest, then half.
            for (var length = Math.Max(1, best.Length / 2); length >= 1; length /= 2)
                for (var start = 0; start + length <= best.Length && tries < Tries; start += length)
                {
                    progress |= Try([.. best[..start], .. best[(start + length)..]]);
                    if (start + length > best.Length) break;
                    if (best.AsSpan(start, length).ContainsAnyExcept(0))
                    {
                        progress |= Try([.. best[..start], .. new int[length], .. best[(start + length)..]]);
                        progress |= Try([.. best[..start], .. best[start..(start + length)].Select(static choice => choice / 2), .. best[(start + length)..]]);
                        if (length == 1) progress |= Try([.. best[..start], Math.Max(0, best[start] - 1), .. best[(start + 1)..]]);
                    }
                }
            if (!progress) break;
        }
        return best;

        bool Try(int[] candidate)
        {
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
