namespace Surprisal.Kernels;

/// <summary>[N, C, ..] seen as samples x channels x inner positions.</summary>
internal readonly record struct ChannelShape(int Samples, int Channels, int Inner)
{
    public int Start(int sample, int channel) => (sample * Channels + channel) * Inner;
    public double Count => (double)Samples * Inner;
}

/// <summary>Normalisation of each channel: h = (x - mean) scale with scale = 1 / sqrt(variance + epsilon), y = h weight + bias.</summary>
/// <remarks>dx = weight scale (g - mean(g) - h mean(g h)), means over the channel. Two passes for the statistics; all sums in double.</remarks>
internal static class BatchNorm
{
    public static void Statistics<T>(ChannelShape s, ReadOnlySpan<T> x, Span<double> mean, Span<double> variance) where T : unmanaged, INumberBase<T>
    {
        for (var c = 0; c < s.Channels; c++)
        {
            var sum = 0.0;
            for (var n = 0; n < s.Samples; n++) sum += Totals.Sum(x.Slice(s.Start(n, c), s.Inner));
            mean[c] = sum / s.Count;
            var squares = 0.0;
            for (var n = 0; n < s.Samples; n++)
                foreach (var value in x.Slice(s.Start(n, c), s.Inner))
                {
                    var distance = double.CreateTruncating(value) - mean[c];
                    squares += distance * distance;
                }
            variance[c] = squares / s.Count;
        }
    }

    public static void Normalize<T>(ChannelShape s, ReadOnlySpan<T> x, ReadOnlySpan<double> mean, ReadOnlySpan<double> scale, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> y)
        where T : unmanaged, INumberBase<T>
    {
        for (var n = 0; n < s.Samples; n++)
        for (var c = 0; c < s.Channels; c++)
        {
            var factor = double.CreateTruncating(weight[c]) * scale[c];
            var offset = double.CreateTruncating(bias[c]) - mean[c] * factor;
            Elementwise.Map(x.Slice(s.Start(n, c), s.Inner), y.Slice(s.Start(n, c), s.Inner), new Affine<T>(Lanes<T>.All(T.CreateTruncating(factor)), Lanes<T>.All(T.CreateTruncating(offset))));
        }
    }

    /// <summary>Over one channel: the sum of g, and the sum of g h.</summary>
    public static (double Plain, double Normalized) GradientSums<T>(ChannelShape s, int channel, ReadOnlySpan<T> x, ReadOnlySpan<T> g, double mean, double scale) where T : unmanaged, INumberBase<T>
    {
        var (plain, normalized) = (0.0, 0.0);
        for (var n = 0; n < s.Samples; n++)
        for (var i = s.Start(n, channel); i < s.Start(n, channel) + s.Inner; i++)
        {
            var gradient = double.CreateTruncating(g[i]);
            plain += gradient;
            normalized += gradient * (double.CreateTruncating(x[i]) - mean) * scale;
        }
        return (plain, normalized);
    }

    public static void InputGradient<T>(ChannelShape s, ReadOnlySpan<T> x, ReadOnlySpan<T> g, ReadOnlySpan<double> mean, ReadOnlySpan<double> scale, ReadOnlySpan<T> weight, Span<T> dx)
        where T : unmanaged, INumberBase<T>
    {
        for (var c = 0; c < s.Channels; c++)
        {
            var (plain, normalized) = GradientSums(s, c, x, g, mean[c], scale[c]);
            var factor = double.CreateTruncating(weight[c]) * scale[c];
            for (var n = 0; n < s.Samples; n++)
            for (var i = s.Start(n, c); i < s.Start(n, c) + s.Inner; i++)
            {
                var h = (double.CreateTruncating(x[i]) - mean[c]) * scale[c];
                dx[i] = T.CreateTruncating(factor * (double.CreateTruncating(g[i]) - plain / s.Count - h * normalized / s.Count));
            }
        }
    }

    private readonly struct Affine<T>(Lanes<T> factor, Lanes<T> offset) : IUnary<T> where T : unmanaged
    {
        public Lanes<T> Apply(Lanes<T> x) => Lanes<T>.Fma(x, factor, offset);
    }
}
