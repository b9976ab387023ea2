namespace Surprisal.Cuda;

/// <content>Functions of logits and classes, with the CPU's arguments.</content>
public static partial class CudaLossExtensions
{
    extension(Functional)
    {
        /// <inheritdoc cref="Forward{T, TTarget}(ClassIndexLoss, CudaTensor{T}, CudaTensor{TTarget}, CudaTensor{T})"/>
        /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
        /// <param name="target">Class indices: (1), (N) or (N, d1 .. dK).</param>
        /// <param name="weight">See <see cref="ClassIndexLoss.Weight"/>. Default null: all 1.</param>
        /// <param name="ignoreIndex">See <see cref="ClassIndexLoss.IgnoreIndex"/>. Default -100.</param>
        /// <param name="reduction">The mean or the sum. Default the mean.</param>
        /// <param name="labelSmoothing">See <see cref="CrossEntropyLoss.LabelSmoothing"/>. Default 0.</param>
        /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
        public static CudaLoss<T> CrossEntropy<T, TTarget>(
            CudaTensor<T> input,
            CudaTensor<TTarget> target,
            ClassWeights? weight = null,
            long ignoreIndex = -100,
            Reduction reduction = Reduction.Mean,
            double labelSmoothing = 0,
            CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TTarget : unmanaged, IBinaryInteger<TTarget> =>
            new CrossEntropyLoss { Weight = weight, IgnoreIndex = ignoreIndex, Reduction = reduction, LabelSmoothing = labelSmoothing }
                .Forward(input, target, sampleWeights);

        /// <summary>The same with every option of <see cref="CrossEntropyLoss"/>.</summary>
        /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
        /// <param name="target">Class indices: (1), (N) or (N, d1 .. dK).</param>
        /// <param name="options">The loss and its options.</param>
        /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
        public static CudaLoss<T> CrossEntropy<T, TTarget>(
            CudaTensor<T> input,
            CudaTensor<TTarget> target,
            CrossEntropyLoss options,
            CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TTarget : unmanaged, IBinaryInteger<TTarget> =>
            Given(options).Forward(input, target, sampleWeights);

        /// <inheritdoc cref="Forward{T}(CrossEntropyLoss, CudaTensor{T}, CudaTensor{T}, CudaTensor{T})"/>
        /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
        /// <param name="target">Class probabilities in the logits' shape.</param>
        /// <param name="weight">See <see cref="ClassIndexLoss.Weight"/>. Default null: all 1.</param>
        /// <param name="reduction">The mean or the sum. Default the mean.</param>
        /// <param name="labelSmoothing">See <see cref="CrossEntropyLoss.LabelSmoothing"/>. Default 0.</param>
        /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
        public static CudaLoss<T> CrossEntropy<T>(
            CudaTensor<T> input,
            CudaTensor<T> target,
            ClassWeights? weight = null,
            Reduction reduction = Reduction.Mean,
            double labelSmoothing = 0,
            CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            new CrossEntropyLoss { Weight = weight, Reduction = reduction, LabelSmoothing = labelSmoothing }
                .Forward(input, target, sampleWeights);

        /// <summary>The same with every option of <see cref="CrossEntropyLoss"/>.</summary>
        /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
        /// <param name="target">Class probabilities in the logits' shape.</param>
        /// <param name="options">The loss and its options.</param>
        /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
        public static CudaLoss<T> CrossEntropy<T>(
            CudaTensor<T> input, CudaTensor<T> target, CrossEntropyLoss options, CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            Given(options).Forward(input, target, sampleWeights);

        /// <inheritdoc cref="Forward{T, TTarget}(ClassIndexLoss, CudaTensor{T}, CudaTensor{TTarget}, CudaTensor{T})"/>
        /// <param name="input">Log-probabilities: (C), (N, C) or (N, C, d1 .. dK).</param>
        /// <param name="target">Class indices: (1), (N) or (N, d1 .. dK).</param>
        /// <param name="weight">See <see cref="ClassIndexLoss.Weight"/>. Default null: all 1.</param>
        /// <param name="ignoreIndex">See <see cref="ClassIndexLoss.IgnoreIndex"/>. Default -100.</param>
        /// <param name="reduction">The mean or the sum. Default the mean.</param>
        /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
        public static CudaLoss<T> Nll<T, TTarget>(
            CudaTensor<T> input,
            CudaTensor<TTarget> target,
            ClassWeights? weight = null,
            long ignoreIndex = -100,
            Reduction reduction = Reduction.Mean,
            CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TTarget : unmanaged, IBinaryInteger<TTarget> =>
            new NllLoss { Weight = weight, IgnoreIndex = ignoreIndex, Reduction = reduction }.Forward(input, target, sampleWeights);

        /// <summary>The same with every option of <see cref="NllLoss"/>.</summary>
        /// <param name="input">Log-probabilities: (C), (N, C) or (N, C, d1 .. dK).</param>
        /// <param name="target">Class indices: (1), (N) or (N, d1 .. dK).</param>
        /// <param name="options">The loss and its options.</param>
        /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
        public static CudaLoss<T> Nll<T, TTarget>(
            CudaTensor<T> input, CudaTensor<TTarget> target, NllLoss options, CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TTarget : unmanaged, IBinaryInteger<TTarget> =>
            Given(options).Forward(input, target, sampleWeights);

        /// <inheritdoc cref="Forward{T, TTarget}(ClassIndexLoss, CudaTensor{T}, CudaTensor{TTarget}, CudaTensor{T})"/>
        /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
        /// <param name="target">Class indices: (1), (N) or (N, d1 .. dK).</param>
        /// <param name="weight">See <see cref="ClassIndexLoss.Weight"/>. Default null: all 1.</param>
        /// <param name="ignoreIndex">See <see cref="ClassIndexLoss.IgnoreIndex"/>. Default -100.</param>
        /// <param name="gamma">See <see cref="SoftmaxFocalLoss.Gamma"/>. Default 2.</param>
        /// <param name="reduction">The mean or the sum. Default the mean.</param>
        /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
        public static CudaLoss<T> SoftmaxFocal<T, TTarget>(
            CudaTensor<T> input,
            CudaTensor<TTarget> target,
            ClassWeights? weight = null,
            long ignoreIndex = -100,
            double gamma = 2,
            Reduction reduction = Reduction.Mean,
            CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TTarget : unmanaged, IBinaryInteger<TTarget> =>
            new SoftmaxFocalLoss { Weight = weight, IgnoreIndex = ignoreIndex, Gamma = gamma, Reduction = reduction }
                .Forward(input, target, sampleWeights);

        /// <summary>The same with every option of <see cref="SoftmaxFocalLoss"/>.</summary>
        /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
        /// <param name="target">Class indices: (1), (N) or (N, d1 .. dK).</param>
        /// <param name="options">The loss and its options.</param>
        /// <param name="sampleWeights">How often each sample counts. Default: all 1.</param>
        public static CudaLoss<T> SoftmaxFocal<T, TTarget>(
            CudaTensor<T> input, CudaTensor<TTarget> target, SoftmaxFocalLoss options, CudaTensor<T>? sampleWeights = null)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TTarget : unmanaged, IBinaryInteger<TTarget> =>
            Given(options).Forward(input, target, sampleWeights);
    }
}
