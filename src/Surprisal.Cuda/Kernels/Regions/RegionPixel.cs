namespace Surprisal.Cuda;

/// <summary>A position of logits [images, classes, inner]: its probabilities, in double whatever the logits' type.</summary>
internal sealed class RegionPixel<TElement, T> where TElement : struct, IElement<T> where T : struct, IRealFormat
{
    /// <summary>The bytes of a position's statistics: the largest logit, and the sum of the exponentials.</summary>
    public const int StatisticsSize = 16;

    private readonly PtxWriter writer;
    private readonly Whole<U64> logits;
    private readonly Whole<U32> start, inner;

    public RegionPixel(PtxWriter writer, Whole<U64> logits, Whole<U32> position, Whole<U32> classes, Whole<U32> inner)
    {
        (this.writer, this.logits, this.inner) = (writer, logits, inner);
        start = position / inner * (inner * classes) + position % inner;
    }

    /// <summary>Where a class's number is in an array of the logits' shape and type.</summary>
    public Whole<U64> At(Whole<U64> array, Whole<U32> c) => writer.At(array, start + c * inner, TElement.Size);

    public Real<F64> Logit(Whole<U32> c) => writer.Widen(TElement.Load(writer, At(logits, c)));

    /// <summary>exp(x - max).</summary>
    public Real<F64> Exponential(Whole<U32> c, Real<F64> max) => Cuda.Exponential.NonPositive(writer, Logit(c) - max);

    /// <summary>The probability of a class, from the position's statistics.</summary>
    public Real<F64> Probability(Whole<U32> c, (Real<F64> Max, Real<F64> Sum) statistics) =>
        Exponential(c, statistics.Max) / statistics.Sum;

    /// <summary>The statistics of a position, as they were stored.</summary>
    public static (Real<F64> Max, Real<F64> Sum) Statistics(PtxWriter writer, Whole<U64> statistics, Whole<U32> position)
    {
        var at = writer.At(statistics, position, StatisticsSize);
        return (writer.Load<F64>(at), writer.Load<F64>(at, F64.Size));
    }
}
