using System.Numerics.Tensors;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>A loss whose targets are numbers, one for each input: the binary and multi-label losses and the divergences.</summary>
public abstract record DenseLoss : Loss, IDenseLoss
{
    private protected DenseLoss(Reduction reduction = Reduction.Mean) : base(reduction) { }

    bool IDenseLoss.Broadcasts => Broadcasts;

    private protected virtual bool Broadcasts => false;

    /// <summary>The loss, reduced, and on request its gradients and the losses before the reduction, in the same pass.</summary>
    /// <param name="inputs">Any shape. Half and BFloat16 are computed in float and rounded once.</param>
    /// <param name="targets">The shape of <paramref name="inputs"/>, or one that broadcasts to it where the loss's page says so.</param>
    /// <param name="gradient">Receives the derivative of the result with respect to each input; the inputs' shape, and may be exactly the inputs' memory. <c>default</c> for none.</param>
    /// <param name="targetGradient">Receives the derivative with respect to each target; the inputs' shape. <c>default</c> for none.</param>
    /// <param name="losses">Receives the losses before the reduction; the shape that <see cref="Reduction.None"/> gives. <c>default</c> for none.</param>
    /// <param name="sampleWeights">How often each loss counts, also in the divisor; 0 leaves it out whatever its input holds, so zeros and ones are an ignore mask. Broadcasts to the losses' shape. Negative ones are used as they are. Default: all 1.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, numbers outside the loss's range, more than 2,000,000,000 elements, or outputs that overlap an input in part or each other.</exception>
    /// <exception cref="InvalidOperationException">An empty mean, where <see cref="Loss.WhenEmpty"/> makes it an error.</exception>
    public LossResult Evaluate<T>(
        in ReadOnlyTensorSpan<T> inputs, in ReadOnlyTensorSpan<T> targets, in TensorSpan<T> gradient = default, in TensorSpan<T> targetGradient = default,
        in TensorSpan<T> losses = default, in ReadOnlyTensorSpan<T> sampleWeights = default)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        DenseTask<T>.Evaluate(this, inputs, targets, gradient, targetGradient, losses, sampleWeights, ArgumentNames.OfInputs);

    LossResult IDenseLoss.Evaluate<T>(in DenseTask<T> task)
    {
        CheckValues(task);
        var divisor = Divide(task);
        var sum = Run(task, Scale(divisor));
        return Result(sum, divisor);
    }

    void IDenseLoss.CheckShapes(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names) => CheckShapes(inputs, targets, names);

    int IDenseLoss.ClassAxis(int rank) => ClassAxis(rank);

    private protected abstract void CheckShapes(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> targets, ArgumentNames names);

    private protected virtual int ClassAxis(int rank) => -1;

    /// <summary>Refuses numbers and weights that do not fit, before anything is written.</summary>
    private protected virtual void CheckValues<T>(in DenseTask<T> task) where T : unmanaged, IFloatingPointIeee754<T> { }

    /// <summary>Writes what the task has room for, the gradients times <paramref name="scale"/>, and returns the sum of the losses.</summary>
    private protected abstract double Run<T>(in DenseTask<T> task, double scale) where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>What the mean divides by: the number of losses, each as often as its sample weight says.</summary>
    private protected virtual Divisor Divide<T>(in DenseTask<T> task) where T : unmanaged, IFloatingPointIeee754<T> =>
        Divisor.Of(LossCount(task.Inputs.Length, task.Lengths), task.SampleWeights);

    private protected virtual double LossCount(int inputs, ReadOnlySpan<nint> shape) => inputs;

    /// <summary>Runs a formula over the task, with weights that broadcast to the inputs.</summary>
    private protected static double Pointwise<T, TFormula>(in DenseTask<T> task, TFormula formula, double scale, ElementWeights? weight = null, ElementWeights? positive = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IPointwise<T>
    {
        var job = new PointwiseJob<T, TFormula>(task, formula, scale, weight, positive);
        return PointwiseJob<T, TFormula>.Run(ref job);
    }
}
