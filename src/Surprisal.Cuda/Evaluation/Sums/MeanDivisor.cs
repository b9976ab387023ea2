namespace Surprisal.Cuda;

/// <summary>
/// What the mean of losses divides by, and the scale of their gradients: from how many there are, or from the sum of their sample weights
/// as the library adds numbers.
/// </summary>
internal static class MeanDivisor
{
    /// <summary>The numbers that the library adds up together where it adds numbers only.</summary>
    private const int SumBlock = 65_536;

    /// <param name="device">What runs it.</param>
    /// <param name="memory">Of the evaluation.</param>
    /// <param name="loss">How it is reduced.</param>
    /// <param name="type">Of the sample weights.</param>
    /// <param name="sampleWeights">One for each loss, or 0.</param>
    /// <param name="losses">How many losses there are.</param>
    /// <param name="batch">Where a mean is over the batch: its size, of which sample weights are a part. Else null.</param>
    /// <param name="state">Where it goes.</param>
    public static void Start(
        ICudaDevice device, DeviceScratch memory, Loss loss, ElementType type, ulong sampleWeights, int losses, int? batch, ulong state)
    {
        if (sampleWeights != 0)
        {
            var blocks = Runs.OfBlocks(losses, SumBlock);
            LossSum.Total(device, memory, blocks.Sums(device, memory, type, sampleWeights, state, isCounted: true), blocks.Blocks, state);
        }
        device.Launch(DivisorKernels.Module, DivisorKernels.Settle, 1, 0, sampleWeights != 0 ? 1U : 0U, IsMean(loss),
            (double)(batch ?? losses), (double)(batch ?? 1), (double)(batch is null ? 1 : losses), loss.Normalizer ?? 0, EmptyScale(loss),
            EmptyIsError(loss), state);
    }

    /// <summary>The same of class indices, whose weights count too: their sum in order.</summary>
    /// <param name="device">What runs it.</param>
    /// <param name="memory">Of the evaluation.</param>
    /// <param name="loss">How it is reduced.</param>
    /// <param name="type">Of the weights.</param>
    /// <param name="targets">The classes as int, -1 where a position is ignored.</param>
    /// <param name="positions">How many.</param>
    /// <param name="weights">One for each class, or 0.</param>
    /// <param name="sampleWeights">One for each position in double, or 0.</param>
    /// <param name="state">Where it goes.</param>
    public static void OfIndices(
        ICudaDevice device,
        DeviceScratch memory,
        Loss loss,
        ElementType type,
        ulong targets,
        int positions,
        ulong weights,
        ulong sampleWeights,
        ulong state)
    {
        var terms = weights == 0 && sampleWeights == 0 ? 0 : memory.Of(8L * positions);
        if (terms != 0)
        {
            var grid = Math.Min(Pieces.Of(positions, DivisorKernels.Threads), 8 * device.Processors);
            var name = type.IsDouble ? DivisorKernels.WeighName<F64>() : DivisorKernels.WeighName<F32>();
            device.Launch(DivisorKernels.Module, name, grid, 0, targets, weights, sampleWeights, terms, (uint)positions, state);
        }
        device.Launch(DivisorKernels.Module, DivisorKernels.Divisor, 1, 0, terms, (uint)positions, DivisorKernels.ExactFrom(positions),
            IsMean(loss), loss.Normalizer ?? 0, EmptyScale(loss), EmptyIsError(loss), state);
    }

    /// <summary>Whether it is one, as kernels get it.</summary>
    public static uint IsMean(Loss loss) => loss.Reduction is Reduction.Mean or Reduction.BatchMean ? 1U : 0U;

    /// <summary>The scale of the gradient of a mean over nothing.</summary>
    public static double EmptyScale(Loss loss) => loss.WhenEmpty == EmptyMean.Zero ? 0 : double.NaN;

    /// <summary>Whether nothing may be written where a mean is over nothing.</summary>
    public static ulong EmptyIsError(Loss loss) =>
        IsMean(loss) != 0 && loss.Normalizer is null && loss.WhenEmpty == EmptyMean.Error ? 1UL : 0UL;
}
