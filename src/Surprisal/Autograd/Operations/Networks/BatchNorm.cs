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
    /// <param name="meeting">Where x is a part of a batch: what makes the statistics those of the batch. Default null: x is all.</param>
    /// <remarks>Ioffe and Szegedy 2015. Computed in double and rounded once.</remarks>
    internal static Tensor<T> BatchNorm<T>(
        this Tensor<T> x,
        Tensor<T> weight,
        Tensor<T> bias,
        double epsilon,
        double[] mean,
        double[] variance,
        bool fromBatch,
        PartMeeting? meeting = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var byRows = Shape.Length(x.Shape[2..]) == 1 && x.Shape[0] > 1; // then channels are made contiguous
        var channels = byRows ? Turn(x) : x;
        var s = byRows ? new ChannelShape(1, x.Shape[1], x.Shape[0])
            : new ChannelShape(x.Shape[0], x.Shape[1], Shape.Length(x.Shape[2..]));
        var inverseDeviation = new double[s.Channels];
        var y = Tensor.Uninitialized<T>(channels.Shape);
        var count = s.Count;
        if (fromBatch && meeting is not null)
        {
            if (count > 0) ForEachChannel(s, c => (mean[c], variance[c]) = Kernels.BatchNorm.Statistics<T>(s, c, channels.Span));
            count = meeting.MergeMoments(count, mean, variance);
        }
        ForEachChannel(s, c =>
        {
            if (fromBatch && meeting is null) (mean[c], variance[c]) = Kernels.BatchNorm.Statistics<T>(s, c, channels.Span);
            inverseDeviation[c] = 1 / Math.Sqrt(variance[c] + epsilon);
            Kernels.BatchNorm.Normalize<T>(s, c, channels.Span, mean[c], inverseDeviation[c], weight.Span[c], bias.Span[c], y.Span);
        });
        return (byRows ? Turn(y).View(x.Shape) : y).Record("NativeBatchNormBackward0", [x, weight],
            x.MakeEdge(g =>
            {
                if (byRows) g = Turn(g);
                var dx = Tensor.Uninitialized<T>(channels.Shape);
                var sums = new double[2 * s.Channels];
                if (fromBatch && meeting is not null)
                {
                    ForEachChannel(s, c => (sums[c], sums[s.Channels + c]) =
                        Kernels.BatchNorm.GradientSums<T>(s, c, channels.Span, g.Span, mean[c], inverseDeviation[c]));
                    meeting.Add(sums);
                }
                ForEachChannel(s, c =>
                {
                    if (fromBatch && meeting is not null)
                        Kernels.BatchNorm.InputGradient<T>(s, c, channels.Span, g.Span, mean[c], inverseDeviation[c], weight.Span[c],
                            dx.Span, (sums[c], sums[s.Channels + c]), count);
                    else if (fromBatch)
                        Kernels.BatchNorm.InputGradient<T>(
                            s, c, channels.Span, g.Span, mean[c], inverseDeviation[c], weight.Span[c], dx.Span);
                    else Kernels.BatchNorm.Normalize<T>(s, c, g.Span, 0, inverseDeviation[c], weight.Span[c], T.Zero, dx.Span);
                });
                return byRows ? Turn(dx).View(x.Shape) : dx;
            }),
            weight.MakeEdge(g => SumChannels(s, channels, byRows ? Turn(g) : g, mean, inverseDeviation, normalized: true)),
            bias.MakeEdge(g => SumChannels(s, channels, byRows ? Turn(g) : g, mean, inverseDeviation, normalized: false)))
            .Traced(fromBatch ? "BatchNormalization of the batch" : "BatchNormalization",
                (Epsilon: epsilon, Mean: mean, Variance: variance), x, weight, bias);

        static Tensor<T> Turn(Tensor<T> t) => Permuted(t.View(t.Shape[..2]), [1, 0]);
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
