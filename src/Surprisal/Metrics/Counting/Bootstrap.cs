using System.Runtime.CompilerServices;
using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>
/// Replicates of the data: in each one every group counts as often as a Poisson number of mean 1 says, which seed, replicate and group
/// decide. So rows need not be kept, and two models with one seed are compared on the same replicates.
/// </summary>
internal static class Bootstrap
{
    /// <summary>The probability of a number of k or less, for k below 20: above lie less than 2^-53.</summary>
    private static readonly double[] cumulative = Cumulative();

    /// <summary>
    /// The 2.5 % and 97.5 % quantiles of a statistic over replicates, by numpy's linear rule; none below two groups with rows.
    /// </summary>
    /// <param name="replicates">How many.</param>
    /// <param name="seed">Of the replicates.</param>
    /// <param name="groups">How many groups.</param>
    /// <param name="sums">[kinds, groups]: the sums that the statistic is made of.</param>
    /// <param name="statistic">From the replicate's sum of each kind to a number; NaN is left out.</param>
    public static Interval Run(int replicates, long seed, int groups, double[] sums, Func<double[], double> statistic)
    {
        if (replicates == 0) return Interval.None;
        var values = new double[replicates];
        var kinds = sums.Length / groups;
        var areFinite = Array.TrueForAll(sums, double.IsFinite);
        Partition.For(replicates, sums.Length, r =>
        {
            var (replicate, times) = (new double[kinds], new double[groups]);
            var random = new RandomStream(seed, ~(long)r); // rows have the streams from 0 up
            Draw(random, times);
            for (var k = 0; k < kinds; k++) replicate[k] = Weighted(sums.AsSpan(k * groups, groups), times, areFinite);
            values[r] = statistic(replicate);
        });
        return Percentiles(values);
    }

    /// <summary>The interval that the values of all replicates make.</summary>
    public static Interval Percentiles(double[] values)
    {
        var defined = Array.FindAll(values, static value => !double.IsNaN(value));
        if (defined.Length == 0) return new(double.NaN, double.NaN, values.Length);
        Array.Sort(defined);
        return new(Quantile(defined, 0.025), Quantile(defined, 0.975), values.Length - defined.Length);
    }

    /// <summary>numpy.quantile of sorted values: linear between the two at (n - 1) q.</summary>
    public static double Quantile(double[] sorted, double q)
    {
        var at = (sorted.Length - 1) * q;
        var low = (int)at;
        if (low >= sorted.Length - 1) return sorted[^1];
        var (a, b, t) = (sorted[low], sorted[low + 1], at - low);
        if (a == b) return a; // of infinities too
        return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1 - t);
    }

    /// <summary>A Poisson number of mean 1 from 64 random bits, by inversion.</summary>
    public static int Poisson(ulong bits) => Poisson(bits, cumulative);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Poisson(ulong bits, double[] cumulative)
    {
        var (u, k) = ((bits >> 11) * (1.0 / (1L << 53)), 0);
        while (k < cumulative.Length && u >= cumulative[k]) k++;
        return k;
    }

    /// <summary>How often each group counts in a replicate.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Draw(RandomStream random, double[] times)
    {
        var table = cumulative;
        for (var g = 0; g < times.Length; g++) times[g] = Poisson(random.Next(), table);
    }

    private static double[] Cumulative()
    {
        var below = new double[20];
        var term = 0.36787944117144233; // exp(-1)
        below[0] = term;
        for (var k = 1; k < below.Length; k++) below[k] = below[k - 1] + (term /= k);
        return below;
    }

    /// <summary>A group that does not count adds nothing, infinite as its sum may be.</summary>
    [MethodImpl(Compile.Separately)]
    private static double Weighted(ReadOnlySpan<double> sums, double[] times, bool areFinite)
    {
        var sum = 0.0;
        for (var g = 0; g < sums.Length && g < times.Length; g++)
            if (areFinite || times[g] > 0) sum += times[g] * sums[g];
        return sum;
    }
}
