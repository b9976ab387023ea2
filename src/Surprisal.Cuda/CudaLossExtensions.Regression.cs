namespace Surprisal.Cuda;

/// <content>Functions of the differences of numbers, with the CPU's arguments.</content>
public static partial class CudaLossExtensions
{
    extension(Functional)
    {
        /// <inheritdoc cref="Forward{T}(DenseLoss, CudaTensor{T}, CudaTensor{T}, CudaTensor{T})"/>
        /// <param name="input">Numbers of any shape.</param>
        /// <param name="target">Numbers in the input's shape.</param>
        /// <param name="reduction">The mean or the sum. Default the mean.</param>
        /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
        public static CudaLoss<T> Mse<T>(
            CudaTensor<T> input, CudaTensor<T> target, Reduction reduction = Reduction.Mean, CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            new MseLoss { Reduction = reduction }.Forward(input, target, sampleWeights);

        /// <summary>The same with every option of <see cref="MseLoss"/>.</summary>
        /// <param name="input">Numbers of any shape.</param>
        /// <param name="target">Numbers in the input's shape.</param>
        /// <param name="options">The loss and its options.</param>
        /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
        public static CudaLoss<T> Mse<T>(
            CudaTensor<T> input, CudaTensor<T> target, MseLoss options, CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            Given(options).Forward(input, target, sampleWeights);

        /// <inheritdoc cref="Forward{T}(DenseLoss, CudaTensor{T}, CudaTensor{T}, CudaTensor{T})"/>
        /// <param name="input">Numbers of any shape.</param>
        /// <param name="target">Numbers in the input's shape.</param>
        /// <param name="reduction">The mean or the sum. Default the mean.</param>
        /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
        public static CudaLoss<T> L1<T>(
            CudaTensor<T> input, CudaTensor<T> target, Reduction reduction = Reduction.Mean, CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            new L1Loss { Reduction = reduction }.Forward(input, target, sampleWeights);

        /// <summary>The same with every option of <see cref="L1Loss"/>.</summary>
        /// <param name="input">Numbers of any shape.</param>
        /// <param name="target">Numbers in the input's shape.</param>
        /// <param name="options">The loss and its options.</param>
        /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
        public static CudaLoss<T> L1<T>(
            CudaTensor<T> input, CudaTensor<T> target, L1Loss options, CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            Given(options).Forward(input, target, sampleWeights);

        /// <inheritdoc cref="Forward{T}(DenseLoss, CudaTensor{T}, CudaTensor{T}, CudaTensor{T})"/>
        /// <param name="input">Numbers of any shape.</param>
        /// <param name="target">Numbers in the input's shape.</param>
        /// <param name="reduction">The mean or the sum. Default the mean.</param>
        /// <param name="delta">See <see cref="HuberLoss.Delta"/>. Default 1.</param>
        /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
        public static CudaLoss<T> Huber<T>(
            CudaTensor<T> input,
            CudaTensor<T> target,
            Reduction reduction = Reduction.Mean,
            double delta = 1,
            CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            new HuberLoss { Reduction = reduction, Delta = delta }.Forward(input, target, sampleWeights);

        /// <summary>The same with every option of <see cref="HuberLoss"/>.</summary>
        /// <param name="input">Numbers of any shape.</param>
        /// <param name="target">Numbers in the input's shape.</param>
        /// <param name="options">The loss and its options.</param>
        /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
        public static CudaLoss<T> Huber<T>(
            CudaTensor<T> input, CudaTensor<T> target, HuberLoss options, CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            Given(options).Forward(input, target, sampleWeights);

        /// <inheritdoc cref="Forward{T}(DenseLoss, CudaTensor{T}, CudaTensor{T}, CudaTensor{T})"/>
        /// <param name="input">Numbers of any shape.</param>
        /// <param name="target">Numbers in the input's shape.</param>
        /// <param name="reduction">The mean or the sum. Default the mean.</param>
        /// <param name="beta">See <see cref="SmoothL1Loss.Beta"/>. Default 1.</param>
        /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
        public static CudaLoss<T> SmoothL1<T>(
            CudaTensor<T> input,
            CudaTensor<T> target,
            Reduction reduction = Reduction.Mean,
            double beta = 1,
            CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            new SmoothL1Loss { Reduction = reduction, Beta = beta }.Forward(input, target, sampleWeights);

        /// <summary>The same with every option of <see cref="SmoothL1Loss"/>.</summary>
        /// <param name="input">Numbers of any shape.</param>
        /// <param name="target">Numbers in the input's shape.</param>
        /// <param name="options">The loss and its options.</param>
        /// <param name="sampleWeights">How often each element counts. Default: all 1.</param>
        public static CudaLoss<T> SmoothL1<T>(
            CudaTensor<T> input, CudaTensor<T> target, SmoothL1Loss options, CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            Given(options).Forward(input, target, sampleWeights);
    }
}
