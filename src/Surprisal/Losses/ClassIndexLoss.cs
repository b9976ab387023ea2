using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>A loss whose targets are class indices: one class for each sample, or for each position of a sample.</summary>
public abstract partial record ClassIndexLoss : Loss
{
    private protected ClassIndexLoss(Reduction reduction = Reduction.Mean) : base(reduction) { }

    /// <summary>
    /// One weight a class. Default null: all 1. With <see cref="Reduction.Mean"/> the divisor is the sum of the targets' weights.
    /// </summary>
    public ClassWeights? Weight { get; init; }

    /// <summary>
    /// The target of samples that are ignored: loss 0, gradient 0, not in the divisor. Any value, also one in the range of the classes.
    /// Default -100.
    /// </summary>
    public long IgnoreIndex { get; init; } = -100;

    /// <summary>The loss, reduced, and on request its gradient and the losses of the samples, in the same pass.</summary>
    /// <param name="logits">(C), (N, C) or (N, C, d1 .. dK). Half and BFloat16 are computed in float and rounded once.</param>
    /// <param name="targets">(1), (N) or (N, d1 .. dK), each 0 .. C - 1 or <see cref="IgnoreIndex"/>.</param>
    /// <param name="gradient">Receives the derivative of the result with respect to each logit; the logits' shape, and may be exactly the
    /// logits' memory. <c>default</c> for none.</param>
    /// <param name="losses">Receives the samples' losses; the targets' shape. <c>default</c> for none.</param>
    /// <param name="sampleWeights">How often each sample counts, also in the divisor; a sample of weight 0 is ignored. Broadcasts to the
    /// targets' shape. Negative ones are used as they are. Default: all 1.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, not as many weights as classes, more than 2,000,000,000 elements, or
    /// outputs that overlap an input in part or each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class; the message gives its position.</exception>
    /// <exception cref="InvalidOperationException">An empty mean, where <see cref="Loss.WhenEmpty"/> makes it an error.</exception>
    [OverloadResolutionPriority(1)] // new(memory, shape) without a type is a tensor span
    public LossResult Evaluate<T, TTarget>(
        in ReadOnlyTensorSpan<T> logits,
        in ReadOnlyTensorSpan<TTarget> targets,
        in TensorSpan<T> gradient = default,
        in TensorSpan<T> losses = default,
        in ReadOnlyTensorSpan<T> sampleWeights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        typeof(T).CheckFloatingPoint("logits", "losses");
        var shape = new ClassIndexShape(logits.Lengths, targets.Lengths, Weight?.Count, ArgumentNames.OfLogits);
        TensorLengths.CheckElements(targets, nameof(targets));
        TensorLengths.Count(logits.Lengths, nameof(logits));
        TensorLengths.Count(targets.Lengths, nameof(targets));
        if (gradient.Rank > 0) TensorLengths.CheckShape(gradient.Lengths, logits.Lengths, nameof(gradient), nameof(logits));
        if (losses.Rank > 0) TensorLengths.CheckShape(losses.Lengths, targets.Lengths, nameof(losses), nameof(targets));
        if (sampleWeights.Rank > 0) TensorLengths.CheckBroadcast(sampleWeights.Lengths, targets.Lengths, nameof(sampleWeights));
        using var x = new Gathered<T>(logits, nameof(logits));
        using var t = new Gathered<TTarget>(targets, nameof(targets));
        using var weights = new Gathered<T>(sampleWeights, nameof(sampleWeights));
        using var g = new Scattered<T>(gradient, nameof(gradient));
        using var eachLoss = new Scattered<T>(losses, nameof(losses));
        Overlap.CheckPart(g.Span, nameof(gradient), x.Span, nameof(logits));
        Overlap.CheckInput(g.Span, nameof(gradient), t.Span, nameof(targets));
        Overlap.CheckInput(g.Span, nameof(gradient), weights.Span, nameof(sampleWeights));
        Overlap.CheckInput(eachLoss.Span, nameof(losses), x.Span, nameof(logits));
        Overlap.CheckInput(eachLoss.Span, nameof(losses), t.Span, nameof(targets));
        Overlap.CheckInput(eachLoss.Span, nameof(losses), weights.Span, nameof(sampleWeights));
        Overlap.CheckOutput(eachLoss.Memory, nameof(losses), g.Memory, nameof(gradient));
        var result = EvaluateFlat(
            shape, x.Span, t.Span, TensorLengths.Expand(weights.Span, sampleWeights.Lengths, targets.Lengths), g.Span, eachLoss.Span);
        g.Store();
        eachLoss.Store();
        return result;
    }

