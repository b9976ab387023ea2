namespace Surprisal.Cuda;

/// <summary>
/// A row in as many threads as the library's block has lanes, which add as its lanes do: four blocks in the row's format, then in double;
/// what does not fill a block belongs to the last lanes and comes last; the lanes by a tree.
/// </summary>
internal sealed class RowLanes<T>(PtxWriter writer, Whole<U32> lane, Whole<U32> length) where T : struct, IRealFormat
{
    /// <summary>The exponential of an element, and its smoothing term.</summary>
    public delegate Real<T> Element(Whole<U32> i, out Real<T> smoothing);

    /// <summary>The largest element, in every lane. With a NaN it is one of the row's numbers or NaN.</summary>
    public Real<T> Max(Func<Whole<U32>, Real<T>> load)
    {
        var max = writer.Variable(Real<T>.Constant(double.NegativeInfinity));
        writer.For(lane, length, T.Lanes, i => writer.Set(max, Real<T>.MaxOrSecond(load(i), max)));
        var result = max;
        for (var across = T.Lanes / 2; across > 0; across /= 2) result = Real<T>.MaxOrSecond(result, writer.Across(result, across));
        return result;
    }

    /// <summary>The sum of the exponentials but one that is 1, and of the smoothing terms, in every lane.</summary>
    public (Real<F64> ExpSum, Real<F64> SmoothingSum) Sums(bool isSmooth, Element element)
    {
        var (sum, smoothing, ones) = LaneSums(isSmooth, element, 3);
        return (Tree(sum.Value()) + (Tree(writer.Widen(ones)) - Real<F64>.One), isSmooth ? Tree(smoothing.Value()) : Real<F64>.Zero);
    }

    /// <summary>What the lane adds: exponentials below 1, smoothing terms, and how many exponentials are 1.</summary>
    /// <param name="isSmooth">Whether there are smoothing terms.</param>
    /// <param name="element">Makes one.</param>
    /// <param name="levels">Of the sums, of which one has up to 1024 elements.</param>
    public (LaneSum<T> Exp, LaneSum<T> Smoothing, Real<T> Ones) LaneSums(bool isSmooth, Element element, int levels)
    {
        var (sum, smoothing, ones) =
            (new LaneSum<T>(writer, levels), new LaneSum<T>(writer, isSmooth ? levels : 1), writer.Variable(Real<T>.Zero));
        var (four, smoothingFour) = (writer.Variable(Real<T>.Zero), writer.Variable(Real<T>.Zero));

        void Add(Whole<U32> i)
        {
            var e = element(i, out var term);
            var isOne = Real<T>.Equal(e, Real<T>.One);
            writer.Set(ones, ones + Real<T>.Select(isOne, Real<T>.One, Real<T>.Zero));
            writer.Set(four, four + Real<T>.Select(isOne, Real<T>.Zero, e));
            if (isSmooth) writer.Set(smoothingFour, smoothingFour + term);
        }

        void Group(Action fill)
        {
            writer.Set(four, Real<T>.Zero);
            writer.Set(smoothingFour, Real<T>.Zero);
            fill();
            sum.Add(four);
            if (isSmooth) smoothing.Add(smoothingFour);
        }

        var groupSize = 4 * T.Lanes;
        var (groups, wholeBlocks) = (length / groupSize, length & -T.Lanes);
        writer.For<U32>(0, groups, 1, group =>
        {
            var start = group * groupSize + lane;
            Group(() =>
            {
                for (var block = 0; block < 4; block++) Add(start + block * T.Lanes);
            });
            sum.Carry(group);
            if (isSmooth) smoothing.Carry(group);
        });
        var rest = groups * groupSize;
        writer.If(wholeBlocks > rest, () => Group(() => writer.For(rest + lane, wholeBlocks, T.Lanes, Add)));
        var left = length - wholeBlocks;
        var mine = lane + left >= T.Lanes; // the last lanes take what is left
        writer.If(mine, () => Group(() => Add(length - T.Lanes + lane)));
        return (sum, smoothing, ones);
    }

    private Real<F64> Tree(Real<F64> value) => Tree(writer, value);

    /// <summary>The sum over the lanes of a row, in every one of them.</summary>
    public static Real<F64> Tree(PtxWriter writer, Real<F64> value)
    {
        for (var across = T.Lanes / 2; across > 0; across /= 2) value += writer.Across(value, across);
        return value;
    }
}
