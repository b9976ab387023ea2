namespace Surprisal.Cuda;

/// <summary>The sum of class weights on the host, lane by lane as the library adds them.</summary>
internal static class LaneTotal
{
    /// <summary>More numbers are added in blocks by the library.</summary>
    public const int MaxLength = 65_536;

    /// <summary>The sum of the numbers, which are rounded to float first unless <paramref name="isDouble"/>.</summary>
    public static double Of(ReadOnlySpan<double> values, bool isDouble)
    {
        var lanes = isDouble ? 8 : 16;
        Span<double> sums = stackalloc double[16], errors = stackalloc double[16];
        sums.Clear();
        errors.Clear();
        for (var i = 0; i < values.Length; i++)
        {
            var (lane, x) = (i % lanes, isDouble ? values[i] : (float)values[i]);
            var next = sums[lane] + x;
            var rounded = next - sums[lane];
            if (isDouble) errors[lane] += sums[lane] - (next - rounded) + (x - rounded);
            sums[lane] = next;
        }
        for (var lane = 0; lane < lanes; lane++)
            if (!double.IsNaN(errors[lane]))
                sums[lane] += errors[lane];
        for (var half = lanes / 2; half > 0; half /= 2)
            for (var lane = 0; lane < half; lane++) sums[lane] += sums[lane + half];
        return sums[0];
    }
}
