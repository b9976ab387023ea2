namespace Surprisal.Kernels;

/// <summary>Stable orders of keys: keys [n] -> the positions of the smallest k in order, equal ones by position.</summary>
internal static class Sorting
{
    /// <summary>All positions in order; the keys are sorted with them.</summary>
    public static void Sort(Span<ulong> keys, Span<int> positions)
    {
        for (var i = 0; i < positions.Length; i++) positions[i] = i;
        SortStably(keys, positions);
    }

    /// <summary>The positions of as many of the smallest as <paramref name="positions"/> holds, in order.</summary>
    /// <remarks>
    /// A heap of the best so far, the worst of them on top: of equal keys the one that comes later is worse, and as the scan goes forward a
    /// key that only equals the top is never better.
    /// </remarks>
    public static void Smallest(ReadOnlySpan<ulong> keys, Span<ulong> best, Span<int> positions)
    {
        var k = positions.Length;
        if (k == 0) return;
        for (var i = 0; i < k; i++) (best[i], positions[i]) = (keys[i], i);
        for (var i = k / 2 - 1; i >= 0; i--) SiftDown(best, positions, i);
        for (var i = k; i < keys.Length; i++)
            if (keys[i] < best[0])
            {
                (best[0], positions[0]) = (keys[i], i);
                SiftDown(best, positions, 0);
            }
        SortStably(best, positions);
    }

    /// <summary>By key, then by position: the library's sort is not stable.</summary>
    private static void SortStably(Span<ulong> keys, Span<int> positions)
    {
        keys.Sort(positions);
        for (var first = 0; first < keys.Length;)
        {
            var end = first + 1;
            while (end < keys.Length && keys[end] == keys[first]) end++;
            if (end - first > 1) positions[first..end].Sort();
            first = end;
        }
    }

    private static void SiftDown(Span<ulong> keys, Span<int> positions, int at)
    {
        while (2 * at + 1 < keys.Length)
        {
            var child = 2 * at + 1;
            if (child + 1 < keys.Length && IsWorse(keys, positions, child + 1, child)) child++;
            if (!IsWorse(keys, positions, child, at)) return;
            (keys[at], keys[child]) = (keys[child], keys[at]);
            (positions[at], positions[child]) = (positions[child], positions[at]);
            at = child;
        }
    }

    private static bool IsWorse(Span<ulong> keys, Span<int> positions, int a, int b) =>
        keys[a] != keys[b] ? keys[a] > keys[b] : positions[a] > positions[b];
}
