namespace Surprisal.Cuda;

/// <summary>
/// Cross-entropy through a linear layer on a GPU, without ever holding the logits: <c>loss.Evaluate(hidden, weight, targets)</c>,
/// <c>loss.Forward(hidden, weight, targets)</c> and <c>F.LinearCrossEntropy</c>.
/// </summary>
public static partial class CudaLinearExtensions
{
    /// <summary>
    /// The loss of rows of hidden states and class indices on a GPU, reduced, and on request its gradients and the losses of the rows.
    /// </summary>
    /// <param name="loss">The loss and its options; <see cref="LinearCrossEntropyLoss.MemoryLimit"/> is of the GPU's memory, by default
    /// 1024 rows of logits.</param>
    /// <param name="hidden">[.., features]; float, double, Half or BFloat16. 16-bit numbers are multiplied and summed in float and rounded
    /// once; the logits are not rounded.</param>
    /// <param name="weight">[classes, features]: the weight of a linear layer.</param>
    /// <param name="targets">The leading dimensions of <paramref name="hidden"/>, of any integer type: each 0 .. classes - 1 or the ignored
    /// index.</param>
    /// <param name="bias">[classes]. Null for none.</param>
    /// <param name="hiddenGradient">Receives the derivative of the result with respect to the hidden states. Null for none.</param>
    /// <param name="weightGradient">Receives that with respect to the weight. Null for none.</param>
    /// <param name="biasGradient">Receives that with respect to the bias. Null for none.</param>
    /// <param name="losses">Receives the loss of each row; the targets' shape. Null for none.</param>
    /// <param name="sampleWeights">How often each row counts, also in the divisor; one of weight 0 is ignored. The targets' shape. Null for
    /// all 1.</param>
    /// <param name="products">Who multiplies: <see cref="CudaProducts.Own"/> has the CPU's bits. Default cuBLAS where it is
    /// installed.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, tensors of different GPUs, or outputs that overlap an input or each
    /// other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class, with its position; nothing has been written.</exception>
    /// <exception cref="NotSupportedException">Label smoothing with more than 65,536 class weights.</exception>
    /// <exception cref="InvalidOperationException">An empty mean, where <see cref="Loss.WhenEmpty"/> makes it an error.</exception>
    /// <exception cref="CudaException">An error of the driver or of cuBLAS, or not enough memory.</exception>
    public static LossResult Evaluate<T, TTarget>(
        this LinearCrossEntropyLoss loss,
        CudaTensor<T> hidden,
        CudaTensor<T> weight,
        CudaTensor<TTarget> targets,
        CudaTensor<T>? bias = null,
        CudaTensor<T>? hiddenGradient = null,
        CudaTensor<T>? weightGradient = null,
        CudaTensor<T>? biasGradient = null,
        CudaTensor<T>? losses = null,
        CudaTensor<T>? sampleWeights = null,
        CudaProducts products = CudaProducts.Automatic)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var tensors = new LinearTensors<T>(hidden, weight, new LinearIndices<T, TTarget>(targets))
        {
            Bias = bias, SampleWeights = sampleWeights, HiddenGradient = hiddenGradient, WeightGradient = weightGradient,
            BiasGradient = biasGradient, Losses = losses,
        };
        return Evaluate(loss, tensors, products);
    }

    /// <summary>
    /// The loss of hidden states through a linear layer and class indices on a GPU, reduced. Returns before the GPU has computed it.
    /// </summary>
    /// <param name="loss">The loss and its options, reduced to one number.</param>
    /// <param name="hidden">[.., features]; float, double, Half or BFloat16.</param>
    /// <param name="weight">[classes, features]: the weight of a linear layer, or an embedding's.</param>
    /// <param name="target">The leading dimensions of <paramref name="hidden"/>, of any integer type.</param>
    /// <param name="bias">[classes]. Null for none.</param>
    /// <param name="sampleWeights">How often each row counts, in the targets' shape. Null for all 1. No gradient.</param>
    /// <param name="products">Who multiplies. Default cuBLAS where it is installed.</param>
    /// <remarks>
    /// Gradients of hidden states, weight and bias are computed too where these require them, into memory of their own.
    /// </remarks>
    /// <exception cref="ArgumentException">Shapes that do not fit, tensors of different GPUs, or no reduction.</exception>
    /// <exception cref="NotSupportedException">Label smoothing with more than 65,536 class weights.</exception>
    /// <exception cref="CudaException">An error of the driver or of cuBLAS, or not enough memory.</exception>
    public static CudaLoss<T> Forward<T, TTarget>(
        this LinearCrossEntropyLoss loss,
        CudaTensor<T> hidden,
        CudaTensor<T> weight,
        CudaTensor<TTarget> target,
        CudaTensor<T>? bias = null,
        CudaTensor<T>? sampleWeights = null,
        CudaProducts products = CudaProducts.Automatic)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var tensors = new LinearTensors<T>(hidden, weight, new LinearIndices<T, TTarget>(target))
        {
            Bias = bias, SampleWeights = sampleWeights,
        };
        return Forward(loss, tensors, products);
    }

    private static LossResult Evaluate<T>(LinearCrossEntropyLoss loss, LinearTensors<T> tensors, CudaProducts products)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var sizes = tensors.Check(loss);
        var multiplier = ILinearProducts.Of(tensors.Device, products);
        if (sizes.Rows == 0) return tensors.ResultOfNothing(loss, sizes);
        using var memory = new DeviceScratch(tensors.Device);
        var evaluator = new LinearEvaluator<T>(loss, tensors, sizes, multiplier);
        var state = evaluator.Start(memory, waits: true);
        return tensors.Targets.Result(loss, sizes, ClassEvaluation.Read(tensors.Device, state));
    }

    private static CudaLoss<T> Forward<T>(LinearCrossEntropyLoss loss, LinearTensors<T> tensors, CudaProducts products)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CudaLossExtensions.CheckReduction(loss);
        var sizes = tensors.Check(loss);
        var multiplier = ILinearProducts.Of(tensors.Device, products);
        tensors = tensors.WithGradients();
        if (sizes.Rows == 0) return new(tensors.Gradients, null, 0, () => tensors.ResultOfNothing(loss, sizes));
        var evaluator = new LinearEvaluator<T>(loss, tensors, sizes, multiplier);
        return CudaLossExtensions.Start(tensors.Device, tensors.Gradients, memory => evaluator.Start(memory, waits: false),
            state => tensors.Targets.Result(loss, sizes, ClassEvaluation.Read(tensors.Device, state)));
    }

    extension(Functional)
    {
        /// <inheritdoc cref="Forward{T, TTarget}(LinearCrossEntropyLoss, CudaTensor{T}, CudaTensor{T}, CudaTensor{TTarget},
        /// CudaTensor{T}, CudaTensor{T}, CudaProducts)"/>
        /// <param name="input">Hidden states [.., features].</param>
        /// <param name="linearWeight">[classes, features]: the weight of a linear layer, or an embedding's.</param>
        /// <param name="target">Class indices: the leading dimensions of <paramref name="input"/>.</param>
        /// <param name="linearBias">[classes]. Default: none.</param>
        /// <param name="weight">See <see cref="LinearCrossEntropyLoss.Weight"/>. Default null: all 1.</param>
        /// <param name="reduction">The mean or the sum. Default the mean.</param>
        /// <param name="ignoreIndex">See <see cref="LinearCrossEntropyLoss.IgnoreIndex"/>. Default -100.</param>
        /// <param name="labelSmoothing">See <see cref="LinearCrossEntropyLoss.LabelSmoothing"/>. Default 0.</param>
        /// <param name="sampleWeights">How often each row counts. Default: all 1.</param>
        /// <param name="products">Who multiplies. Default cuBLAS where it is installed.</param>
        public static CudaLoss<T> LinearCrossEntropy<T, TTarget>(
            CudaTensor<T> input,
            CudaTensor<T> linearWeight,
            CudaTensor<TTarget> target,
            CudaTensor<T>? linearBias = null,
            ClassWeights? weight = null,
            Reduction reduction = Reduction.Mean,
            long ignoreIndex = -100,
            double labelSmoothing = 0,
            CudaTensor<T>? sampleWeights = null,
            CudaProducts products = CudaProducts.Automatic)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TTarget : unmanaged, IBinaryInteger<TTarget> =>
            new LinearCrossEntropyLoss
            {
                Weight = weight, IgnoreIndex = ignoreIndex, Reduction = reduction, LabelSmoothing = labelSmoothing,
            }.Forward(input, linearWeight, target, linearBias, sampleWeights, products);

        /// <summary>The same with every option of <see cref="LinearCrossEntropyLoss"/>.</summary>
        /// <param name="input">Hidden states [.., features].</param>
        /// <param name="linearWeight">[classes, features]: the weight of a linear layer, or an embedding's.</param>
        /// <param name="target">Class indices: the leading dimensions of <paramref name="input"/>.</param>
        /// <param name="options">The loss and its options.</param>
        /// <param name="linearBias">[classes]. Default: none.</param>
        /// <param name="sampleWeights">How often each row counts. Default: all 1.</param>
        /// <param name="products">Who multiplies. Default cuBLAS where it is installed.</param>
        public static CudaLoss<T> LinearCrossEntropy<T, TTarget>(
            CudaTensor<T> input,
            CudaTensor<T> linearWeight,
            CudaTensor<TTarget> target,
            LinearCrossEntropyLoss options,
            CudaTensor<T>? linearBias = null,
            CudaTensor<T>? sampleWeights = null,
            CudaProducts products = CudaProducts.Automatic)
            where T : unmanaged, IFloatingPointIeee754<T>
            where TTarget : unmanaged, IBinaryInteger<TTarget> =>
            options.Forward(input, linearWeight, target, linearBias, sampleWeights, products);
    }
}
