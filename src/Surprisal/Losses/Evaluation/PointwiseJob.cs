using Surprisal.Kernels;

namespace Surprisal;

/// <summary>A formula over a task's elements, cut into blocks of equal size; weights that broadcast cut a block into runs.</summary>
internal readonly ref struct PointwiseJob<T, TFormula>(DenseTask<T> task, TFormula formula, double scale, ElementWeights? weight, ElementWeights? positive) : IParallelSum
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFormula : struct, IPointwise<T>
{
    private const int Block = 16_384;

    private readonly DenseTask<T> task = task;
    private readonly BroadcastView<T> weights = new(weight, task.Lengths), positives = new(positive, task.Lengths);

    public static double Run(ref PointwiseJob<T, TFormula> job) => Partition.Sum((job.task.Inputs.Length + Block - 1) / Block, 4 * Block, ref job);

    /// <inheritdoc/>
    public double Run(int block)
    {
        var (sum, end) = (default(CompensatedSum), Math.Min(task.Inputs.Length, (block + 1) * Block));
        var run = (int)Math.Min(task.Inputs.Length, Math.Min(weights.Run, positives.Run));
        for (int start = block * Block, length; start < end; start += length)
        {
            length = Math.Min(end - start, run - start % run);
            sum.Add(Pointwise.Run(formula, new PointwiseOperands<T>(Part(task.Inputs, start, length), Part(task.Targets, start, length))
            {
                P = positives.Slice(start, length),
                W = weights.Slice(start, length),
                S = Part(task.SampleWeights, start, length),
                Scale = T.CreateTruncating(scale),
                Gradient = Part(task.Gradient, start, length),
                TargetGradient = Part(task.TargetGradient, start, length),
                Losses = Part(task.Losses, start, length),
            }));
        }
        return sum.Value;
    }

    private static ReadOnlySpan<T> Part(ReadOnlySpan<T> whole, int start, int length) => whole.IsEmpty ? whole : whole.Slice(start, length);

    private static Span<T> Part(Span<T> whole, int start, int length) => whole.IsEmpty ? whole : whole.Slice(start, length);
}
