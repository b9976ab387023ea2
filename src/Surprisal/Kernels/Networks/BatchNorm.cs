namespace Surprisal.Kernels;

/// <summary>The shape [N, C, ..] as [samples, channels, inner].</summary>
internal readonly record struct ChannelShape(int Samples, int Channels, int Inner)
{
    /// <summary>The first element of a channel of a sample.</summary>
    public int Offset(int sample, int channel) => (sample * Channels + channel) * Inner;

    /// <summary>The elements of one channel.</summary>
    public double Count => (double)Samples * Inner;
}

/// <summary>
/// Batch normalisation of one channel of x [samples, channels, inner] -> y: h = (x - mean) d with the inverse deviation d = 1 /
/// sqrt(variance + epsilon), y = h weight + bias.
/// </summary>
/// <remarks>
/// dx = weight d (g - mean(g) - h mean(g h)), means over the channel. Two passes for the statistics, one for y, two for dx; sums in double.
/// The mean is split as hi + lo with hi a T: x - hi is exact where the deviation is far below the mean, and what lo changes is the same for
/// all x and computed in double. |lo| is at most the deviation, as every x is a T too.
/// </remarks>
internal static class BatchNorm
{
    /// <summary>The mean and the biased variance.</summary>
    public static (double Mean, double Variance) Statistics<T>(ChannelShape s, int channel, ReadOnlySpan<T> x)
        where T : unmanaged, INumberBase<T>
    {
        var sum = 0.0;
        for (var n = 0; n < s.Samples; n++) sum += Reductions.Sum(x.Slice(s.Offset(n, channel), s.Inner));
        var mean = sum / s.Count;
        var (hi, lo) = Split<T>(mean);
        var squares = 0.0;
        for (var n = 0; n < s.Samples; n++) squares += Reductions.SquaredDeviations(x.Slice(s.Offset(n, channel), s.Inner), hi);
        return (mean, Math.Max(squares / s.Count - lo * lo, 0));
    }

    /// <summary>y = (x - mean) inverseDeviation weight + bias.</summary>
    public static void Normalize<T>(
        ChannelShape s,
        int channel,
        ReadOnlySpan<T> x,
        double mean,
        double inverseDeviation,
        T weight,
        T bias,
        Span<T> y)
        where T : unmanaged, INumberBase<T>
    {
        var (hi, lo) = Split<T>(mean);
        var factor = double.CreateTruncating(weight) * inverseDeviation;
        var affine = new Affine<T>(hi, T.CreateTruncating(factor), T.CreateTruncating(double.CreateTruncating(bias) - lo * factor));
        for (var n = 0; n < s.Samples; n++)
            Elementwise.Map(x.Slice(s.Offset(n, channel), s.Inner), y.Slice(s.Offset(n, channel), s.Inner), affine);
    }

    /// <summary>The sum of g, which is the gradient of bias, and the sum of g h, that of weight.</summary>
    public static (double Sum, double NormalizedSum) GradientSums<T>(
        ChannelShape s,
        int channel,
        ReadOnlySpan<T> x,
        ReadOnlySpan<T> g,
        double mean,
        double inverseDeviation)
        where T : unmanaged, INumberBase<T>
    {
        var (hi, lo) = Split<T>(mean);
        var (sum, products) = (0.0, 0.0);
        for (var n = 0; n < s.Samples; n++)
        {
            var row = Reductions.SumAndProducts(g.Slice(s.Offset(n, channel), s.Inner), x.Slice(s.Offset(n, channel), s.Inner), hi);
            sum += row.Sum;
            products += row.Products;
        }
        return (sum, (products - lo * sum) * inverseDeviation);
    }

    /// <summary>dx where mean and variance are x's own.</summary>
    public static void InputGradient<T>(
        ChannelShape s,
        int channel,
        ReadOnlySpan<T> x,
        ReadOnlySpan<T> g,
        double mean,
        double inverseDeviation,
        T weight,
        Span<T> dx)
        where T : unmanaged, INumberBase<T>
    {
        var sums = GradientSums(s, channel, x, g, mean, inverseDeviation);
        InputGradient(s, channel, x, g, mean, inverseDeviation, weight, dx, sums, s.Count);
    }

    /// <summary>dx where mean and variance are those of so many elements, which x may be a part of, with their sums of gradients.</summary>
    public static void InputGradient<T>(
        ChannelShape s,
        int channel,
        ReadOnlySpan<T> x,
        ReadOnlySpan<T> g,
        double mean,
        double inverseDeviation,
        T weight,
        Span<T> dx,
        (double Sum, double NormalizedSum) sums,
        double count)
        where T : unmanaged, INumberBase<T>
    {
        var (hi, lo) = Split<T>(mean);
        var (factor, slope) = (double.CreateTruncating(weight) * inverseDeviation, sums.NormalizedSum / count);
        var offset = factor * (lo * inverseDeviation * slope - sums.Sum / count);
        var affine = new GradientAffine<T>(hi, T.CreateTruncating(inverseDeviation), T.CreateTruncating(-slope), T.CreateTruncating(factor),
            T.CreateTruncating(offset));
        for (var n = 0; n < s.Samples; n++)
            Elementwise.Map(x.Slice(s.Offset(n, channel), s.Inner), g.Slice(s.Offset(n, channel), s.Inner),
                dx.Slice(s.Offset(n, channel), s.Inner), affine);
    }

    private static (T Hi, double Lo) Split<T>(double mean) where T : unmanaged, INumberBase<T>
    {
        var hi = T.CreateTruncating(mean);
        return (hi, mean - double.CreateTruncating(hi));
    }

    /// <summary>Affine in x: (x - mean) factor + offset.</summary>
    private readonly struct Affine<T>(T mean, T factor, T offset) : IUnary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> x) => Lanes<T>.Fma(x - Lanes<T>.All(mean), Lanes<T>.All(factor), Lanes<T>.All(offset));
    }

    /// <summary>
    /// Affine in x and g: (g + h slope) factor + offset with h = (x - mean) inverseDeviation; h first, for products of the constants may be
    /// too small for a T.
    /// </summary>
    private readonly struct GradientAffine<T>(T mean, T inverseDeviation, T slope, T factor, T offset) : IBinary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> g) =>
            Lanes<T>.Fma(Lanes<T>.Fma((x - Lanes<T>.All(mean)) * Lanes<T>.All(inverseDeviation), Lanes<T>.All(slope), g),
                Lanes<T>.All(factor), Lanes<T>.All(offset));
    }
}
