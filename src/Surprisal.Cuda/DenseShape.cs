using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Surprisal.Cuda;

/// <summary>The shapes of a loss whose targets are numbers, checked in PyTorch's words as the library does.</summary>
/// <param name="Inputs">The inputs' shape, which the targets have too.</param>
/// <param name="Losses">That of the losses before the reduction.</param>
internal sealed record DenseShape(TensorShape Inputs, TensorShape Losses)
{
    /// <summary>The weights of the elements, or null.</summary>
    public BroadcastWeights? Weights { get; private init; }

    /// <summary>The weights of their positive parts, or null.</summary>
    public BroadcastWeights? PosWeights { get; private init; }

    /// <summary>How many elements a loss is the mean of.</summary>
    public int Classes => Losses.ElementCount == 0 ? 0 : (int)(Inputs.ElementCount / Losses.ElementCount);

    public int Elements => (int)Inputs.ElementCount;

    public int LossCount => (int)Losses.ElementCount;

    public int Batch => Inputs.Rank == 0 ? 1 : Inputs[0];

    /// <exception cref="ArgumentException">Shapes that do not fit, in PyTorch's words.</exception>
    /// <exception cref="NotSupportedException">Targets that would have to be repeated.</exception>
    public static DenseShape Of(DenseLoss loss, TensorShape inputs, TensorShape targets)
    {
        var hasRows = loss is MultiLabelSoftMarginLoss;
        if (targets != inputs || (hasRows && inputs.Rank == 0)) Refuse(loss, inputs, targets);
        var (weight, posWeight) = loss switch
        {
            BceLoss options => (options.Weight, null),
            BceWithLogitsLoss options => (options.Weight, options.PosWeight),
            MultiLabelSoftMarginLoss options => (options.Weight, null),
            _ => default,
        };
        var shape = new DenseShape(inputs, hasRows ? TensorShape.Create(inputs.AsSpan()[..^1]) : inputs)
        {
            Weights = weight is null ? null : BroadcastWeights.Of(weight, inputs),
            PosWeights = posWeight is null ? null : BroadcastWeights.Of(posWeight, inputs),
        };
        if ((weight is not null && shape.Weights is null) || (posWeight is not null && shape.PosWeights is null))
            Refuse(loss, inputs, targets);
        return shape;
    }

    /// <summary>The value of nothing, which the library makes, and the losses of rows without classes.</summary>
    public LossResult ResultOfNothing<T>(DenseLoss loss, CudaTensor<T>? losses, CudaTensor<T>? sampleWeights, ICudaDevice device)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var nothing = Array.Empty<T>();
        return HostEvaluation.Run(device, Losses, losses, sampleWeights, (in each, in counts) =>
            loss.Evaluate(new ReadOnlyTensorSpan<T>(nothing, Inputs.ToLengths()), new ReadOnlyTensorSpan<T>(nothing, Inputs.ToLengths()),
                default, each, counts));
    }

    /// <summary>What the loss returns for what the kernels found.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number that is no probability.</exception>
    /// <exception cref="InvalidOperationException">An empty mean, where that is an error.</exception>
    public LossResult Result<T>(DenseLoss loss, EvaluationState state, CudaTensor<T> inputs, CudaTensor<T> targets)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (state.FirstBad == ulong.MaxValue) return CudaShape.Result(loss, state);
        var isInput = state.FirstBad < (ulong)Elements;
        var (tensor, at) = (isInput ? inputs : targets, state.FirstBad - (isInput ? 0 : (ulong)Elements));
        T bad = default;
        if (!tensor.IsDisposed)
            tensor.Device.Read(tensor.Address + at * (ulong)Marshal.SizeOf<T>(), MemoryMarshal.AsBytes(new Span<T>(ref bad)));
        var value = tensor.IsDisposed ? "(given back)" : typeof(T) == typeof(double) ? $"{bad}" : $"{float.CreateTruncating(bad)}";
        var (which, name, advice) = isInput
            ? ("input", nameof(inputs), "; logits go to BceWithLogitsLoss")
            : ("target", nameof(targets), "");
        throw new ArgumentOutOfRangeException(name, $"all elements of {which} should be between 0 and 1: " +
            $"{name}[{CudaShape.Position((long)at, Inputs)}] = {value} is no probability{advice}.");
    }

    /// <summary>Throws what the library throws, which looks at the shapes first; a single number stands for all elements.</summary>
    private static void Refuse(DenseLoss loss, TensorShape inputs, TensorShape targets)
    {
        float[] one = [0];
        loss.Evaluate(Repeated(inputs), Repeated(targets));
        throw new NotSupportedException(
            $"targets have shape {targets}, the inputs {inputs}; a GPU repeats nothing: give the targets the inputs' shape.");

        ReadOnlyTensorSpan<float> Repeated(TensorShape shape) => new(one, shape.ToLengths(), new nint[shape.Rank]);
    }
}
