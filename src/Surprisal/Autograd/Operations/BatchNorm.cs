using Surprisal.Kernels;

namespace Surprisal;

public static partial class Operations
{
    /// <summary>(x - mean) / sqrt(variance + epsilon) weight + bias for each channel of [N, C, ..], with the batch's own mean and (biased) variance.</summary>
    /// <param name="x">[N, C, ..] with more than one value a channel.</param>
    /// <param name="weight">[C].</param>
    /// <param name="bias">[C].</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="mean">Receives each channel's mean; C long.</param>
    /// <param name="variance">Receives each channel's biased variance; C long.</param>
    /// <remarks>Ioffe and Szegedy 2015. Sums are in double.</remarks>
    internal static Tensor<T> BatchNorm<T>(this Tensor<T> x, Tensor<T> weight, Tensor<T> bias, double epsilon, Span<double> mean, Span<double> variance) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var s = new ChannelShape(x.Shape[0], x.Shape[1], Shape.Length(x.Shape[2..]));
        var (center, spread, scale) = (new double[s.Channels], new double[s.Channels], new double[s.Channels]);
        var y = Tensor.Uninitialized<T>(x.Shape);
        Channels(s, c =>
        {
            (center[c], spread[c]) = Kernels.BatchNorm.Statistics<T>(s, c, x.Span);
            scale[c] = 1 / Math.Sqrt(spread[c] + epsilon);
            Kernels.BatchNorm.Normalize<T>(s, c, x.Span, center[c], scale[c], weight.Span[c], bias.Span[c], y.Span);
        });
        center.CopyTo(mean);
        spread.CopyTo(variance);
        return y.Record("NativeBatchNormBackward0", [x, weight],
            x.Receives(g =>
            {
                var dx = Tensor.Uninitialized<T>(x.Shape);
                Channels(s, c => Kernels.BatchNorm.InputGradient<T>(s, c, x.Span, g.Span, center[c], scale[c], weight.Span[c], dx.Span));
                return dx;
            }),
            weight.Receives(g => ChannelSums(s, x, g, center, scale, weighted: true)),
            bias.Receives(g => ChannelSums(s, x, g, center, scale, weighted: false)));
    }

    private static Tensor<T> ChannelSums<T>(ChannelShape s, Tensor<T> x, Tensor<T> g, double[] center, double[] scale, bool weighted) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var sums = Tensor.Uninitialized<T>([s.Channels]);
        Channels(s, c =>
        {
            var (plain, normalized) = Kernels.BatchNorm.GradientSums<T>(s, c, x.Span, g.Span, center[c], scale[c]);
            sums.Span[c] = T.CreateTruncating(weighted ? normalized : plain);
        });
        return sums;
    }

    private static void Channels(ChannelShape s, Action<int> channel) => Partition.Run(s.Channels, (long)s.Count, channel);
}
