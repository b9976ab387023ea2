namespace Surprisal.Cuda;

/// <summary>What the logits of one position come down to, in one thread: as a lane of the library's columns adds them.</summary>
/// <param name="Max">The largest. With a NaN it is one of the numbers or NaN.</param>
/// <param name="ExpSum">The sum of exp(x - max) but one that is 1.</param>
/// <param name="SmoothingSum">The sum of the smoothing terms.</param>
internal readonly record struct PositionStatistics<T>(Real<T> Max, Real<F64> ExpSum, Real<F64> SmoothingSum) where T : struct, IRealFormat
{
    /// <summary>Four classes in the format, then in double.</summary>
    /// <param name="writer">Of the kernel.</param>
    /// <param name="classes">How many.</param>
    /// <param name="load">A logit.</param>
    /// <param name="keep">Puts an exponential where its logit was, or null.</param>
    /// <param name="smooth">The smoothing term of a class, from x - max, or null.</param>
    public static PositionStatistics<T> Of(
        PtxWriter writer,
        Whole<U32> classes,
        Func<Whole<U32>, Real<T>> load,
        Action<Whole<U32>, Real<T>>? keep,
        Func<Whole<U32>, Real<T>, Real<T>>? smooth)
    {
        var max = writer.Variable(load(writer.Variable<U32>(0)));
        writer.For<U32>(1, classes, 1, c => writer.Set(max, Real<T>.MaxOrSecond(load(c), max)));
        var (sum, ones, four) = (new LaneSum<T>(writer, 1), writer.Variable(Real<T>.Zero), writer.Variable(Real<T>.Zero));
        var (smoothing, smoothingFour) = (new LaneSum<T>(writer, 1), writer.Variable(Real<T>.Zero));
        writer.For<U32>(0, classes, 4, group =>
        {
            writer.Set(four, Real<T>.Zero);
            writer.Set(smoothingFour, Real<T>.Zero);
            writer.For(group, Whole<U32>.Min(group + 4, classes), 1, c =>
            {
                var e = Exponential.Shifted(writer, load(c), max, out var d);
                keep?.Invoke(c, e);
                var isOne = Real<T>.Equal(e, Real<T>.One);
                writer.Set(ones, ones + Real<T>.Select(isOne, Real<T>.One, Real<T>.Zero));
                writer.Set(four, four + Real<T>.Select(isOne, Real<T>.Zero, e));
                if (smooth is not null) writer.Set(smoothingFour, smoothingFour + smooth(c, d));
            });
            sum.Add(four);
            if (smooth is not null) smoothing.Add(smoothingFour);
        });
        sum.Add(ones - Real<T>.One); // small whole numbers: exact
        return new(max, sum.Value(), smooth is null ? Real<F64>.Zero : smoothing.Value());
    }
}