    /// <summary>
    /// What the mean over these targets divides by: the sum of the weights of those that are not ignored. Known before any logits are.
    /// </summary>
    /// <param name="targets">Class indices, each 0 .. <paramref name="classes"/> - 1 or <see cref="IgnoreIndex"/>.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentException">Not as many weights as classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class.</exception>
    /// <example>
    /// <c>loss with { Normalizer = batches.Sum(b => loss.Divisor(b.Targets, 10)) }</c> makes micro-batches add up to the mean over all of
    /// them.
    /// </example>
    public double Divisor<TTarget>(ReadOnlySpan<TTarget> targets, int classes) where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        new ClassIndexShape([targets.Length, classes], [targets.Length], Weight?.Count, ArgumentNames.OfLogits)
            .Divisor<double, double, TTarget>(targets, Weight is null ? default : Weight.As<double>(), default, IgnoreIndex).Value;

    /// <summary>
    /// Evaluates over flat memory whose shapes have been checked; losses that go on to a 16-bit type are kept so that each is rounded
    /// once.
    /// </summary>
    internal LossResult EvaluateFlat<T, TTarget>(
        in ClassIndexShape shape,
        ReadOnlySpan<T> logits,
        ReadOnlySpan<TTarget> targets,
        ReadOnlySpan<T> sampleWeights,
        Span<T> gradient,
        Span<T> losses,
        bool roundsTo16Bit = false)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        if (typeof(T) == typeof(double))
            return EvaluateIn<T, double, TTarget>(shape, logits, targets, sampleWeights, gradient, losses, roundsTo16Bit);
        return EvaluateIn<T, float, TTarget>(shape, logits, targets, sampleWeights, gradient, losses, roundsTo16Bit);
    }

    private LossResult EvaluateIn<TStored, T, TTarget>(
        in ClassIndexShape shape,
        ReadOnlySpan<TStored> logits,
        ReadOnlySpan<TTarget> targets,
        ReadOnlySpan<TStored> sampleWeights,
        Span<TStored> gradient,
        Span<TStored> losses,
        bool roundsTo16Bit)
        where TStored : unmanaged, IFloatingPointIeee754<TStored>
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var parameters = Parameters<T>(shape.Classes);
        var divisor = shape.Divisor(targets, parameters.Weight, sampleWeights, IgnoreIndex);
        var scale = Scale(divisor);
        if (shape.Classes == 0 || targets.IsEmpty)
        {
            losses.Clear();
            return Result(0, divisor);
        }
        using var transform = Transform<T>(shape.Classes); // refuses options that do not fit the classes before anything is written
        var job = new ClassIndexJob<TStored, T, TTarget>(this, shape, parameters, transform)
        {
            Logits = logits, Targets = targets, SampleWeights = sampleWeights, Scale = scale, Gradient = gradient, Losses = losses,
            RoundsTo16Bit = roundsTo16Bit,
        };
        return Result(ClassIndexJob<TStored, T, TTarget>.Run(ref job), divisor);
    }

    /// <summary>Writes the losses and the gradients of some positions, whose targets are classes or ignored.</summary>
    internal abstract void WriteBlock<T>(in ClassBlock<T> block) where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>What happens to the logits before the loss sees them.</summary>
    internal virtual LogitTransform<T> Transform<T>(int classes) where T : unmanaged, IFloatingPointIeee754<T> => default;

    /// <summary>The weights, and what else the kernels are told; made once for an evaluation.</summary>
    private protected virtual ClassParameters<T> Parameters<T>(int classes) where T : unmanaged, IFloatingPointIeee754<T> =>
        new(Weight is null ? default : Weight.As<T>(), classes);
}
