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
        var gradient = GradientOf(input);
        if (shape.IsEmpty)
            return new(Wanted((input, gradient)), null, 0, () => shape.ResultOfNothing(loss, input, target, null, sampleWeights));
        var evaluation = new ClassEvaluation(input.Device, loss, shape.Samples, shape.Classes, shape.Inner);
        return Start(input.Device, Wanted((input, gradient)),
            memory => evaluation.Start<T, TTarget>(
                memory, input.Address, target.Address, gradient?.Address ?? 0, 0, sampleWeights?.Address ?? 0),
            state => shape.Result(loss, loss.IgnoreIndex, ClassEvaluation.Read(input.Device, state), target));
    }

    /// <summary>Cross-entropy of logits and class probabilities on a GPU, reduced. Returns before the GPU has computed it.</summary>
    /// <param name="loss">The loss and its options, reduced to one number.</param>
    /// <param name="input">(C), (N, C) or (N, C, d1 .. dK); float, double, Half or BFloat16.</param>
    /// <param name="target">Probabilities in the logits' shape. Where they require a gradient, they receive one too.</param>
    /// <param name="sampleWeights">How often each sample counts, in the logits' shape without the classes. Null for all 1. No
    /// gradient.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, tensors of different GPUs, or no reduction.</exception>
    /// <exception cref="NotSupportedException">A row of more than 262,144 classes.</exception>
    /// <exception cref="CudaException">An error of the driver, or not enough memory.</exception>
    public static CudaLoss<T> Forward<T>(
        this CrossEntropyLoss loss, CudaTensor<T> input, CudaTensor<T> target, CudaTensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckReduction(loss);
        var shape = CudaArguments.Check(loss, input, target, null, null, sampleWeights, null);
        var (gradient, targetGradient) = (GradientOf(input), GradientOf(target));
        var gradients = Wanted((input, gradient), (target, targetGradient));
        if (shape.IsEmpty) return new(gradients, null, 0, () => CudaShape.ResultOfNothing(loss, input, null, sampleWeights));
        var evaluation = new ProbabilityEvaluation(input.Device, loss, shape);
        return Start(input.Device, gradients,
            memory => evaluation.Start<T>(memory, input.Address, target.Address, gradient?.Address ?? 0, 0, sampleWeights?.Address ?? 0,
                targetGradient?.Address ?? 0),
            state =>
            {
                GC.KeepAlive(target);
                return evaluation.Result(state);
            });
    }

    internal static void CheckReduction(Loss loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (loss.Reduction == Reduction.None)
            throw new ArgumentException("Reduction is None, which leaves no number to go backward from; " +
                "Evaluate(x, t, losses: each) gives the losses.", nameof(loss));
    }

    /// <summary>Memory for the gradient of a tensor that requires one.</summary>
    private static CudaTensor<T>? GradientOf<T>(CudaTensor<T> tensor) where T : unmanaged, IFloatingPointIeee754<T> =>
        tensor.RequiresGrad ? CudaTensor<T>.New(tensor.Device, tensor.Shape, []) : null;

    /// <summary>The gradients that are wanted.</summary>
    private static List<(CudaTensor<T> Input, CudaTensor<T> Gradient)> Wanted<T>(
        params ReadOnlySpan<(CudaTensor<T> Input, CudaTensor<T>? Gradient)> gradients)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var wanted = new List<(CudaTensor<T>, CudaTensor<T>)>();
        foreach (var (input, gradient) in gradients)
            if (gradient is not null)
                wanted.Add((input, gradient));
        return wanted;
    }

    /// <summary>Starts the launches, whose memory the loss has from then on.</summary>
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

    /// <summary>Refuses options that are null by the name that the caller knows them by.</summary>
    private static TLoss Given<TLoss>(TLoss options) where TLoss : Loss
    {
        ArgumentNullException.ThrowIfNull(options);
        return options;
    }
}
