namespace Surprisal.Kernels;

/// <summary>[N, C, ..] seen as samples x channels x inner positions.</summary>
internal readonly record struct ChannelShape(int Samples, int Channels, int Inner)
{
    public int Start(int sample, int channel) => (sample * Channels + channel) * Inner;
    public double Count => (double)Samples * Inner;
}

/// <summary>Normalisation of one channel: h = (x - mean) scale with scale = 1 / sqrt(variance + epsilon), y = h weight + bias.</summary>
/// <remarks>
/// dx = weight scale (g - mean(g) - h mean(g h)), means over the channel. Two passes for the statistics, one for y; sums in double.
/// The mean is hi + lo with hi a T, and x - hi loses nothing where the deviation is far below the mean; what lo does to the result is the same for all x and computed
/// in double. Most that lo can be is the deviation, as every x is a T too.
/// </remarks>
internal static class BatchNorm
{
    public static (double Mean, double Variance) Statistics<T>(ChannelShape s, int channel, ReadOnlySpan<T> x) where T : unmanaged, INumberBase<T>
    {
        var sum = 0.0;
        for (var n = 0; n < s.Samples; n++) sum += Reductions.Sum(x.Slice(s.Start(n, channel), s.Inner));
        var mean = sum / s.Count;
        var (hi, lo) = Split<T>(mean);
        var squares = 0.0;
        for (var n = 0; n < s.Samples; n++) squares += Reductions.Squares(x.Slice(s.Start(n, channel), s.Inner), hi);
        return (mean, Math.Max(squares / s.Count - lo * lo, 0));
    }

    public static void Normalize<T>(ChannelShape s, int channel, ReadOnlySpan<T> x, double mean, double scale, T weight, T bias, Span<T> y) where T : unmanaged, INumberBase<T>
    {
        var (hi, lo) = Split<T>(mean);
        var factor = double.CreateTruncating(weight) * scale;
        var line = new Line<T>(hi, T.CreateTruncating(factor), T.CreateTruncating(double.CreateTruncating(bias) - lo * factor));
        for (var n = 0; n < s.Samples; n++)
            Elementwise.Map(x.Slice(s.Start(n, channel), s.Inner), y.Slice(s.Start(n, channel), s.Inner), line);
    }

    /// <summary>Over the channel: the sum of g, and the sum of g h.</summary>
    public static (double Plain, double Normalized) GradientSums<T>(ChannelShape s, int channel, ReadOnlySpan<T> x, ReadOnlySpan<T> g, double mean, double scale) where T : unmanaged, INumberBase<T>
    {
        var (hi, lo) = Split<T>(mean);
        var (plain, products) = (0.0, 0.0);
        for (var n = 0; n < s.Samples; n++)
        {
            var row = Reductions.WithProducts(g.Slice(s.Start(n, channel), s.Inner), x.Slice(s.Start(n, channel), s.Inner), hi);
            plain += row.Sum;
            products += row.Products;
        }
        return (plain, (products - lo * plain) * scale);
    }

    public static void InputGradient<T>(ChannelShape s, int channel, ReadOnlySpan<T> x, ReadOnlySpan<T> g, double mean, double scale, T weight, Span<T> dx) where T : unmanaged, INumberBase<T>
    {
        var (plain, normalized) = GradientSums(s, channel, x, g, mean, scale);
        var (hi, lo) = Split<T>(mean);
        var (factor, slope) = (double.CreateTruncating(weight) * scale, normalized / s.Count);
        var offset = factor * (lo * scale * slope - plain / s.Count);
        var plane = new Plane<T>(hi, T.CreateTruncating(scale), T.CreateTruncating(-slope), T.CreateTruncating(factor), T.CreateTruncating(offset));
        for (var n = 0; n < s.Samples; n++)
            Elementwise.Map(x.Slice(s.Start(n, channel), s.Inner), g.Slice(s.Start(n, channel), s.Inner), dx.Slice(s.Start(n, channel), s.Inner), plane);
    }

    private static (T Hi, double Lo) Split<T>(double mean) where T : unmanaged, INumberBase<T>
    {
        var hi = T.CreateTruncating(mean);
        return (hi, mean - double.CreateTruncating(hi));
    }

    /// <summary>(x - center) factor + offset.</summary>
    private readonly struct Line<T>(T center, T factor, T offset) : IUnary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> x) => Lanes<T>.Fma(x - Lanes<T>.All(center), Lanes<T>.All(factor), Lanes<T>.All(offset));
    }

    /// <summary>(g + (x - center) scale slope) factor + offset; h first, for products of the constants may be too small for a T.</summary>
    private readonly struct Plane<T>(T center, T scale, T slope, T factor, T offset) : IBinary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> g) =>
            Lanes<T>.Fma(Lanes<T>.Fma((x - Lanes<T>.All(center)) * Lanes<T>.All(scale), Lanes<T>.All(slope), g), Lanes<T>.All(factor), Lanes<T>.All(offset));
    }
}
