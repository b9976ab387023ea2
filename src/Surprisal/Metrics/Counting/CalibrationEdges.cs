using System.Runtime.CompilerServices;

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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(double p)
    {
        var edges = upper;
        var bin = Math.Clamp(double.ConvertToIntegerNative<int>(p * edges.Length), 0, edges.Length - 1); // off by one at most, at an edge
        if (bin > 0 && p <= edges[bin - 1]) return bin - 1;
        return bin < edges.Length - 1 && p > edges[bin] ? bin + 1 : bin;
    }
}
