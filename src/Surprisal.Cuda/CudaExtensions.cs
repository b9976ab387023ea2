using System.Runtime.InteropServices;

namespace Surprisal.Cuda;

/// <summary>Tensors to a GPU, and losses and softmax on them.</summary>
public static class CudaExtensions
{
    /// <summary>A copy of the tensor in the memory of a GPU.</summary>
    /// <param name="tensor">Any shape; float, double, Half, BFloat16 or an integer type.</param>
    /// <param name="device">The number of the GPU. Default 0.</param>
    /// <exception cref="CudaException">No driver, no such GPU, or not enough memory.</exception>
    public static CudaTensor<T> Cuda<T>(this Tensor<T> tensor, int device = 0) where T : unmanaged, INumber<T> =>
        CudaTensor<T>.New(CudaDevices.Get(device), tensor.Shape, tensor.AsReadOnlySpan());

    /// <summary>
    /// A loss over class indices on a GPU, reduced, and on request its gradient and the losses of the samples: the bits of
    /// <see cref="ClassIndexLoss.Evaluate{T, TTarget}(in System.Numerics.Tensors.ReadOnlyTensorSpan{T}, in
    /// System.Numerics.Tensors.ReadOnlyTensorSpan{TTarget}, in System.Numerics.Tensors.TensorSpan{T}, in
    /// System.Numerics.Tensors.TensorSpan{T}, in System.Numerics.Tensors.ReadOnlyTensorSpan{T})"/>
    /// up to which NaN a NaN is.
    /// </summary>
    /// <param name="loss"><see cref="CrossEntropyLoss"/> or <see cref="NllLoss"/>.</param>
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
        var shape = CudaShape.Of(loss, logits.Shape, targets.Shape);
        ElementType.Of<T>();
        TargetType.Of<TTarget>();
        var device = logits.Device;
        CheckOutput(gradient, nameof(gradient), logits.Shape, nameof(logits), device);
        CheckOutput(losses, nameof(losses), targets.Shape, nameof(targets), device);
        CheckOutput(sampleWeights, nameof(sampleWeights), targets.Shape, nameof(targets), device);
        if (!ReferenceEquals(targets.Device, device))
            throw new ArgumentException("targets are on another GPU than the logits.", nameof(targets));
        CheckApart(gradient, nameof(gradient), logits, nameof(logits), maySame: true);
        CheckApart(gradient, nameof(gradient), targets, nameof(targets), maySame: false);
        CheckApart(losses, nameof(losses), logits, nameof(logits), maySame: false);
        CheckApart(losses, nameof(losses), targets, nameof(targets), maySame: false);
        if (gradient is not null) CheckApart(losses, nameof(losses), gradient, nameof(gradient), maySame: false);
        if (sampleWeights is not null)
        {
            CheckApart(gradient, nameof(gradient), sampleWeights, nameof(sampleWeights), maySame: false);
            CheckApart(losses, nameof(losses), sampleWeights, nameof(sampleWeights), maySame: false);
        }
        shape.CheckKernels(loss);

        logits.Begin();
        targets.Begin();
        gradient?.Begin();
        losses?.Begin();
        sampleWeights?.Begin();
        if (shape.Positions == 0 || shape.Classes == 0)
        {
            // nothing to read on the device: the library makes the value of nothing
            var empty = new TTarget[shape.Positions];
            device.Read(targets.Address, MemoryMarshal.AsBytes(empty.AsSpan()));
            return loss.Evaluate<T, TTarget>(new(new T[logits.Shape.ElementCount], logits.Shape.ToLengths()),
                new(empty, targets.Shape.ToLengths()));
        }
        var state = new ClassEvaluation(device, loss, shape.Samples, shape.Classes, shape.Inner)
            .Run<T, TTarget>(logits.Address, targets.Address, gradient?.Address ?? 0, losses?.Address ?? 0, sampleWeights?.Address ?? 0);
        if (state.FirstBad != ulong.MaxValue)
        {
            TTarget bad = default;
            device.Read(targets.Address + state.FirstBad * (ulong)Marshal.SizeOf<TTarget>(),
                MemoryMarshal.AsBytes(new Span<TTarget>(ref bad)));
            throw shape.BadTarget((long)state.FirstBad, bad.ToString()!, targets.Shape, loss.IgnoreIndex);
        }
        return CudaShape.Result(loss, state);
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
        CheckOutput(destination, nameof(destination), x.Shape, nameof(x), x.Device);
        CheckApart(destination, nameof(destination), x, nameof(x), maySame: true);
        x.Begin();
        destination?.Begin();
        destination ??= CudaTensor<T>.New(x.Device, x.Shape, []);
        SoftmaxEvaluation.Run<T>(x.Device, x.Address, destination.Address, shape, isLog);
        return destination;
    }

    private static void CheckOutput<T>(CudaTensor<T>? output, string name, TensorShape shape, string like, ICudaDevice device)
        where T : unmanaged, INumber<T>
    {
        if (output is null) return;
        if (output.Shape != shape) throw new ArgumentException($"{name} has shape {output.Shape}; it needs that of {like}, {shape}.", name);
        if (!ReferenceEquals(output.Device, device)) throw new ArgumentException($"{name} is on another GPU than the logits.", name);
    }

    /// <summary>Refuses an output that overlaps other memory, unless it is exactly that.</summary>
    private static void CheckApart<T, TOther>(CudaTensor<T>? output, string name, CudaTensor<TOther> other, string otherName, bool maySame)
        where T : unmanaged, INumber<T>
        where TOther : unmanaged, INumber<TOther>
    {
        if (output is null || output.Shape.ElementCount == 0 || other.Shape.ElementCount == 0) return;
        var (start, end) = (output.Address, output.Address + (ulong)output.Shape.ElementCount * (ulong)Marshal.SizeOf<T>());
        var (otherStart, otherEnd) = (other.Address, other.Address + (ulong)other.Shape.ElementCount * (ulong)Marshal.SizeOf<TOther>());
        if (start < otherEnd && otherStart < end && !(maySame && start == otherStart && end == otherEnd))
            throw new ArgumentException(
                $"{name} overlaps {otherName}{(maySame ? " in part; it may be exactly their memory, or none of it" : "")}.", name);
    }
}
