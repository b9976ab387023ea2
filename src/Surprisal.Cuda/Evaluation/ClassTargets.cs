namespace Surprisal.Cuda;

/// <summary>
/// The launches that come first where targets are class indices: each is checked, sample weights become doubles, and what a mean divides by
/// is known.
/// </summary>
internal static class ClassTargets
{
    /// <param name="device">What runs it.</param>
    /// <param name="memory">Of the evaluation.</param>
    /// <param name="loss">How it is reduced.</param>
    /// <param name="ignored">The target that does not count.</param>
    /// <param name="type">Of the weights.</param>
    /// <param name="positions">How many targets.</param>
    /// <param name="classes">How many classes.</param>
    /// <param name="weights">One for each class, or 0.</param>
    /// <param name="targets">Where they lie.</param>
    /// <param name="sampleWeights">One for each position, or 0.</param>
    /// <param name="state">What an evaluation finds.</param>
    /// <returns>The targets as int, -1 where a position does not count, and the sample weights as doubles, or 0.</returns>
    public static (ulong Targets, ulong SampleWeights) Start<TTarget>(
        ICudaDevice device,
        DeviceScratch memory,
        Loss loss,
        long ignored,
        ElementType type,
        int positions,
        int classes,
        ulong weights,
        ulong targets,
        ulong sampleWeights,
        ulong state)
        where TTarget : unmanaged
    {
        device.Launch(TargetKernels.Module, TargetKernels.Begin, 1, 0, state);
        var (checkedTargets, counts) = (memory.Of(4L * positions), sampleWeights == 0 ? 0 : memory.Of(8L * positions));
        TargetKernels.Check<TTarget>(device, targets, positions, classes, ignored, checkedTargets, state);
        if (counts != 0) WeightKernels.Run(device, type, sampleWeights, counts, checkedTargets, positions);
        MeanDivisor.OfIndices(device, memory, loss, type, checkedTargets, positions, weights, counts, state);
        return (checkedTargets, counts);
    }
}
