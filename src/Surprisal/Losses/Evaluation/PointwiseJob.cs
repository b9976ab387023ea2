using Surprisal.Kernels;

namespace Surprisal;

/// <summary>
/// The sum of a formula over a task's elements, in blocks of equal size; weights that broadcast cut a block into runs that share them.
/// </summary>
internal readonly ref struct PointwiseJob<T, TFormula>(
    DenseTask<T> task, TFormula formula, double scale, ElementWeights? weight, ElementWeights? posWeight) : IParallelSum
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFormula : struct, IPointwise<T>
{
    private const int Block = 16_384;

    private readonly DenseTask<T> task = task;
    private readonly BroadcastView<T> weights = new(weight, task.Lengths), posWeights = new(posWeight, task.Lengths);

    /// <summary>Evaluates all blocks and returns the sum of the losses.</summary>
    public static double Run(ref PointwiseJob<T, TFormula> job) =>
        Partition.Sum((job.task.Inputs.Length + Block - 1) / Block, 4 * Block, ref job);

    /// <inheritdoc/>
    public double Run(int block)
    {
        var (sum, end) = (default(CompensatedSum), Math.Min(task.Inputs.Length, (block + 1) * Block));
        var runLength = (int)Math.Min(task.Inputs.Length, Math.Min(weights.RunLength, posWeights.RunLength));
        for (int start = block * Block, length; start < end; start += length)
        {
            length = Math.Min(end - start, runLength - start % runLength);
            sum.Add(Pointwise.Evaluate(formula, task.Operands(start, length, scale) with
            {
                PosWeight = posWeights.Slice(start, length), Weight = weights.Slice(start, length),
            }));
        }
        return sum.Value;
    }
}
