namespace Surprisal.Cuda;

/// <summary>Which rows of linear cross-entropy count, and what a mean over them divides by: launches that come first.</summary>
internal static class LinearTargets
{
    /// <summary>The rows that count, on the device.</summary>
    /// <param name="Count">How many, as a uint.</param>
    /// <param name="Rows">Their numbers, ascending.</param>
    /// <param name="Classes">Their targets.</param>
    /// <param name="Places">Of each row its place among them, -1 for none.</param>
    internal readonly record struct Used(ulong Count, ulong Rows, ulong Classes, ulong Places);

    /// <summary>The targets as int, -1 where a row does not count, and the sample weights as doubles, or 0.</summary>
    public static (ulong Targets, ulong SampleWeights) Check<TTarget>(
        ICudaDevice device,
        DeviceScratch memory,
        LinearCrossEntropyLoss loss,
        ElementType type,
        LinearSizes sizes,
        ulong weights,
        ulong targets,
        ulong sampleWeights,
        ulong state)
        where TTarget : unmanaged
    {
        device.Launch(TargetKernels.Module, TargetKernels.Begin, 1, 0, state);
        var checkedTargets = memory.Of(4L * sizes.Rows);
        TargetKernels.Check<TTarget>(device, targets, sizes.Rows, sizes.Classes, loss.IgnoreIndex, checkedTargets, state);
        var counts = sampleWeights == 0 ? 0 : memory.Of(8L * sizes.Rows);
        if (counts != 0)
            device.Launch(WeightKernels.Module, WeightKernels.Of(type), Pieces(sizes.Rows, WeightKernels.Threads), 0, sampleWeights, counts,
                checkedTargets, (uint)sizes.Rows);
        MeanDivisor.OfIndices(device, memory, loss, type, checkedTargets, sizes.Rows, weights, counts, state);
        return (checkedTargets, counts);
    }

    public static Used Collect(ICudaDevice device, DeviceScratch memory, LinearSizes sizes, ulong targets, ulong state)
    {
        var bytes = 4L * sizes.Rows;
        var used = new Used(memory.Of(4), memory.Of(bytes), memory.Of(bytes), memory.Of(bytes));
        device.Launch(UsedRowKernels.Module, UsedRowKernels.Collect, 1, 0, targets, (uint)sizes.Rows, used.Rows, used.Classes, used.Places,
            used.Count, state);
        return used;
    }

    private static int Pieces(int length, int size) => (int)(((long)length + size - 1) / size);
}
