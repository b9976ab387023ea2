namespace Surprisal.Cuda;

/// <summary>Tensors to a GPU, and losses and softmax on them.</summary>
public static class CudaExtensions
{
    /// <summary>
    /// A copy of the tensor in the memory of a GPU. Where the tensor requires a gradient the copy does: it arrives at the copy's
    /// <see cref="CudaTensor{T}.Grad"/>, not at the tensor's.
    /// </summary>
    /// <param name="tensor">Any shape; float, double, Half, BFloat16 or an integer type.</param>
    /// <param name="device">The number of the GPU. Default 0.</param>
    /// <exception cref="CudaException">No driver, no such GPU, or not enough memory.</exception>
    public static CudaTensor<T> Cuda<T>(this Tensor<T> tensor, int device = 0) where T : unmanaged, INumber<T>
    {
        var copy = CudaTensor<T>.New(CudaDevices.Get(device), tensor.Shape, tensor.AsReadOnlySpan());
        copy.RequiresGrad = tensor.RequiresGrad;
        return copy;
    }

    /// <summary>
    /// A loss over class indices on a GPU, reduced, and on request its gradient and the losses of the samples: the bits of
    /// <see cref="ClassIndexLoss.Evaluate{T, TTarget}(in System.Numerics.Tensors.ReadOnlyTensorSpan{T}, in
    /// System.Numerics.Tensors.ReadOnlyTensorSpan{TTarget}, in System.Numerics.Tensors.TensorSpan{T}, in
    /// System.Numerics.Tensors.TensorSpan{T}, in System.Numerics.Tensors.ReadOnlyTensorSpan{T})"/>
    /// up to which NaN a NaN is.
    /// </summary>
    /// <param name="loss"><see cref="CrossEntropyLoss"/>, <see cref="SoftmaxFocalLoss"/> or <see cref="NllLoss"/>.</param>
    /// <param name="logits">(C), (N, C) or (N, C, d1 .. dK); float, double, Half or BFloat16.</param>
    /// <param name="targets">(1), (N) or (N, d1 .. dK) of any integer type, each 0 .. C - 1 or the ignored index.</param>
    /// <param name="gradient">Receives the derivative of the result with respect to each logit; the logits' shape, and may be the logits.
    /// Null for none.</param>
    /// <param name="losses">Receives the samples' losses; the targets' shape. Null for none.</param>
    /// <param name="sampleWeights">How often each sample counts, also in the divisor; a sample of weight 0 is ignored. The targets' shape:
    /// nothing broadcasts here. Null for all 1.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, tensors of different GPUs, or outputs that overlap an input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class, with its position; nothing has been written.</exception>
    /// <exception cref="NotSupportedException">An option that has no kernel yet, or a row of more than 262,144 classes.</exception>
    /// <exception cref="InvalidOperationException">An empty mean, where <see cref="Loss.WhenEmpty"/> makes it an error.</exception>
    /// <exception cref="CudaException">An error of the driver, or not enough memory.</exception>
    public static LossResult Evaluate<T, TTarget>(
        this ClassIndexLoss loss,
        CudaTensor<T> logits,
        CudaTensor<TTarget> targets,
        CudaTensor<T>? gradient = null,
        CudaTensor<T>? losses = null,
        CudaTensor<T>? sampleWeights = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var shape = CudaArguments.Check(loss, logits, targets, gradient, losses, sampleWeights);
        var device = logits.Device;
        if (shape.IsEmpty) return shape.ResultOfNothing(loss, logits, targets, losses, sampleWeights);
        var state = new ClassEvaluation(device, loss, shape.Samples, shape.Classes, shape.Inner).Run<T, TTarget>(
            logits.Address, targets.Address, gradient?.Address ?? 0, losses?.Address ?? 0, sampleWeights?.Address ?? 0);
        return shape.Result(loss, loss.IgnoreIndex, state, targets);
    }

