namespace Surprisal.Cuda;

/// <content>Class probabilities as targets.</content>
public static partial class CudaLinearExtensions
{
    /// <summary>
    /// The loss of rows of hidden states and class probabilities on a GPU, reduced, and on request its gradients and the losses of the
    /// rows.
    /// </summary>
    /// <param name="loss">The loss and its options; <see cref="LinearCrossEntropyLoss.MemoryLimit"/> is of the GPU's memory, by default
    /// 1024 rows of logits.</param>
    /// <param name="hidden">[.., features]; float, double, Half or BFloat16.</param>
    /// <param name="weight">[classes, features]: the weight of a linear layer.</param>
    /// <param name="targets">[.., classes], used as they are: nothing checks that they are positive or add up to 1. They receive no
    /// gradient.</param>
    /// <param name="bias">[classes]. Null for none.</param>
    /// <param name="hiddenGradient">Receives the derivative of the result with respect to the hidden states. Null for none.</param>
    /// <param name="weightGradient">Receives that with respect to the weight. Null for none.</param>
    /// <param name="biasGradient">Receives that with respect to the bias. Null for none.</param>
    /// <param name="losses">Receives the loss of each row; the leading dimensions of <paramref name="hidden"/>. Null for none.</param>
    /// <param name="sampleWeights">How often each row counts, also in the divisor; one of weight 0 is ignored. The losses' shape. Null for
    /// all 1.</param>
    /// <param name="products">Who multiplies: <see cref="CudaProducts.Own"/> has the CPU's bits. Default cuBLAS where it is
    /// installed.</param>
    /// <remarks>The mean divides by the number of rows, whatever the class weights are.</remarks>
    /// <exception cref="ArgumentException">Shapes that do not fit, tensors of different GPUs, or outputs that overlap an input or each
    /// other.</exception>
    /// <exception cref="InvalidOperationException">An <see cref="LinearCrossEntropyLoss.IgnoreIndex"/> of 0 or more, which probabilities
    /// cannot have; or an empty mean where that is an error.</exception>
    /// <exception cref="CudaException">An error of the driver or of cuBLAS, or not enough memory.</exception>
    public static LossResult Evaluate<T>(
        this LinearCrossEntropyLoss loss,
        CudaTensor<T> hidden,
        CudaTensor<T> weight,
        CudaTensor<T> targets,
        CudaTensor<T>? bias = null,
        CudaTensor<T>? hiddenGradient = null,
        CudaTensor<T>? weightGradient = null,
        CudaTensor<T>? biasGradient = null,
        CudaTensor<T>? losses = null,
        CudaTensor<T>? sampleWeights = null,
        CudaProducts products = CudaProducts.Automatic)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var tensors = new LinearTensors<T>(hidden, weight, new LinearProbabilities<T>(targets))
        {
            Bias = bias, SampleWeights = sampleWeights, HiddenGradient = hiddenGradient, WeightGradient = weightGradient,
            BiasGradient = biasGradient, Losses = losses,
        };
        return Evaluate(loss, tensors, products);
    }

    /// <summary>
    /// The loss of hidden states through a linear layer and class probabilities on a GPU, reduced. Returns before the GPU has computed it.
    /// </summary>
    /// <param name="loss">The loss and its options, reduced to one number.</param>
    /// <param name="hidden">[.., features]; float, double, Half or BFloat16.</param>
    /// <param name="weight">[classes, features]: the weight of a linear layer, or an embedding's.</param>
    /// <param name="target">Class probabilities [.., classes]; without a gradient.</param>
    /// <param name="bias">[classes]. Null for none.</param>
    /// <param name="sampleWeights">How often each row counts, in the leading dimensions of <paramref name="hidden"/>. Null for all 1. No
    /// gradient.</param>
    /// <param name="products">Who multiplies. Default cuBLAS where it is installed.</param>
    /// <remarks>
    /// Gradients of hidden states, weight and bias are computed too where these require them, into memory of their own.
    /// </remarks>
    /// <exception cref="ArgumentException">Shapes that do not fit, tensors of different GPUs, no reduction, or targets that require a
    /// gradient.</exception>
    /// <exception cref="InvalidOperationException">An <see cref="LinearCrossEntropyLoss.IgnoreIndex"/> of 0 or more.</exception>
    /// <exception cref="CudaException">An error of the driver or of cuBLAS, or not enough memory.</exception>
    public static CudaLoss<T> Forward<T>(
        this LinearCrossEntropyLoss loss,
        CudaTensor<T> hidden,
        CudaTensor<T> weight,
        CudaTensor<T> target,
        CudaTensor<T>? bias = null,
        CudaTensor<T>? sampleWeights = null,
        CudaProducts products = CudaProducts.Automatic)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.RequiresGrad)
            throw new ArgumentException("target requires a gradient, which this loss does not compute for probabilities: set its " +
                "RequiresGrad to false, or use CrossEntropyLoss over the logits.", nameof(target));
        var tensors = new LinearTensors<T>(hidden, weight, new LinearProbabilities<T>(target))
        {
            Bias = bias, SampleWeights = sampleWeights,
        };
        return Forward(loss, tensors, products);
    }

    extension(Functional)
    {
        /// <inheritdoc cref="Forward{T}(LinearCrossEntropyLoss, CudaTensor{T}, CudaTensor{T}, CudaTensor{T}, CudaTensor{T},
        /// CudaTensor{T}, CudaProducts)"/>
        /// <param name="input">Hidden states [.., features].</param>
        /// <param name="linearWeight">[classes, features]: the weight of a linear layer, or an embedding's.</param>
        /// <param name="target">Class probabilities [.., classes]; without a gradient.</param>
        /// <param name="linearBias">[classes]. Default: none.</param>
        /// <param name="weight">See <see cref="LinearCrossEntropyLoss.Weight"/>. Default null: all 1.</param>
        /// <param name="reduction">The mean or the sum. Default the mean.</param>
        /// <param name="labelSmoothing">See <see cref="LinearCrossEntropyLoss.LabelSmoothing"/>. Default 0.</param>
        /// <param name="sampleWeights">How often each row counts. Default: all 1.</param>
        /// <param name="products">Who multiplies. Default cuBLAS where it is installed.</param>
        public static CudaLoss<T> LinearCrossEntropy<T>(
            CudaTensor<T> input,
            CudaTensor<T> linearWeight,
            CudaTensor<T> target,
            CudaTensor<T>? linearBias = null,
            ClassWeights? weight = null,
            Reduction reduction = Reduction.Mean,
            double labelSmoothing = 0,
            CudaTensor<T>? sampleWeights = null,
            CudaProducts products = CudaProducts.Automatic)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            new LinearCrossEntropyLoss { Weight = weight, Reduction = reduction, LabelSmoothing = labelSmoothing }
                .Forward(input, linearWeight, target, linearBias, sampleWeights, products);

        /// <summary>The same with every option of <see cref="LinearCrossEntropyLoss"/>.</summary>
        /// <param name="input">Hidden states [.., features].</param>
        /// <param name="linearWeight">[classes, features]: the weight of a linear layer, or an embedding's.</param>
        /// <param name="target">Class probabilities [.., classes]; without a gradient.</param>
        /// <param name="options">The loss and its options.</param>
        /// <param name="linearBias">[classes]. Default: none.</param>
        /// <param name="sampleWeights">How often each row counts. Default: all 1.</param>
        /// <param name="products">Who multiplies. Default cuBLAS where it is installed.</param>
        public static CudaLoss<T> LinearCrossEntropy<T>(
            CudaTensor<T> input,
            CudaTensor<T> linearWeight,
            CudaTensor<T> target,
            LinearCrossEntropyLoss options,
            CudaTensor<T>? linearBias = null,
            CudaTensor<T>? sampleWeights = null,
            CudaProducts products = CudaProducts.Automatic)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            options.Forward(input, linearWeight, target, linearBias, sampleWeights, products);
    }
}
