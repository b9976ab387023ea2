using Surprisal.Kernels;

namespace Surprisal;

/// <summary>The sum of a formula of the differences of a task's inputs and targets, in blocks of equal size.</summary>
internal readonly ref struct DifferenceJob<T, TFormula>(DenseTask<T> task, TFormula formula, double scale) : IParallelSum
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFormula : struct, IDifference
{
    private const int Block = 16_384;

    private readonly DenseTask<T> task = task;

    /// <summary>Evaluates all blocks and returns the sum of the losses.</summary>
    public static double Run(ref DifferenceJob<T, TFormula> job) =>
        Partition.Sum((job.task.Inputs.Length + Block - 1) / Block, 4 * Block, ref job);

    /// <inheritdoc/>
    public double Run(int block)
    {
        var start = block * Block;
        return Differences.Evaluate(formula, task.Operands(start, Math.Min(task.Inputs.Length - start, Block), scale));
    }
}