    /// <summary>Cross-entropy with class probabilities on a GPU, with the CPU's bits up to which NaN a NaN is.</summary>
    /// <param name="loss">The loss and its options.</param>
    /// <param name="logits">(C), (N, C) or (N, C, d1 .. dK); float, double, Half or BFloat16.</param>
    /// <param name="targets">Probabilities in the logits' shape, used as they are: nothing checks that they are positive or add up to
    /// 1.</param>
    /// <param name="gradient">Receives the derivative of the result with respect to each logit; the logits' shape, and may be the logits.
    /// Null for none.</param>
    /// <param name="losses">Receives the samples' losses; the logits' shape without the classes. Null for none.</param>
    /// <param name="sampleWeights">How often each sample counts, also in the divisor; a sample of weight 0 is ignored. The losses' shape:
    /// nothing broadcasts here. Null for all 1.</param>
    /// <param name="targetGradient">Receives the derivative with respect to each probability; the logits' shape. Null for none.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, tensors of different GPUs, or outputs that overlap an input.</exception>
    /// <exception cref="NotSupportedException">A row of more than 262,144 classes.</exception>
    /// <exception cref="InvalidOperationException">An <see cref="ClassIndexLoss.IgnoreIndex"/> of 0 or more, which probabilities cannot
    /// have; or an empty mean where that is an error.</exception>
    /// <exception cref="CudaException">An error of the driver, or not enough memory.</exception>
    public static LossResult Evaluate<T>(
        this CrossEntropyLoss loss,
        CudaTensor<T> logits,
        CudaTensor<T> targets,
        CudaTensor<T>? gradient = null,
        CudaTensor<T>? losses = null,
        CudaTensor<T>? sampleWeights = null,
        CudaTensor<T>? targetGradient = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var shape = CudaArguments.Check(loss, logits, targets, gradient, losses, sampleWeights, targetGradient);
        if (shape.IsEmpty) return CudaShape.ResultOfNothing(loss, logits, losses, sampleWeights);
        var evaluation = new ProbabilityEvaluation(logits.Device, loss, shape);
        using var memory = new DeviceScratch(logits.Device);
        return evaluation.Result(evaluation.Start<T>(memory, logits.Address, targets.Address, gradient?.Address ?? 0,
            losses?.Address ?? 0, sampleWeights?.Address ?? 0, targetGradient?.Address ?? 0));
    }

    /// <summary>A loss whose targets are numbers on a GPU, with the CPU's bits up to which NaN a NaN is.</summary>
    /// <param name="loss">Any of them but the losses of regions.</param>
    /// <param name="inputs">Any shape; float, double, Half or BFloat16.</param>
    /// <param name="targets">The inputs' shape: nothing broadcasts here.</param>
    /// <param name="gradient">Receives the derivative of the result with respect to each input; the inputs' shape, and may be the inputs.
    /// Null for none.</param>
    /// <param name="losses">Receives the losses before the reduction; the inputs' shape, of <see cref="MultiLabelSoftMarginLoss"/> without
    /// the last dimension. Null for none.</param>
    /// <param name="sampleWeights">How often each loss counts, also in the divisor; one of weight 0 is ignored. The losses' shape. Null for
    /// all 1.</param>
    /// <param name="targetGradient">Receives the derivative with respect to each target; the inputs' shape. Null for none.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, tensors of different GPUs, or outputs that overlap an input or each
    /// other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An input or target of <see cref="BceLoss"/> outside of [0, 1], with its position;
    /// nothing has been written.</exception>
    /// <exception cref="NotSupportedException">Targets that would have to be repeated.</exception>
    /// <exception cref="InvalidOperationException">An empty mean, where <see cref="Loss.WhenEmpty"/> makes it an error.</exception>
    /// <exception cref="CudaException">An error of the driver, or not enough memory.</exception>
    public static LossResult Evaluate<T>(
        this DenseLoss loss,
        CudaTensor<T> inputs,
        CudaTensor<T> targets,
        CudaTensor<T>? gradient = null,
        CudaTensor<T>? losses = null,
        CudaTensor<T>? sampleWeights = null,
        CudaTensor<T>? targetGradient = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var shape = CudaArguments.Check(loss, inputs, targets, gradient, losses, sampleWeights, targetGradient);
        if (shape.Elements == 0) return shape.ResultOfNothing(loss, losses, sampleWeights, inputs.Device);
        using var memory = new DeviceScratch(inputs.Device);
        var state = new DenseEvaluation(inputs.Device, loss, shape).Start<T>(memory, inputs.Address, targets.Address,
            gradient?.Address ?? 0, losses?.Address ?? 0, sampleWeights?.Address ?? 0, targetGradient?.Address ?? 0);
        return shape.Result(loss, ClassEvaluation.Read(inputs.Device, state), inputs, targets);
    }

