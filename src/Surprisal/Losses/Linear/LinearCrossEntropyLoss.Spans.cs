using System.Numerics;
using System.Runtime.CompilerServices;

namespace Surprisal;

public sealed partial record LinearCrossEntropyLoss
{
    /// <summary>
    /// The loss of rows of hidden states and class indices, reduced, and on request its gradients and the losses of the rows.
    /// </summary>
    /// <param name="hidden">Rows of <paramref name="features"/> numbers. Half and BFloat16 are multiplied and summed in float and rounded
    /// once; the logits are not rounded.</param>
    /// <param name="weight">[classes, features]: the weight of a linear layer.</param>
    /// <param name="targets">One for each row: 0 .. classes - 1, or <see cref="IgnoreIndex"/>; byte, short, int or long.</param>
    /// <param name="features">The numbers of a row; at least 1.</param>
    /// <param name="bias">One for each class. Default: none.</param>
    /// <param name="hiddenGradient">Receives the derivative of the result with respect to the hidden states. Default: none.</param>
    /// <param name="weightGradient">Receives that with respect to the weight. Default: none.</param>
    /// <param name="biasGradient">Receives that with respect to the bias. Default: none.</param>
    /// <param name="losses">Receives the loss of each row. Default: none.</param>
    /// <param name="sampleWeights">How often each row counts, also in the divisor; one of weight 0 is ignored. Default: all 1.</param>
    /// <exception cref="ArgumentException">Lengths that do not fit, not as many class weights as classes, or outputs that overlap an input
    /// or each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No features, or a target that is no class; the message gives its position.</exception>
    /// <exception cref="InvalidOperationException">An empty mean, where <see cref="Loss.WhenEmpty"/> makes it an error.</exception>
    public LossResult Evaluate<T, TTarget>(
        ReadOnlySpan<T> hidden,
        ReadOnlySpan<T> weight,
        ReadOnlySpan<TTarget> targets,
        int features,
        ReadOnlySpan<T> bias = default,
        Span<T> hiddenGradient = default,
        Span<T> weightGradient = default,
        Span<T> biasGradient = default,
        Span<T> losses = default,
        ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        typeof(T).CheckFloatingPoint("hidden states", "losses");
        var (rows, classes) = LinearShape.Of(hidden, weight, bias, features);
        if (targets.Length != rows)
            throw new ArgumentException($"targets has {targets.Length} elements, but the {hidden.Length} numbers of hidden are {rows} " +
                $"rows of {features} features; each row needs one.", nameof(targets));
        var operands = new LinearOperands<T>
        {
            Rows = rows, Features = features, Classes = classes, Hidden = hidden, Weight = weight, Bias = bias,
            SampleWeights = sampleWeights, HiddenGradient = hiddenGradient, WeightGradient = weightGradient, BiasGradient = biasGradient,
            Losses = losses,
        };
        LinearShape.Check(operands);
        LinearShape.CheckOverlap(operands, targets);
        return EvaluateFlat(operands, targets, [rows], nameof(targets));
    }

    /// <summary>
    /// The loss of rows of hidden states and class probabilities, reduced, and on request its gradients and the losses of the rows.
    /// </summary>
    /// <param name="hidden">Rows of <paramref name="features"/> numbers.</param>
    /// <param name="weight">[classes, features]: the weight of a linear layer.</param>
    /// <param name="targets">[rows, classes], used as they are: nothing checks that they are positive or add up to 1. They receive no
    /// gradient.</param>
    /// <param name="features">The numbers of a row; at least 1.</param>
    /// <param name="bias">One for each class. Default: none.</param>
    /// <param name="hiddenGradient">Receives the derivative of the result with respect to the hidden states. Default: none.</param>
    /// <param name="weightGradient">Receives that with respect to the weight. Default: none.</param>
    /// <param name="biasGradient">Receives that with respect to the bias. Default: none.</param>
    /// <param name="losses">Receives the loss of each row. Default: none.</param>
    /// <param name="sampleWeights">How often each row counts, also in the divisor; one of weight 0 is ignored. Default: all 1.</param>
    /// <remarks>The mean divides by the number of rows, whatever the class weights are.</remarks>
    /// <exception cref="ArgumentException">Lengths that do not fit, not as many class weights as classes, or outputs that overlap an input
    /// or each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No features.</exception>
    /// <exception cref="InvalidOperationException">An <see cref="IgnoreIndex"/> of 0 or more, which probabilities cannot have; or an empty
    /// mean where that is an error.</exception>
    [OverloadResolutionPriority(-1)] // integers in a collection expression are class indices
    public LossResult Evaluate<T>(
        ReadOnlySpan<T> hidden,
        ReadOnlySpan<T> weight,
        ReadOnlySpan<T> targets,
        int features,
        ReadOnlySpan<T> bias = default,
        Span<T> hiddenGradient = default,
        Span<T> weightGradient = default,
        Span<T> biasGradient = default,
        Span<T> losses = default,
        ReadOnlySpan<T> sampleWeights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        typeof(T).CheckFloatingPoint("hidden states", "losses");
        var (rows, classes) = LinearShape.Of(hidden, weight, bias, features);
        if (targets.Length != (long)rows * classes)
            throw new ArgumentException($"targets has {targets.Length} elements, but there are {rows} rows of {classes} classes; class " +
                "probabilities are as many. Class indices are integers: convert them to int or long.", nameof(targets));
        var operands = new LinearOperands<T>
        {
            Rows = rows, Features = features, Classes = classes, Hidden = hidden, Weight = weight, Bias = bias, Probabilities = targets,
            SampleWeights = sampleWeights, HiddenGradient = hiddenGradient, WeightGradient = weightGradient, BiasGradient = biasGradient,
            Losses = losses,
        };
        LinearShape.Check(operands);
        LinearShape.CheckOverlap(operands, targets);
        return EvaluateFlat<T, long>(operands, default, [rows], nameof(targets));
    }
}
