namespace Surprisal.Cuda;

/// <summary>A sum in double whose rounding errors are summed beside it, by TwoSum (Knuth, TAOCP 2, 4.2.2), as the library's.</summary>
internal readonly struct CompensatedSum(PtxWriter writer)
{
    public readonly Real<F64> Sum = writer.Variable(Real<F64>.Zero), Error = writer.Variable(Real<F64>.Zero);

    public void Clear()
    {
        writer.Set(Sum, Real<F64>.Zero);
        writer.Set(Error, Real<F64>.Zero);
    }

    public void Add(Real<F64> x)
    {
        var next = Sum + x;
        var rounded = next - Sum;
        writer.Set(Error, Error + (Sum - (next - rounded) + (x - rounded)));
        writer.Set(Sum, next);
    }

    /// <summary>The sum of one number's own thread; where it is infinite or NaN, the error is NaN and is left out.</summary>
    public Real<F64> Value() => Real<F64>.Select(Sum.IsFinite(), Sum + Error, Sum);

    /// <summary>The same of a lane of the library's accumulator, which asks the error.</summary>
    public Real<F64> LaneValue() => Real<F64>.Select(Real<F64>.Equal(Error, Error), Sum + Error, Sum);
}
