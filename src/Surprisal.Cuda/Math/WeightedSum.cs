namespace Surprisal.Cuda;

/// <summary>The sum of products in double, as a lane of the library adds it: those of floats are exact, those of doubles come with their
/// rounding errors.</summary>
internal sealed class WeightedSum<T>(PtxWriter writer) where T : struct, IRealFormat
{
    private readonly CompensatedSum sum = new(writer);

    public void Add(Real<T> x, Real<T> weight)
    {
        var (a, b) = (writer.Widen(x), writer.Widen(weight));
        if (T.Size == 4)
        {
            writer.Accumulate(sum.Sum, a, b);
            return;
        }
        var product = a * b;
        sum.Add(product);
        writer.Set(sum.Error, sum.Error + Real<F64>.Fma(a, b, -product));
    }

    public Real<F64> Value() => T.Size == 4 ? sum.Sum : sum.LaneValue();
}
