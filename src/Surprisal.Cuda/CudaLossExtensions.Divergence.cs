namespace Surprisal.Cuda;

/// <content>Functions of divergences and multi-label losses, with the CPU's arguments.</content>
public static partial class CudaLossExtensions
{
    extension(Functional)
    {
        /// <inheritdoc cref="Forward{T}(DenseLoss, CudaTensor{T}, CudaTensor{T}, CudaTensor{T})"/>
        /// <param name="input">Log-probabilities of any shape.</param>
        /// <param name="target">Probabilities, or their logarithms, in the input's shape.</param>
        /// <param name="reduction">See <see cref="Loss.Reduction"/>; <see cref="Reduction.BatchMean"/> is the divergence of distributions.
        /// Default the mean.</param>
        /// <param name="logTarget">See <see cref="KlDivLoss.LogTarget"/>. Default false.</param>
        /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
        public static CudaLoss<T> KlDiv<T>(
            CudaTensor<T> input,
            CudaTensor<T> target,
            Reduction reduction = Reduction.Mean,
            bool logTarget = false,
            CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            new KlDivLoss { Reduction = reduction, LogTarget = logTarget }.Forward(input, target, sampleWeights);

        /// <summary>The same with every option of <see cref="KlDivLoss"/>.</summary>
        /// <param name="input">Log-probabilities of any shape.</param>
        /// <param name="target">Probabilities, or their logarithms, in the input's shape.</param>
        /// <param name="options">The loss and its options.</param>
        /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
        public static CudaLoss<T> KlDiv<T>(
            CudaTensor<T> input, CudaTensor<T> target, KlDivLoss options, CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            Given(options).Forward(input, target, sampleWeights);

        /// <inheritdoc cref="Forward{T}(DenseLoss, CudaTensor{T}, CudaTensor{T}, CudaTensor{T})"/>
        /// <param name="input">Logits of any shape.</param>
        /// <param name="target">-1 or 1, in the logits' shape.</param>
        /// <param name="reduction">The mean or the sum. Default the mean.</param>
        /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
        public static CudaLoss<T> SoftMargin<T>(
            CudaTensor<T> input, CudaTensor<T> target, Reduction reduction = Reduction.Mean, CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            new SoftMarginLoss { Reduction = reduction }.Forward(input, target, sampleWeights);

        /// <summary>The same with every option of <see cref="SoftMarginLoss"/>.</summary>
        /// <param name="input">Logits of any shape.</param>
        /// <param name="target">-1 or 1, in the logits' shape.</param>
        /// <param name="options">The loss and its options.</param>
        /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
        public static CudaLoss<T> SoftMargin<T>(
            CudaTensor<T> input, CudaTensor<T> target, SoftMarginLoss options, CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            Given(options).Forward(input, target, sampleWeights);

        /// <inheritdoc cref="Forward{T}(DenseLoss, CudaTensor{T}, CudaTensor{T}, CudaTensor{T})"/>
        /// <param name="input">Logits with the classes last: (C), (N, C) or (N, d1 .. dK, C).</param>
        /// <param name="target">Probabilities in the logits' shape.</param>
        /// <param name="weight">See <see cref="MultiLabelSoftMarginLoss.Weight"/>. Default null: all 1.</param>
        /// <param name="reduction">The mean or the sum. Default the mean.</param>
        /// <param name="sampleWeights">How often each row counts. Default: all 1.</param>
        public static CudaLoss<T> MultiLabelSoftMargin<T>(
            CudaTensor<T> input,
            CudaTensor<T> target,
            ElementWeights? weight = null,
            Reduction reduction = Reduction.Mean,
            CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            new MultiLabelSoftMarginLoss { Weight = weight, Reduction = reduction }.Forward(input, target, sampleWeights);

        /// <summary>The same with every option of <see cref="MultiLabelSoftMarginLoss"/>.</summary>
        /// <param name="input">Logits with the classes last: (C), (N, C) or (N, d1 .. dK, C).</param>
        /// <param name="target">Probabilities in the logits' shape.</param>
        /// <param name="options">The loss and its options.</param>
        /// <param name="sampleWeights">How often each row counts. Default: all 1.</param>
        public static CudaLoss<T> MultiLabelSoftMargin<T>(
            CudaTensor<T> input, CudaTensor<T> target, MultiLabelSoftMarginLoss options, CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            Given(options).Forward(input, target, sampleWeights);
    }
}
