namespace Surprisal.Cuda;

/// <summary>
/// What a row comes down to beside class probabilities q: the sums of the exponentials below 1, of q there and at the largest logit, and of
/// q (m - x). Of a whole position in one thread, which adds four exponentials before they become a double, or of one lane of a row.
/// </summary>
internal sealed class ProbabilitySums<T>(PtxWriter writer, ClassArguments arguments, bool isColumn) where T : struct, IRealFormat
{
    private readonly LaneSum<T> expSum = new(writer, 1), rest = new(writer, 1), cost = new(writer, 1), topSum = new(writer, 1);
    private readonly Real<T> four = writer.Variable(Real<T>.Zero), top = writer.Variable(Real<T>.Zero);

    /// <summary>How many exponentials are 1.</summary>
    public Real<T> Ones { get; } = writer.Variable(Real<T>.Zero);

    public Real<F64> ExpSum => expSum.Value();

    public Real<F64> Rest => rest.Value();

    public Real<F64> Top => isColumn ? writer.Widen(top) : topSum.Value();

    public Real<F64> Cost => cost.Value();

    /// <summary>Adds a class: its exponential, its probability and x - m.</summary>
    public void Add(Real<T> e, Real<T> q, Real<T> d)
    {
        var (isOne, zero) = (Real<T>.Equal(e, Real<T>.One), Real<T>.Zero);
        writer.Set(Ones, Ones + Real<T>.Select(isOne, Real<T>.One, zero));
        var atLargest = Real<T>.Select(isOne, q, zero);
        if (isColumn) writer.Set(top, top + atLargest);
        else topSum.Add(atLargest);
        (e, q) = (Real<T>.Select(isOne, zero, e), Real<T>.Select(isOne, zero, q)); // at the largest m - x costs nothing, whatever q is
        if (isColumn) writer.Set(four, four + e);
        else expSum.Add(e);
        var isNothing = Whole<U32>.NotEqual(arguments.ByTarget, 0) & Real<T>.Equal(q, zero); // where 0 times infinity is meant to be 0
        cost.Add(Real<T>.Select(isNothing, zero, q * -d));
        rest.Add(q);
    }

    /// <summary>After up to four classes of a column.</summary>
    public void EndGroup()
    {
        expSum.Add(four);
        writer.Set(four, Real<T>.Zero);
    }
}
