namespace Surprisal.Cuda;

/// <content>Functions of binary losses, with the CPU's arguments.</content>
public static partial class CudaLossExtensions
{
    extension(Functional)
    {
        /// <inheritdoc cref="Forward{T}(DenseLoss, CudaTensor{T}, CudaTensor{T}, CudaTensor{T})"/>
        /// <param name="input">Probabilities of any shape; logits go to <c>BceWithLogits</c>.</param>
        /// <param name="target">Probabilities in the input's shape.</param>
        /// <param name="weight">See <see cref="BceLoss.Weight"/>. Default null: all 1.</param>
        /// <param name="reduction">The mean or the sum. Default the mean.</param>
        /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
        public static CudaLoss<T> Bce<T>(
            CudaTensor<T> input,
            CudaTensor<T> target,
            ElementWeights? weight = null,
            Reduction reduction = Reduction.Mean,
            CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            new BceLoss { Weight = weight, Reduction = reduction }.Forward(input, target, sampleWeights);

        /// <summary>The same with every option of <see cref="BceLoss"/>.</summary>
        /// <param name="input">Probabilities of any shape; logits go to <c>BceWithLogits</c>.</param>
        /// <param name="target">Probabilities in the input's shape.</param>
        /// <param name="options">The loss and its options.</param>
        /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
        public static CudaLoss<T> Bce<T>(
            CudaTensor<T> input, CudaTensor<T> target, BceLoss options, CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            Given(options).Forward(input, target, sampleWeights);

        /// <inheritdoc cref="Forward{T}(DenseLoss, CudaTensor{T}, CudaTensor{T}, CudaTensor{T})"/>
        /// <param name="input">Logits of any shape.</param>
        /// <param name="target">Probabilities in the logits' shape.</param>
        /// <param name="weight">See <see cref="BceWithLogitsLoss.Weight"/>. Default null: all 1.</param>
        /// <param name="reduction">The mean or the sum. Default the mean.</param>
        /// <param name="posWeight">See <see cref="BceWithLogitsLoss.PosWeight"/>. Default null: all 1.</param>
        /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
        public static CudaLoss<T> BceWithLogits<T>(
            CudaTensor<T> input,
            CudaTensor<T> target,
            ElementWeights? weight = null,
            Reduction reduction = Reduction.Mean,
            ElementWeights? posWeight = null,
            CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            new BceWithLogitsLoss { Weight = weight, Reduction = reduction, PosWeight = posWeight }.Forward(input, target, sampleWeights);

        /// <summary>The same with every option of <see cref="BceWithLogitsLoss"/>.</summary>
        /// <param name="input">Logits of any shape.</param>
        /// <param name="target">Probabilities in the logits' shape.</param>
        /// <param name="options">The loss and its options.</param>
        /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
        public static CudaLoss<T> BceWithLogits<T>(
            CudaTensor<T> input, CudaTensor<T> target, BceWithLogitsLoss options, CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            Given(options).Forward(input, target, sampleWeights);

        /// <summary>Sigmoid focal loss on a GPU; <see cref="Reduction.None"/>, PyTorch's default, is refused: say how to reduce.</summary>
        /// <inheritdoc cref="Forward{T}(DenseLoss, CudaTensor{T}, CudaTensor{T}, CudaTensor{T})"/>
        /// <param name="input">Logits of any shape.</param>
        /// <param name="target">Probabilities in the input's shape.</param>
        /// <param name="reduction">The mean or the sum.</param>
        /// <param name="alpha">See <see cref="FocalLoss.Alpha"/>. Default 0.25.</param>
        /// <param name="gamma">See <see cref="FocalLoss.Gamma"/>. Default 2.</param>
        /// <param name="sampleWeights">How often each loss counts. Default: all 1.</param>
        public static CudaLoss<T> Focal<T>(
            CudaTensor<T> input,
            CudaTensor<T> target,
            Reduction reduction,
            double alpha = 0.25,
            double gamma = 2,
            CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            new FocalLoss { Alpha = alpha, Gamma = gamma, Reduction = reduction }.Forward(input, target, sampleWeights);

        /// <summary>The same with every option of <see cref="FocalLoss"/>.</summary>
        /// <param name="input">Logits of any shape.</param>
        /// <param name="target">0, 1 or anything between, in the logits' shape.</param>
        /// <param name="options">The loss and its options.</param>
        /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
        public static CudaLoss<T> Focal<T>(
            CudaTensor<T> input, CudaTensor<T> target, FocalLoss options, CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            Given(options).Forward(input, target, sampleWeights);
    }
}
