namespace Surprisal.Kernels;

/// <summary>Rotary positions (Su et al. 2021): each pair (a, b) of a row turned by pos base^(-2i/d): (a cos - b sin, b cos + a
/// sin).</summary>
/// <remarks>The angles are computed in double by our own functions, so a position has the same bits on every machine.</remarks>
internal static class Rotary
{
    /// <summary>cos and sin of every position's d/2 angles, [positions, d / 2] each.</summary>
    public static (T[] Cos, T[] Sin) Table<T>(ReadOnlySpan<long> positions, int width, double rotaryBase)
        where T : unmanaged, INumberBase<T>
    {
        var half = width / 2;
        var frequencies = new double[half];
        for (var i = 0; i < half; i++) frequencies[i] = Scalar.Pow(rotaryBase, -2.0 * i / width);
        var (cos, sin) = (new T[positions.Length * half], new T[positions.Length * half]);
        for (var p = 0; p < positions.Length; p++)
        for (var i = 0; i < half; i++)
        {
            var turns = positions[p] * frequencies[i] / Math.PI;
            cos[p * half + i] = T.CreateTruncating(Scalar.CosPi(turns));
            sin[p * half + i] = T.CreateTruncating(Scalar.CosPi(turns - 0.5));
        }
        return (cos, sin);
    }

    /// <summary>Turns the pairs of one row of one head; back where <paramref name="back"/>. y may be x.</summary>
    public static void Turn<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> cos, ReadOnlySpan<T> sin, bool isInterleaved, bool back, Span<T> y)
        where T : unmanaged, INumberBase<T>
    {
        var (half, step) = (cos.Length, isInterleaved ? 1 : cos.Length);
        for (var i = 0; i < half; i++)
        {
            var first = isInterleaved ? 2 * i : i;
            var (a, b) = (x[first], x[first + step]);
            var s = back ? -sin[i] : sin[i];
            (y[first], y[first + step]) = (a * cos[i] - b * s, b * cos[i] + a * s);
        }
    }
}
