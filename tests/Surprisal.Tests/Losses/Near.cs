namespace Surprisal.Tests.Losses;

/// <summary>PyTorch's closeness: |actual - expected| at most absolute + relative |expected|; NaN is near NaN, infinities are near themselves.</summary>
internal static class Near
{
    public static void Equal<T>(ReadOnlySpan<double> expected, ReadOnlySpan<T> actual, string about, double? relative = null, double? absolute = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var narrow = typeof(T) == typeof(float);
        Assert.True(expected.Length == actual.Length, $"{about}: {actual.Length} numbers, expected {expected.Length}");
        for (var i = 0; i < expected.Length; i++)
        {
            var got = double.CreateTruncating(actual[i]);
            var allowed = (absolute ?? (narrow ? 1e-5 : 1e-7)) + (relative ?? (narrow ? 1.3e-6 : 1e-7)) * Math.Abs(expected[i]);
            var near = got.Equals(expected[i]) || Math.Abs(got - expected[i]) <= allowed && double.IsFinite(expected[i]);
            Assert.True(near, $"{about}: [{i}] is {got:R}, expected {expected[i]:R}");
        }
    }

    /// <summary>The distance in units of the last place of float.</summary>
    public static int Ulps(float a, float b) => a == b ? 0 : Math.Abs(BitConverter.SingleToInt32Bits(a) - BitConverter.SingleToInt32Bits(b));
}
