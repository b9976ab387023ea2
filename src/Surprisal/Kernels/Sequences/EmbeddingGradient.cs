namespace Surprisal.Kernels;

/// <summary>
/// The gradient of an embedding: g [N, d] of N indices -> dweight [V, d], where only the rows that are named are written; the copies of a
/// row add up in double, by ascending position.
/// </summary>
internal static class EmbeddingGradient
{
    /// <summary>Writes the rows that are named; the others stay as they are.</summary>
    /// <param name="indices">The row of each position.</param>
    /// <param name="g">The gradient of each position.</param>
    /// <param name="leftOut">The row that gets none; -1 for none.</param>
    /// <param name="weight">Receives the sums.</param>
    public static void Run<T>(ReadOnlySpan<long> indices, ReadOnlySpan<T> g, long leftOut, Span<T> weight)
        where T : unmanaged, INumberBase<T>
    {
        if (indices.IsEmpty) return;
        var width = g.Length / indices.Length;
        var positions = new int[indices.Length];
        var keys = indices.ToArray();
        for (var i = 0; i < positions.Length; i++) positions[i] = i;
        Array.Sort(keys, positions);
        var starts = new List<int>();
        for (var i = 0; i < keys.Length; i++)
            if ((i == 0 || keys[i] != keys[i - 1]) && keys[i] != leftOut)
                starts.Add(i);
        var rows = new Rows<T>(keys, positions, starts, g, width, weight);
        Partition.For(starts.Count, (long)width * indices.Length / Math.Max(1, starts.Count), ref rows);
    }

    private readonly ref struct Rows<T>(long[] keys, int[] positions, List<int> starts, ReadOnlySpan<T> g, int width, Span<T> weight)
        : IParallelBody
        where T : unmanaged, INumberBase<T>
    {
        private readonly ReadOnlySpan<T> g = g;
        private readonly Span<T> weight = weight;

        public void Run(int row)
        {
            var (start, end) = (starts[row], starts[row]);
            while (end < keys.Length && keys[end] == keys[start]) end++;
            var to = weight.Slice((int)keys[start] * width, width);
            if (end == start + 1)
            {
                g.Slice(positions[start] * width, width).CopyTo(to);
                return;
            }
            using var scratch = new Scratch<double>(width);
            scratch.Span.Clear();
            Array.Sort(positions, start, end - start); // a sort by key keeps no order among equals
            for (var i = start; i < end; i++) Reductions.AddTo(g.Slice(positions[i] * width, width), scratch.Span);
            for (var j = 0; j < width; j++) to[j] = Scalar.Round<T>(scratch.Span[j]);
        }
    }
}
