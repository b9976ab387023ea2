namespace Surprisal;

/// <summary>Sequences that are packed into one: where each begins and ends.</summary>
internal static class Segments
{
    /// <summary>For each position the range of its segment; empty at a negative number, which is padding.</summary>
    /// <param name="segments">[.., length]: equal numbers side by side are one segment.</param>
    /// <param name="length">The length of a sequence.</param>
    /// <exception cref="ArgumentException">A number comes back after another one.</exception>
    public static (int First, int End)[] Ranges(Tensor<long> segments, int length)
    {
        var ranges = new (int, int)[segments.Length];
        var seen = new HashSet<long>();
        for (var start = 0; start < segments.Length; start += Math.Max(1, length))
        {
            var row = segments.Span.Slice(start, length);
            seen.Clear();
            for (int first = 0, end; first < length; first = end)
            {
                for (end = first + 1; end < length && row[end] == row[first];) end++;
                if (row[first] >= 0 && !seen.Add(row[first]))
                    throw new ArgumentException($"segments has the number {row[first]} again at position {first} of sequence " +
                        $"{start / Math.Max(1, length)}; the positions of a segment stand side by side.", nameof(segments));
                for (var i = first; i < end; i++) ranges[start + i] = row[first] < 0 ? (i, i) : (first, end);
            }
        }
        return ranges;
    }

    /// <summary>The position of each token in its segment, from 0; of padding 0.</summary>
    public static long[] Positions(Tensor<long> segments, int length)
    {
        var ranges = Ranges(segments, length);
        var positions = new long[ranges.Length];
        for (var i = 0; i < positions.Length; i++) positions[i] = i % Math.Max(1, length) - ranges[i].First;
        return positions;
    }
}
