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
    /// <param name="fromBatch">Whether the statistics are the batch's own, which are written to where else they are read; the gradient goes
    /// through them.</param>
    /// <remarks>Ioffe and Szegedy 2015. Computed in double and rounded once.</remarks>
    internal static Tensor<T> BatchNorm<T>(
        this Tensor<T> x,
        Tensor<T> weight,
        Tensor<T> bias,
        double epsilon,
        double[] mean,
        double[] variance,
        bool fromBatch)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var s = new ChannelShape(x.Shape[0], x.Shape[1], Shape.Length(x.Shape[2..]));
        var inverseDeviation = new double[s.Channels];
        var y = Tensor.Uninitialized<T>(x.Shape);
        ForEachChannel(s, c =>
        {
            if (fromBatch) (mean[c], variance[c]) = Kernels.BatchNorm.Statistics<T>(s, c, x.Span);
            inverseDeviation[c] = 1 / Math.Sqrt(variance[c] + epsilon);
            Kernels.BatchNorm.Normalize<T>(s, c, x.Span, mean[c], inverseDeviation[c], weight.Span[c], bias.Span[c], y.Span);
        });
        return y.Record("NativeBatchNormBackward0", [x, weight],
            x.MakeEdge(g =>
            {
                var dx = Tensor.Uninitialized<T>(x.Shape);
                ForEachChannel(s, c =>
                {
                    if (fromBatch)
                        Kernels.BatchNorm.InputGradient<T>(s, c, x.Span, g.Span, mean[c], inverseDeviation[c], weight.Span[c], dx.Span);
                    else Kernels.BatchNorm.Normalize<T>(s, c, g.Span, 0, inverseDeviation[c], weight.Span[c], T.Zero, dx.Span);
                });
                return dx;
            }),
            weight.MakeEdge(g => SumChannels(s, x, g, mean, inverseDeviation, normalized: true)),
            bias.MakeEdge(g => SumChannels(s, x, g, mean, inverseDeviation, normalized: false)));
    }

    /// <summary>Each channel's sum of the gradient, or of its product with the normalized x.</summary>
    private static Tensor<T> SumChannels<T>(
        ChannelShape s,
        Tensor<T> x,
        Tensor<T> g,
        double[] mean,
        double[] inverseDeviation,
        bool normalized)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var sums = Tensor.Uninitialized<T>([s.Channels]);
        ForEachChannel(s, c =>
        {
            var (sum, sumOfProducts) = Kernels.BatchNorm.GradientSums<T>(s, c, x.Span, g.Span, mean[c], inverseDeviation[c]);
            sums.Span[c] = T.CreateTruncating(normalized ? sumOfProducts : sum);
        });
        return sums;
    }

    private static void ForEachChannel(ChannelShape s, Action<int> channel) => Partition.For(s.Channels, (long)s.Count, channel);
}
