namespace Surprisal.Cuda;

/// <summary>Losses of logits on a GPU on which Backward can be called: <c>loss.Forward(x, t)</c>, <c>F.CrossEntropy(x, t)</c>.</summary>
public static partial class CudaLossExtensions
{
    /// <summary>The loss of logits and class indices on a GPU, reduced. Returns before the GPU has computed it.</summary>
    /// <param name="loss"><see cref="CrossEntropyLoss"/>, <see cref="SoftmaxFocalLoss"/> or <see cref="NllLoss"/>, reduced to one
    /// number.</param>
    /// <param name="input">(C), (N, C) or (N, C, d1 .. dK); float, double, Half or BFloat16. Where it requires a gradient that is computed
    /// too, into memory of its own. It may be given back afterwards: the GPU keeps the order.</param>
    /// <param name="target">(1), (N) or (N, d1 .. dK) of any integer type, each 0 .. C - 1 or the ignored index.</param>
    /// <param name="sampleWeights">How often each sample counts, in the targets' shape. Null for all 1. No gradient.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, tensors of different GPUs, or no reduction.</exception>
    /// <exception cref="NotSupportedException">An option that has no kernel, or a row of more than 262,144 classes.</exception>
    /// <exception cref="CudaException">An error of the driver, or not enough memory.</exception>
    public static CudaLoss<T> Forward<T, TTarget>(
        this ClassIndexLoss loss,
        CudaTensor<T> input,
        CudaTensor<TTarget> target,
        CudaTensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        CheckReduction(loss);
        var shape = CudaArguments.Check(loss, input, target, null, null, sampleWeights);
        var gradient = input.RequiresGrad ? CudaTensor<T>.New(input.Device, input.Shape, []) : null;
        if (shape.IsEmpty) return new(input, gradient, null, 0, () => shape.ResultOfNothing(loss, input, target));
        var evaluation = new ClassEvaluation(input.Device, loss, shape.Samples, shape.Classes, shape.Inner);
        return Start(input, gradient,
            memory => evaluation.Start<T, TTarget>(
                memory, input.Address, target.Address, gradient?.Address ?? 0, 0, sampleWeights?.Address ?? 0),
            state => shape.Result(loss, ClassEvaluation.Read(input.Device, state), target));
    }

    /// <summary>Cross-entropy of logits and class probabilities on a GPU, reduced. Returns before the GPU has computed it.</summary>
    /// <param name="loss">The loss and its options, reduced to one number.</param>
    /// <param name="input">(C), (N, C) or (N, C, d1 .. dK); float, double, Half or BFloat16.</param>
    /// <param name="target">Probabilities in the logits' shape. No gradient: the CPU has one.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, tensors of different GPUs, or no reduction.</exception>
    /// <exception cref="NotSupportedException">A row of more than 262,144 classes.</exception>
    /// <exception cref="CudaException">An error of the driver, or not enough memory.</exception>
    public static CudaLoss<T> Forward<T>(this CrossEntropyLoss loss, CudaTensor<T> input, CudaTensor<T> target)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckReduction(loss);
        var shape = CudaArguments.Check(loss, input, target, null, null);
        var gradient = input.RequiresGrad ? CudaTensor<T>.New(input.Device, input.Shape, []) : null;
        if (shape.IsEmpty) return new(input, gradient, null, 0, () => CudaShape.ResultOfNothing(loss, input.Shape));
        var evaluation = new ProbabilityEvaluation(input.Device, loss, shape);
        return Start(input, gradient,
            memory => evaluation.Start<T>(memory, input.Address, target.Address, gradient?.Address ?? 0, 0),
            state =>
            {
                GC.KeepAlive(target);
                return evaluation.Result(state);
            });
    }

    internal static void CheckReduction(Loss loss)
    {
        if (loss.Reduction == Reduction.None)
            throw new ArgumentException("Reduction is None, which leaves no number to go backward from; " +
                "Evaluate(x, t, losses: each) gives the losses.", nameof(loss));
    }

    /// <summary>Starts the launches, whose memory the loss has from then on.</summary>
    private static CudaLoss<T> Start<T>(
        CudaTensor<T> input,
        CudaTensor<T>? gradient,
        Func<DeviceScratch, ulong> start,
        Func<ulong, LossResult> read)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Start<T>(input.Device, gradient is null ? [] : [(input, gradient)], start, read);

    /// <inheritdoc cref="Start{T}(CudaTensor{T}, CudaTensor{T}, Func{DeviceScratch, ulong}, Func{ulong, LossResult})"/>
    internal static CudaLoss<T> Start<T>(
        ICudaDevice device,
        IReadOnlyList<(CudaTensor<T> Input, CudaTensor<T> Gradient)> gradients,
        Func<DeviceScratch, ulong> start,
        Func<ulong, LossResult> read)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var memory = new DeviceScratch(device);
        try
        {
            var state = start(memory);
            return new(gradients, memory, state, () => read(state));
        }
        catch (CudaException)
        {
            memory.Dispose();
            foreach (var (_, gradient) in gradients) gradient.Dispose();
            throw;
        }
    }

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
            where TTarget : unmanaged, IBinaryInteger<TTarget> => options.Forward(input, target, sampleWeights);

        /// <inheritdoc cref="Forward{T}(CrossEntropyLoss, CudaTensor{T}, CudaTensor{T})"/>
        /// <param name="input">Logits: (C), (N, C) or (N, C, d1 .. dK).</param>
        /// <param name="target">Class probabilities in the logits' shape.</param>
        /// <param name="weight">See <see cref="ClassIndexLoss.Weight"/>. Default null: all 1.</param>
        /// <param name="reduction">The mean or the sum. Default the mean.</param>
        /// <param name="labelSmoothing">See <see cref="CrossEntropyLoss.LabelSmoothing"/>. Default 0.</param>
        public static CudaLoss<T> CrossEntropy<T>(
            CudaTensor<T> input,
            CudaTensor<T> target,
            ClassWeights? weight = null,
            Reduction reduction = Reduction.Mean,
            double labelSmoothing = 0)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            new CrossEntropyLoss { Weight = weight, Reduction = reduction, LabelSmoothing = labelSmoothing }.Forward(input, target);
    }
}
