namespace Surprisal.Metrics;

/// <summary>
/// Bins of equal width on [0, 1], closed on the right: p is in the first bin m with p at most m / M, 0 in the first of all.
/// </summary>
internal sealed class CalibrationEdges
{
    private readonly double[] upper;

    public CalibrationEdges(int bins)
    {
        upper = new double[bins];
        for (var m = 0; m < bins; m++) upper[m] = (m + 1.0) / bins;
    }

    public int Count => upper.Length;

    /// <summary>The bin of a probability, from 0; what rounding put above 1 is in the last.</summary>
    public int Find(double p)
    {
        var bin = Math.Clamp((int)(p * upper.Length), 0, upper.Length - 1); // off by one at most, at an edge
        while (bin > 0 && p <= upper[bin - 1]) bin--;
        while (bin < upper.Length - 1 && p > upper[bin]) bin++;
        return bin;
    }
}
