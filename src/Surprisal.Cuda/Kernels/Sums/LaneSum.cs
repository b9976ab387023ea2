namespace Surprisal.Cuda;

/// <summary>
/// One lane of a sum as the library adds it: of floats in double, of doubles with their errors. Long rows of floats are added in levels,
/// 16 numbers each, so that no chain is long.
/// </summary>
/// <param name="writer">Of the kernel.</param>
/// <param name="levels">How many levels: 1 where no number of terms needs a second.</param>
internal sealed class LaneSum<T>(PtxWriter writer, int levels) where T : struct, IRealFormat
{
    private readonly CompensatedSum wide = T.Size == 8 ? new(writer) : default;
    private readonly Real<F64>[] sums = T.Size == 8 ? [] : [.. Enumerable.Range(0, levels).Select(_ => writer.Variable(Real<F64>.Zero))];

    public void Clear()
    {
        if (T.Size == 8) wide.Clear();
        foreach (var sum in sums) writer.Set(sum, Real<F64>.Zero);
    }

    public void Add(Real<T> x)
    {
        if (T.Size == 8) wide.Add(new(x.Writer, x.Name));
        else writer.Set(sums[0], sums[0] + writer.Widen(x));
    }

    /// <summary>After group <paramref name="group"/> of the row: carries a level that has 16 numbers to the next.</summary>
    public void Carry(Whole<U32> group)
    {
        for (var level = 0; level + 1 < sums.Length; level++)
        {
            var (from, to) = (sums[level], sums[level + 1]);
            var last = (16 << (4 * level)) - 1;
            writer.If(Whole<U32>.Equal(group & last, last), () => CarryOne(from, to));
        }
    }

    /// <summary>What the lane has added up.</summary>
    public Real<F64> Value()
    {
        if (T.Size == 8) return wide.LaneValue();
        for (var level = 0; level + 1 < sums.Length; level++) CarryOne(sums[level], sums[level + 1]);
        return sums[^1];
    }

    private void CarryOne(Real<F64> from, Real<F64> to)
    {
        writer.Set(to, to + from);
        writer.Set(from, Real<F64>.Zero);
    }
}
