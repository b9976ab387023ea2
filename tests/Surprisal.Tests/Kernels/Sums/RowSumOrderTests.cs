using Surprisal.Kernels;

namespace Surprisal.Tests.Kernels;

/// <summary>
/// In which order the exponentials of a row are added, one number at a time: what another processor has to do to have the same bits. Class i
/// is in lane i mod 16; four in a row of a lane are added in float, sixteen of those in double, sixteen of those, and then all.
/// </summary>
public sealed class RowSumOrderTests
{
    private const int Lanes = 16;

    [Theory]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(2053)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(17_409)]
    [InlineData(50_257)]
    [InlineData(128_256)]
    public void LanesAddInLevelsOfSixteen(int classes)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var x = Array.ConvertAll(new float[classes], _ => 30 * random.NextSingle());
        var e = new float[classes];
        var found = RowSums.ExpWithoutMax<float, SmoothingTerms<float>.None>(x, RowMax<float>.Of(x), e, default).ExpSum;
        Assert.True(BitConverter.DoubleToInt64Bits(Expected(e)) == BitConverter.DoubleToInt64Bits(found), $"{classes} classes, seed {seed}");
    }

    private static double Expected(float[] e)
    {
        var ones = e.Count(static one => one == 1);
        var (whole, tail) = (e.Length - e.Length % Lanes, e.Length % Lanes);
        var lanes = new double[Lanes];
        for (var lane = 0; lane < Lanes; lane++)
        {
            var (all, sums, sum) = (0.0, 0.0, 0.0);
            for (var first = 0; first < whole; first += 64)
            {
                var group = 0f;
                for (var b = first; b < Math.Min(first + 64, whole); b += Lanes) group += e[b + lane] == 1 ? 0 : e[b + lane];
                sum += group;
                if ((first + 64) % 1024 != 0 || first + 64 > whole) continue;
                (sums, sum) = (sums + sum, 0);
                if ((first + 64) % 16_384 == 0) (all, sums) = (all + sums, 0);
            }
            // What is left of a row fills the upper lanes.
            if (lane >= Lanes - tail && e[whole + lane - (Lanes - tail)] is not 1 and var last) sum += last;
            lanes[lane] = all + (sums + sum);
        }
        for (var half = 8; half > 0; half /= 2)
            for (var lane = 0; lane < half; lane++) lanes[lane] += lanes[lane + half];
        return lanes[0] + (ones - 1);
    }
}
