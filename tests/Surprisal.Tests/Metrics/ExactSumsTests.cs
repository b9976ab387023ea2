using Surprisal.Kernels;
using Surprisal.Metrics;

namespace Surprisal.Tests.Metrics;

/// <summary>Sums without rounding, against integers.</summary>
public sealed class ExactSumsTests
{
    [Fact]
    public void SumsAreTheRoundedIntegersInAnyOrderAndCut()
    {
        var seed = Environment.TickCount64;
        var random = new RandomStream(seed);
        for (var round = 0; round < 200; round++)
        {
            var terms = new double[1 + (int)random.Below(60)];
            for (var i = 0; i < terms.Length; i++)
                do terms[i] = BitConverter.UInt64BitsToDouble(random.Next() & (round % 2 == 0 ? ulong.MaxValue : 0xBFFF_FFFF_FFFF_FFFF));
                while (!double.IsFinite(terms[i]) || Math.Abs(terms[i]) > 1e300);
            if (round % 5 == 0 && terms.Length > 2) terms[^1] = -terms[0];
            var expected = Reference(terms);
            var (one, other) = (new ExactSums(1), new ExactSums(1));
            random.Shuffle<double>(terms);
            var cut = (int)random.Below((ulong)terms.Length);
            foreach (var term in terms[..cut]) one.Add(0, term);
            foreach (var term in terms[cut..]) other.Add(0, term);
            one.Add(other);
            Assert.True(expected.Equals(one[0]), $"seed {seed}, round {round}: {one[0]:R}, expected {expected:R}");
        }
    }

    [Fact]
    public void InfinitiesAndNaNAreCountedBesideTheNumbers()
    {
        (double[] Terms, double Sum)[] cases =
        [
            ([], 0), ([1, double.PositiveInfinity], double.PositiveInfinity), ([double.NegativeInfinity, 1e308], double.NegativeInfinity),
            ([double.NegativeInfinity, double.PositiveInfinity], double.NaN), ([double.NaN], double.NaN), ([-0.0], 0),
            ([double.MaxValue, double.MaxValue], double.PositiveInfinity), ([double.MaxValue, double.MaxValue, -double.MaxValue], double.MaxValue),
        ];
        foreach (var (terms, sum) in cases)
        {
            var sums = new ExactSums(1);
            foreach (var term in terms) sums.Add(0, term);
            Assert.Equal(sum, sums[0]);
        }
    }

    /// <summary>All in units of 2^-1074, rounded to the nearest double by comparing with both neighbours.</summary>
    private static double Reference(double[] terms)
    {
        var sum = BigInteger.Zero;
        foreach (var term in terms) sum += Units(term);
        var shift = (int)Math.Max((long)BigInteger.Abs(sum).GetBitLength() - 60, 0);
        var guess = Math.ScaleB((double)(sum >> shift), shift - 1074); // off by one unit in the last place at most
        (double Value, BigInteger Distance) best = (double.NaN, BigInteger.MinusOne);
        foreach (var candidate in new[] { Math.BitDecrement(guess), guess, Math.BitIncrement(guess) })
        {
            var distance = BigInteger.Abs(Units(candidate) - sum);
            var isEven = (BitConverter.DoubleToInt64Bits(candidate) & 1) == 0;
            if (best.Distance < 0 || distance < best.Distance || (distance == best.Distance && isEven)) best = (candidate, distance);
        }
        return best.Value;
    }

    private static BigInteger Units(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) & 0x7FF;
        var mantissa = new BigInteger((bits & 0xF_FFFF_FFFF_FFFF) | (exponent > 0 ? 1L << 52 : 0));
        return (bits < 0 ? -1 : 1) * (mantissa << Math.Max(exponent - 1, 0));
    }
}
