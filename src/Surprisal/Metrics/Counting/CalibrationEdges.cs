using System.Runtime.CompilerServices;

namespace Surprisal.Metrics;

/// <summary>
/// Bins of equal width on [0, 1], closed on the right: p is in the first bin m with p at most m / M, 0 in the first of all.
/// </summary>
internal sealed class CalibrationEdges
{
    /// <summary>The lower edge of bin m at m, its upper one at m + 1; what lies below 0 or above 1 is in no other bin.</summary>
    private readonly double[] edges;

    public CalibrationEdges(int bins)
    {
        edges = new double[bins + 1];
        for (var m = 1; m < bins; m++) edges[m] = (double)m / bins;
        (edges[0], edges[bins]) = (double.NegativeInfinity, double.PositiveInfinity);
    }

    public int Count => edges.Length - 1;

    /// <summary>The bin of a probability, from 0; what rounding put above 1 is in the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(double p)
    {
        var near = edges;
        var last = near.Length - 2;
        var bin = (int)Math.Min((uint)double.ConvertToIntegerNative<int>(p * (last + 1)), (uint)last); // off by one at most, at an edge
        return bin - (p <= near[bin] ? 1 : 0) + (p > near[bin + 1] ? 1 : 0); // without a branch, which nothing would foretell
    }
}
