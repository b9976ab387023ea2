using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Surprisal.Cuda;

/// <summary>The evaluation of nothing, which the library makes on the host: there are no inputs, but there may be losses.</summary>
internal static class HostEvaluation
{
    /// <summary>Evaluates into losses, with sample weights or none.</summary>
    public delegate LossResult Of<T>(in TensorSpan<T> losses, in ReadOnlyTensorSpan<T> sampleWeights);

    /// <summary>Fetches the sample weights, evaluates, and stores the losses.</summary>
    public static LossResult Run<T>(
        ICudaDevice device, TensorShape shape, CudaTensor<T>? losses, CudaTensor<T>? sampleWeights, Of<T> evaluate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (each, counts) = (new T[shape.ElementCount], new T[shape.ElementCount]);
        var lengths = shape.Rank == 0 ? [1] : shape.ToLengths();
        if (sampleWeights is not null) device.Read(sampleWeights.Address, MemoryMarshal.AsBytes(counts.AsSpan()));
        var result = evaluate(new TensorSpan<T>(each, lengths),
            sampleWeights is null ? default : new ReadOnlyTensorSpan<T>(counts, lengths));
        if (losses is not null) device.Write(losses.Address, MemoryMarshal.AsBytes(each.AsSpan()));
        return result;
    }
}
