using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Surprisal.Kernels;

namespace Surprisal;

public sealed partial record CrossEntropyLoss : IDenseLoss
{
    /// <summary>
    /// The loss of class probabilities, reduced, and on request its gradients and the losses of the samples, in the same pass.
    /// </summary>
    /// <param name="logits">(C), (N, C) or (N, C, d1 .. dK). Half and BFloat16 are computed in float and rounded once.</param>
    /// <param name="targets">Probabilities in the shape of <paramref name="logits"/>, used as they are: nothing checks that they are
    /// positive or add up to 1.</param>
    /// <param name="gradient">Receives the derivative of the result with respect to each logit; the logits' shape, and may be exactly the
    /// logits' memory. <c>default</c> for none.</param>
    /// <param name="losses">Receives the samples' losses; the logits' shape without the classes. <c>default</c> for none.</param>
    /// <param name="sampleWeights">How often each sample counts, also in the divisor; a sample of weight 0 is ignored. Broadcasts to the
    /// losses' shape. Negative ones are used as they are. Default: all 1.</param>
    /// <param name="targetGradient">Receives the derivative with respect to each probability; the logits' shape. <c>default</c> for
    /// none.</param>
    /// <remarks>
    /// The mean divides by the number of samples and positions, whatever the class weights are: PyTorch's rule for probabilities.
    /// </remarks>
    /// <exception cref="ArgumentException">Shapes that do not fit, not as many weights as classes, more than 2,000,000,000 elements, or
    /// outputs that overlap an input in part or each other.</exception>
    /// <exception cref="InvalidOperationException">An <see cref="ClassIndexLoss.IgnoreIndex"/> of 0 or more, which probabilities cannot
    /// have; or an empty mean where that is an error.</exception>
    [OverloadResolutionPriority(1)] // new(memory, shape) without a type is a tensor span
    public LossResult Evaluate<T>(
        in ReadOnlyTensorSpan<T> logits,
        in ReadOnlyTensorSpan<T> targets,
        in TensorSpan<T> gradient = default,
        in TensorSpan<T> losses = default,
        in ReadOnlyTensorSpan<T> sampleWeights = default,
        in TensorSpan<T> targetGradient = default)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        DenseTask<T>.Evaluate(this, logits, targets, gradient, losses, sampleWeights, targetGradient, ArgumentNames.OfLogits);

    bool IDenseLoss.Broadcasts => false;

    void IDenseLoss.CheckShapes(ReadOnlySpan<nint> logits, ReadOnlySpan<nint> targets, ArgumentNames names)
    {
        if (logits.Length == 0)
            throw new ArgumentException(
                $"Expected 1 or more dimensions (got 0): {names.Input} {names.Need} (C), (N, C) or (N, C, d1 .. dK).", names.Input);
        if (targets.Length > 0 && logits.Length > 1 && targets[0] != logits[0])
            throw new ArgumentException($"Expected input batch_size ({logits[0]}) to match target batch_size ({targets[0]}): " +
                $"{names.Input} {names.Have} shape {Shape.Format(logits)}, {names.Target} {Shape.Format(targets)}.",
                names.Target);
        if (!targets.SequenceEqual(logits))
            throw new ArgumentException($"class probabilities have the shape of {names.Input}, {Shape.Format(logits)}, " +
                $"but {names.Target} {names.Have} {Shape.Format(targets)}; class indices are integers: {names.ToIntegers}.", names.Target);
        if (IgnoreIndex >= 0)
            throw new InvalidOperationException("ignore_index is not supported for floating point target: " +
                $"IgnoreIndex is {IgnoreIndex}, and no probability is a class index; leave samples out by a sample weight of 0.");
        var classes = logits[logits.Length == 1 ? 0 : 1];
        if (Weight is { } weight && weight.Count != classes)
            throw ArgumentNames.Misfit($"cross_entropy: weight tensor should be defined either for all {classes} classes or no classes " +
                $"but got weight tensor of shape: [{weight.Count}]", nameof(Weight));
    }

    int IDenseLoss.ClassAxis(int rank) => rank == 1 ? 0 : 1;

    LossResult IDenseLoss.Evaluate<T>(in DenseTask<T> task)
    {
        var shape = new ClassIndexShape(task.Lengths, DenseTask<T>.LossShape(this, task.Lengths, stackalloc nint[task.Lengths.Length]),
            Weight?.Count, task.Names);
        var count = shape.Classes == 0 ? 0 : shape.Samples * shape.Inner;
        var divisor = Surprisal.Divisor.Of(count, task.SampleWeights);
        var scale = Scale(divisor);
        using var transform = Transform<T>(shape.Classes); // refuses options that do not fit the classes before anything is written
        if (count == 0)
        {
            task.Losses.Clear();
            return Result(0, divisor);
        }
        var job = new ClassProbabilityJob<T>(shape, task, Parameters<T>(shape.Classes), transform, scale);
        return Result(ClassProbabilityJob<T>.Run(ref job), divisor);
    }
}
