namespace Surprisal.Kernels;

/// <summary>
/// Which keys a query sees: neighbours [First, End), which never move back from one query to the next; none where the two are equal.
/// </summary>
/// <param name="keys">How many keys a sequence has.</param>
/// <param name="isCausal">Whether query i sees keys up to i only.</param>
/// <param name="segments">For each position of each sequence where its segment begins and ends; null where a sequence is one.</param>
/// <param name="before">How many keys lie before that of query 0, where a sequence goes on. Default 0.</param>
internal readonly struct KeyRanges(int keys, bool isCausal, (int First, int End)[]? segments, int before = 0)
{
    public (int First, int End) Of(int sequence, int query)
    {
        var (first, end) = segments is null ? (0, keys) : segments[sequence * keys + query];
        var causal = before + query + 1;
        return isCausal ? (Math.Min(first, causal), Math.Min(end, causal)) : (first, end);
    }
}
