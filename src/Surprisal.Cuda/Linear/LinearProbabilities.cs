namespace Surprisal.Cuda;

/// <summary>A probability for each row and class. All rows count but those of sample weight 0.</summary>
internal sealed class LinearProbabilities<T>(CudaTensor<T> targets) : LinearTargets<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public override ulong Probabilities => targets.Address;

    public override ICudaDevice Device => targets.Device;

    public override void Check(LinearCrossEntropyLoss loss, TensorShape hidden, TensorShape weight)
    {
        var shape = TensorShape.Create([.. hidden.AsSpan()[..^1], weight[0]]);
        if (targets.Shape != shape)
            throw Misfit($"targets has shape {targets.Shape}, but class probabilities of hidden {hidden} and weight " +
                $"{weight} need {shape}; class indices are integers: convert them to int or long.", nameof(targets));
        LinearSizes.CheckLength(shape, nameof(targets));
        CheckWeights(loss, weight[0]);
        if (loss.IgnoreIndex >= 0)
            throw new InvalidOperationException("ignore_index is not supported for floating point target: " +
                $"IgnoreIndex is {loss.IgnoreIndex}, and no probability is a class index; leave rows out by a sample weight of 0.");
    }

    public override void CheckApart(CudaTensor<T>? output, string name) =>
        CudaArguments.CheckApart(output, name, targets, nameof(targets), maySame: false);

    public override void Begin() => targets.Begin();

    public override (ulong Classes, ulong SampleWeights) Start(
        LinearCrossEntropyLoss loss, DeviceScratch memory, LinearSizes sizes, ulong weights, ulong sampleWeights, ulong state)
    {
        var (device, type) = (targets.Device, ElementType.Of<T>());
        device.Launch(TargetKernels.Module, TargetKernels.Begin, 1, 0, state);
        var (classes, counts) = (UsedRowKernels.Fill(device, memory, 0, sizes.Rows), sampleWeights == 0 ? 0 : memory.Of(8L * sizes.Rows));
        if (counts != 0) WeightKernels.Run(device, type, sampleWeights, counts, classes, sizes.Rows);
        MeanDivisor.Start(device, memory, loss, type, sampleWeights, sizes.Rows, batch: null, state);
        return (classes, counts);
    }
}
