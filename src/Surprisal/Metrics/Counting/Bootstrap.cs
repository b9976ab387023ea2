using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>
/// Replicates of the data: in each one every group counts as often as a Poisson number of mean 1 says, which seed, replicate and group
/// decide. So rows need not be kept, and two models with one seed are compared on the same replicates.
/// </summary>
internal static class Bootstrap
{
    /// <summary>Replicates that share a reading of the sums.</summary>
    private const int AtOnce = 4;

    /// <summary>The probability of a number of k or less, for k below 20: above lie less than 2^-53.</summary>
    private static readonly double[] cumulative = Cumulative();

    /// <summary>The least number that 64 bits of these upper eight can mean.</summary>
    private static readonly byte[] least = [.. Enumerable.Range(0, 256).Select(static k => (byte)cumulative.Count(c => c <= k / 256.0))];

    /// <summary>
    /// The 2.5 % and 97.5 % quantiles of each statistic over the same replicates, by numpy's linear rule; none without replicates.
    /// </summary>
    /// <param name="options">How many replicates and groups, and the seed.</param>
    /// <param name="statistics">What to make of each replicate; NaN is left out.</param>
    public static Interval[] Run(MetricOptions options, params GroupStatistic[] statistics)
    {
        var (replicates, groups) = (options.Replicates, options.Groups);
        if (replicates == 0) return Array.ConvertAll(statistics, static _ => Interval.None);
        var values = Array.ConvertAll(statistics, _ => new double[replicates]);
        Partition.For(Partition.Pieces(replicates, AtOnce), AtOnce * statistics.Sum(static of => (long)of.Sums.Length), piece =>
        {
            var (first, count) = Partition.PieceRange(piece, replicates, AtOnce).GetOffsetAndLength(replicates);
            var times = new double[count][];
            for (var r = 0; r < count; r++)
                Draw(new RandomStream(options.Seed, ~(long)(first + r)), times[r] = new double[groups]); // rows have the streams from 0 up
            for (var i = 0; i < statistics.Length; i++) Of(statistics[i], times, values[i].AsSpan(first, count));
        });
        return Array.ConvertAll(values, Percentiles);
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
    public static int Poisson(ulong bits) => Poisson(bits, cumulative, least);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Poisson(ulong bits, double[] cumulative, byte[] least)
    {
        var (u, k) = ((bits >> 11) * (1.0 / (1L << 53)), (int)least[bits >> 56]);
        while (k < cumulative.Length && u >= cumulative[k]) k++;
        return k;
    }

    /// <summary>How often each group counts in a replicate.</summary>
    [MethodImpl(Compile.Separately)]
    private static void Draw(RandomStream random, double[] times)
    {
        var (table, start) = (cumulative, least);
        for (var g = 0; g < times.Length; g++) times[g] = Poisson(random.Next(), table, start);
    }

    /// <summary>The statistic of each replicate.</summary>
    private static void Of(GroupStatistic statistic, double[][] times, Span<double> values)
    {
        var (groups, kinds) = (times[0].Length, statistic.Sums.Length / times[0].Length);
        var replicates = Array.ConvertAll(times, _ => new double[kinds]);
        for (var k = 0; k < kinds; k++)
            for (var r = 0; r < times.Length; r++) replicates[r][k] = Weighted(statistic.Sums.AsSpan(k * groups, groups), times[r]);
        for (var r = 0; r < times.Length; r++) values[r] = statistic.Of(replicates[r]);
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
    private static double Weighted(ReadOnlySpan<double> sums, ReadOnlySpan<double> times)
    {
        ref var sum = ref MemoryMarshal.GetReference(sums);
        ref var time = ref MemoryMarshal.GetReference(times);
        var (width, even, odd, i) = ((nint)Lanes<double>.Count, Lanes<double>.Zero, Lanes<double>.Zero, (nint)0);
        for (; i <= times.Length - 2 * width; i += 2 * width)
        {
            even += Product(Lanes<double>.Load(ref sum, i), Lanes<double>.Load(ref time, i));
            odd += Product(Lanes<double>.Load(ref sum, i + width), Lanes<double>.Load(ref time, i + width));
        }
        for (; i < times.Length; i += width)
        {
            var count = (int)Math.Min(width, times.Length - i);
            even += Product(Lanes<double>.LoadPartial(ref sum, i, count), Lanes<double>.LoadPartial(ref time, i, count));
        }
        return (even + odd).Sum();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<double> Product(Lanes<double> sums, Lanes<double> times) =>
        Lanes<double>.And(Lanes<double>.Greater(times, Lanes<double>.Zero), sums * times);
}
