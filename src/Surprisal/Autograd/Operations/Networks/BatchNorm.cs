using Surprisal.Kernels;

namespace Surprisal;

public static partial class TensorExtensions
{
    /// <summary>(x - mean) / sqrt(variance + epsilon) weight + bias for each channel of [N, C, ..].</summary>
    /// <param name="x">[N, C, ..]; not empty where the batch's own statistics are taken.</param>
    /// <param name="weight">[C].</param>
    /// <param name="bias">[C].</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="mean">Each channel's mean; C long.</param>
    /// <param name="variance">Each channel's biased variance; C long.</param>
    /// <param name="fromBatch">Whether the statistics are the batch's own, which are written to where else they are read; the gradient goes through them.</param>
    /// <remarks>Ioffe and Szegedy 2015. Computed in double and rounded once.</remarks>
    internal static Tensor<T> BatchNorm<T>(this Tensor<T> x, Tensor<T> weight, Tensor<T> bias, double epsilon, double[] mean, double[] variance, bool fromBatch) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var s = new ChannelShape(x.Shape[0], x.Shape[1], Shape.Length(x.Shape[2..]));
        var scale = new double[s.Channels];
        var y = Tensor.Uninitialized<T>(x.Shape);
        Channels(s, c =>
        {
            if (fromBatch) (mean[c], variance[c]) = Kernels.BatchNorm.Statistics<T>(s, c, x.Span);
            scale[c] = 1 / Math.Sqrt(variance[c] + epsilon);
            Kernels.BatchNorm.Normalize<T>(s, c, x.Span, mean[c], scale[c], weight.Span[c], bias.Span[c], y.Span);
        });
        return y.Record("NativeBatchNormBackward0", [x, weight],
            x.MakeEdge(g =>
            {
                var dx = Tensor.Uninitialized<T>(x.Shape);
                Channels(s, c =>
                {
                    if (fromBatch) Kernels.BatchNorm.InputGradient<T>(s, c, x.Span, g.Span, mean[c], scale[c], weight.Span[c], dx.Span);
                    else Kernels.BatchNorm.Normalize<T>(s, c, g.Span, 0, scale[c], weight.Span[c], T.Zero, dx.Span);
                });
                return dx;
            }),
            weight.MakeEdge(g => ChannelSums(s, x, g, mean, scale, weighted: true)),
            bias.MakeEdge(g => ChannelSums(s, x, g, mean, scale, weighted: false)));
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

    private static void Channels(ChannelShape s, Action<int> channel) => Partition.For(s.Channels, (long)s.Count, channel);
}