    /// <summary>A loss over regions on a GPU, with the CPU's bits up to which NaN a NaN is.</summary>
    /// <param name="loss"><see cref="DiceLoss"/>, <see cref="JaccardLoss"/> or <see cref="TverskyLoss"/>.</param>
    /// <param name="logits">(C), (N, C) or (N, C, d1 .. dK); float, double, Half or BFloat16. Computed in double.</param>
    /// <param name="targets">(1), (N) or (N, d1 .. dK) of any integer type, each 0 .. C - 1 or the ignored index.</param>
    /// <param name="gradient">Receives the derivative of the result with respect to each logit; the logits' shape, and may be the logits.
    /// Null for none.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, tensors of different GPUs, or a gradient that overlaps an
    /// input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class, with its position; nothing has been written.</exception>
    /// <exception cref="InvalidOperationException">An empty mean, where <see cref="Loss.WhenEmpty"/> makes it an error.</exception>
    /// <exception cref="CudaException">An error of the driver, or not enough memory.</exception>
    public static LossResult Evaluate<T, TTarget>(
        this RegionLoss loss, CudaTensor<T> logits, CudaTensor<TTarget> targets, CudaTensor<T>? gradient = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var shape = CudaArguments.Check(logits, targets, gradient);
        if (shape.IsEmpty) return shape.ResultOfNothing(loss, logits, targets);
        using var memory = new DeviceScratch(logits.Device);
        var state = new RegionEvaluation(logits.Device, loss, shape).Start<T, TTarget>(
            memory, logits.Address, targets.Address, gradient?.Address ?? 0, throughFloat: false);
        return shape.Result(loss, loss.IgnoreIndex, ClassEvaluation.Read(logits.Device, state), targets);
    }

    /// <summary>exp(x) / sum exp(x) along a dimension, with the CPU's bits up to which NaN a NaN is.</summary>
    /// <param name="x">float, double, Half or BFloat16; any shape with a dimension.</param>
    /// <param name="dim">The dimension; -1 is the last.</param>
    /// <param name="destination">Receives the result; the shape of <paramref name="x"/>, and may be its memory. Null for new
    /// memory.</param>
    /// <returns><paramref name="destination"/>, or the new tensor. The work may go on when it returns; <see cref="CudaTensor{T}.Cpu"/>
    /// waits.
    /// </returns>
    /// <exception cref="ArgumentException">Shapes that do not fit, or memory that overlaps in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    /// <exception cref="NotSupportedException">More than 262,144 elements along the last dimension.</exception>
    public static CudaTensor<T> Softmax<T>(this CudaTensor<T> x, int dim, CudaTensor<T>? destination = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Softmax(x, dim, destination, isLog: false);

    /// <summary>The logarithm of <see cref="Softmax{T}(CudaTensor{T}, int, CudaTensor{T})"/>, without its loss of digits.</summary>
    /// <inheritdoc cref="Softmax{T}(CudaTensor{T}, int, CudaTensor{T})"/>
    public static CudaTensor<T> LogSoftmax<T>(this CudaTensor<T> x, int dim, CudaTensor<T>? destination = null)
        where T : unmanaged, IFloatingPointIeee754<T> => Softmax(x, dim, destination, isLog: true);

    private static CudaTensor<T> Softmax<T>(CudaTensor<T> x, int dim, CudaTensor<T>? destination, bool isLog)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ElementType.Of<T>();
        var shape = CudaShape.Along(x.Shape, dim);
        CudaArguments.CheckOutput(destination, nameof(destination), x.Shape, nameof(x), x.Device);
        CudaArguments.CheckApart(destination, nameof(destination), x, nameof(x), maySame: true);
        x.Begin();
        destination?.Begin();
        destination ??= CudaTensor<T>.New(x.Device, x.Shape, []);
        SoftmaxEvaluation.Run<T>(x.Device, x.Address, destination.Address, shape, isLog);
        return destination;
    }
}
