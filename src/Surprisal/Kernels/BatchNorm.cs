namespace Surprisal.Kernels;

/// <summary>[N, C, ..] seen as samples x channels x inner positions.</summary>
internal readonly record struct ChannelShape(int Samples, int Channels, int Inner)
{
    public int Start(int sample, int channel) => (sample * Channels + channel) * Inner;
    public double Count => (double)Samples * Inner;
}

/// <summary>Normalisation of one channel: h = (x - mean) scale with scale = 1 / sqrt(variance + epsilon), y = h weight + bias.</summary>
/// <remarks>dx = weight scale (g - mean(g) - h mean(g h)), means over the channel. Two passes for the statistics, one for y; sums over rows in double.</remarks>
internal static class BatchNorm
{
    public static (double Mean, double Variance) Statistics<T>(ChannelShape s, int channel, ReadOnlySpan<T> x) where T : unmanaged, INumberBase<T>
    {
        var sum = 0.0;
        for (var n = 0; n < s.Samples; n++) sum += Totals.Sum(x.Slice(s.Start(n, channel), s.Inner));
        var mean = sum / s.Count;
        var squares = 0.0;
        for (var n = 0; n < s.Samples; n++)
        {
            var row = x.Slice(s.Start(n, channel), s.Inner);
            squares += Totals.Products(row, mean, row, mean);
        }
        return (mean, squares / s.Count);
    }

    public static void Normalize<T>(ChannelShape s, int channel, ReadOnlySpan<T> x, double mean, double scale, T weight, T bias, Span<T> y) where T : unmanaged, INumberBase<T>
    {
        var factor = double.CreateTruncating(weight) * scale;
        var affine = new Affine<T>(Lanes<T>.All(T.CreateTruncating(factor)), Lanes<T>.All(T.CreateTruncating(double.CreateTruncating(bias) - mean * factor)));
        for (var n = 0; n < s.Samples; n++)
            Elementwise.Map(x.Slice(s.Start(n, channel), s.Inner), y.Slice(s.Start(n, channel), s.Inner), affine);
    }

    /// <summary>Over the channel: the sum of g, and the sum of g h.</summary>
    public static (double Plain, double Normalized) GradientSums<T>(ChannelShape s, int channel, ReadOnlySpan<T> x, ReadOnlySpan<T> g, double mean, double scale) where T : unmanaged, INumberBase<T>
    {
        var (plain, normalized) = (0.0, 0.0);
        for (var n = 0; n < s.Samples; n++)
        {
            var row = g.Slice(s.Start(n, channel), s.Inner);
            plain += Totals.Sum(row);
            normalized += Totals.Products(x.Slice(s.Start(n, channel), s.Inner), mean, row, 0);
        }
        return (plain, normalized * scale);
    }

    public static void InputGradient<T>(ChannelShape s, int channel, ReadOnlySpan<T> x, ReadOnlySpan<T> g, double mean, double scale, T weight, Span<T> dx) where T : unmanaged, INumberBase<T>
    {
        var (plain, normalized) = GradientSums(s, channel, x, g, mean, scale);
        var factor = double.CreateTruncating(weight) * scale;
        var slope = factor * scale * normalized / s.Count;
        var formula = new Gradient<T>(Lanes<T>.All(T.CreateTruncating(factor)), Lanes<T>.All(T.CreateTruncating(mean)), Lanes<T>.All(T.CreateTruncating(-slope)), Lanes<T>.All(T.CreateTruncating(-factor * plain / s.Count)));
        for (var n = 0; n < s.Samples; n++)
            Elementwise.Map(x.Slice(s.Start(n, channel), s.Inner), g.Slice(s.Start(n, channel), s.Inner), dx.Slice(s.Start(n, channel), s.Inner), formula);
    }

    private readonly struct Affine<T>(Lanes<T> factor, Lanes<T> offset) : IUnary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> x) => Lanes<T>.Fma(x, factor, offset);
    }

    private readonly struct Gradient<T>(Lanes<T> factor, Lanes<T> mean, Lanes<T> slope, Lanes<T> offset) : IBinary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> x, Lanes<T> g) => Lanes<T>.Fma(g, factor, Lanes<T>.Fma(x - mean, slope, offset));
    }
}
