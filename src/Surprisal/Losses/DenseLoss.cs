using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>A loss whose targets are numbers, one for each input: the binary and multi-label losses and the divergences.</summary>
public abstract partial record DenseLoss : Loss, IDenseLoss
{
    private protected DenseLoss(Reduction reduction = Reduction.Mean) : base(reduction) { }

    bool IDenseLoss.Broadcasts => Broadcasts;

    /// <summary>Whether targets may have a shape that broadcasts to the inputs'.</summary>
    private protected virtual bool Broadcasts => false;

    /// <summary>The loss, reduced, and on request its gradients and the losses before the reduction, in the same pass.</summary>
    /// <param name="inputs">Any shape. Half and BFloat16 are computed in float and rounded once.</param>
    /// <param name="targets">The shape of <paramref name="inputs"/>, or one that broadcasts to it where the loss's page says so.</param>
    /// <param name="gradient">Receives the derivative of the result with respect to each input; the inputs' shape, and may be exactly the
    /// inputs' memory. <c>default</c> for none.</param>
    /// <param name="losses">Receives the losses before the reduction; the shape that <see cref="Reduction.None"/> gives. <c>default</c> for
    /// none.</param>
    /// <param name="sampleWeights">How often each loss counts, also in the divisor; one of weight 0 is ignored whatever its input holds, so
    /// zeros and ones are an ignore mask. Broadcasts to the losses' shape. Negative ones are used as they are. Default: all 1.</param>
    /// <param name="targetGradient">Receives the derivative with respect to each target; the inputs' shape. <c>default</c> for
    /// none.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, numbers outside the loss's range, more than 2,000,000,000 elements, or
    /// outputs that overlap an input in part or each other.</exception>
    /// <exception cref="InvalidOperationException">An empty mean, where <see cref="Loss.WhenEmpty"/> makes it an error.</exception>
    [OverloadResolutionPriority(1)] // new(memory, shape) without a type is a tensor span
    public LossResult Evaluate<T>(
        in ReadOnlyTensorSpan<T> inputs,
        in ReadOnlyTensorSpan<T> targets,
        in TensorSpan<T> gradient = default,
        in TensorSpan<T> losses = default,
        in ReadOnlyTensorSpan<T> sampleWeights = default,
        in TensorSpan<T> targetGradient = default)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        DenseTask<T>.Evaluate(this, inputs, targets, gradient, losses, sampleWeights, targetGradient, ArgumentNames.OfInputs);

    LossResult IDenseLoss.Evaluate<T>(in DenseTask<T> task)
    {
        CheckValues(task);
        var divisor = DivisorOf(task);
        var sum = ComputeSum(task, Scale(divisor));
        return Result(sum, divisor);
    }

    void IDenseLoss.CheckShapes(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names) =>
        CheckShapes(inputs, targets, names);

    int IDenseLoss.ClassAxis(int rank) => ClassAxis(rank);

    /// <summary>Refuses shapes that do not fit, in PyTorch's words.</summary>
    private protected abstract void CheckShapes(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names);

    /// <summary>The axis over which the elements of one loss lie; -1 where each element has a loss of its own.</summary>
    private protected virtual int ClassAxis(int rank) => -1;

    /// <summary>Refuses numbers and weights that do not fit, before anything is written.</summary>
    private protected virtual void CheckValues<T>(in DenseTask<T> task) where T : unmanaged, IFloatingPointIeee754<T> { }

    /// <summary>
    /// Writes the outputs that the task asks for, the gradients times <paramref name="scale"/>, and returns the sum of the losses.
    /// </summary>
    private protected abstract double ComputeSum<T>(in DenseTask<T> task, double scale) where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>What the mean divides by: the number of losses, each as often as its sample weight says.</summary>
    private protected virtual Divisor DivisorOf<T>(in DenseTask<T> task) where T : unmanaged, IFloatingPointIeee754<T> =>
        Divisor.Of(LossCount(task.Inputs.Length, task.Lengths), task.SampleWeights);

    /// <summary>What the mean over inputs of this shape divides by, without sample weights: known before there are any.</summary>
    internal virtual double MeanDivisor(ReadOnlySpan<nint> shape)
    {
        nint count = 1;
        foreach (var length in shape) count *= length;
        return LossCount((int)count, shape);
    }

    /// <summary>The number of losses before the reduction.</summary>
    private protected virtual double LossCount(int inputs, ReadOnlySpan<nint> shape) => inputs;

    /// <summary>The sum of a formula over the task's elements, with weights that broadcast to the inputs.</summary>
    private protected static double Pointwise<T, TFormula>(
        in DenseTask<T> task,
        TFormula formula,
        double scale,
        ElementWeights? weight = null,
        ElementWeights? posWeight = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPointwise<T>
    {
        var job = new PointwiseJob<T, TFormula>(task, formula, scale, weight, posWeight);
        return PointwiseJob<T, TFormula>.Run(ref job);
    }

    /// <summary>The sum of a formula of the differences of inputs and targets over the task's elements.</summary>
    private protected static double Differences<T, TFormula>(in DenseTask<T> task, TFormula formula, double scale)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IDifference
    {
        var job = new DifferenceJob<T, TFormula>(task, formula, scale);
        return DifferenceJob<T, TFormula>.Run(ref job);
    }
}
