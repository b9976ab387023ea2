using System.Numerics.Tensors;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>A loss whose targets are class indices: one class for each sample, or for each position of a sample.</summary>
public abstract record ClassIndexLoss : Loss
{
    private protected ClassIndexLoss(Reduction reduction = Reduction.Mean) : base(reduction) { }

    /// <summary>One weight a class. Default null: all 1. With <see cref="Reduction.Mean"/> the divisor is the sum of the targets' weights.</summary>
    public ClassWeights? Weight { get; init; }

    /// <summary>The target that marks a sample to leave out: loss 0, gradient 0, not in the divisor. Any value, also one in the range of the classes. Default -100.</summary>
    public long IgnoreIndex { get; init; } = -100;

    /// <summary>The loss, reduced, and on request its gradient and the losses of the samples, in the same pass.</summary>
    /// <param name="logits">(C), (N, C) or (N, C, d1 .. dK); dense. Half and BFloat16 are computed in float and rounded once.</param>
    /// <param name="targets">(1), (N) or (N, d1 .. dK), each 0 .. C - 1 or <see cref="IgnoreIndex"/>; dense.</param>
    /// <param name="gradient">Receives the derivative of the result with respect to each logit; the logits' shape, and may be the logits' own memory. <c>default</c> for none.</param>
    /// <param name="losses">Receives the samples' losses; the targets' shape. <c>default</c> for none.</param>
    /// <param name="sampleWeights">How often each sample counts, also in the divisor; 0 leaves it out like an ignored one. Broadcasts to the targets' shape. Default: all 1.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, not as many weights as classes, or memory with gaps.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class; the message gives its position.</exception>
    /// <exception cref="InvalidOperationException">An empty mean, where <see cref="Loss.WhenEmpty"/> makes it an error.</exception>
    public LossResult Evaluate<T, TTarget>(
        in ReadOnlyTensorSpan<T> logits, in ReadOnlyTensorSpan<TTarget> targets, in TensorSpan<T> gradient = default, in TensorSpan<T> losses = default,
        in ReadOnlyTensorSpan<T> sampleWeights = default)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var task = new ClassIndices(logits.Lengths, targets.Lengths, Weight?.Count);
        if (gradient.Rank > 0) Dense.CheckShape(gradient.Lengths, logits.Lengths, nameof(gradient), nameof(logits));
        if (losses.Rank > 0) Dense.CheckShape(losses.Lengths, targets.Lengths, nameof(losses), nameof(targets));
        if (sampleWeights.Rank > 0) Dense.CheckBroadcast(sampleWeights.Lengths, targets.Lengths, nameof(sampleWeights));
        return Evaluate(task, Dense.Span(logits, nameof(logits)), Dense.Span(targets, nameof(targets)),
            Dense.Expand(Dense.Span(sampleWeights, nameof(sampleWeights)), sampleWeights.Lengths, targets.Lengths),
            Dense.Span(gradient, nameof(gradient)), Dense.Span(losses, nameof(losses)));
    }

    /// <summary>What the mean over these targets divides by: the sum of the weights of those that are not ignored. Known before any logits are.</summary>
    /// <param name="targets">Class indices, each 0 .. <paramref name="classes"/> - 1 or <see cref="IgnoreIndex"/>.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentException">Not as many weights as classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class.</exception>
    /// <example><c>loss with { Normalizer = batches.Sum(b => loss.Divisor(b.Targets, 10)) }</c> makes micro-batches add up to the mean over all of them.</example>
    public double Divisor<TTarget>(ReadOnlySpan<TTarget> targets, int classes) where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        new ClassIndices([targets.Length, classes], [targets.Length], Weight?.Count).Divisor(targets, Weight is null ? default : Weight.As<double>(), default, IgnoreIndex).Value;

    /// <summary>The same over flat memory whose shapes have been checked.</summary>
    internal LossResult Evaluate<T, TTarget>(in ClassIndices task, ReadOnlySpan<T> logits, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> sampleWeights, Span<T> gradient, Span<T> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            using var x = new Widened<T>(logits);
            using var s = new Widened<T>(sampleWeights);
            using var g = new Widened<T>(gradient);
            using var l = new Widened<T>(losses);
            var result = Evaluate<float, TTarget>(task, x.Span, targets, s.Span, g.Span, l.Span);
            g.WriteBack();
            l.WriteBack();
            return result;
        }
        var weight = Weight is null ? default : Weight.As<T>();
        var divisor = task.Divisor(targets, weight, sampleWeights, IgnoreIndex);
        var scale = Scale(divisor);
        return Result(Run(task, logits, targets, weight, sampleWeights, scale, gradient, losses), divisor);
    }

    /// <summary>Writes the gradient and the losses of one block of positions, where every target is a class, or -1 for one to leave out.</summary>
    /// <param name="x">The sample's logits, [classes, inner]; float or double.</param>
    /// <param name="inner">The number of positions of the sample.</param>
    /// <param name="start">The block's first position; it has as many as there are targets, at most one lane block.</param>
    /// <param name="targets">One for each position.</param>
    /// <param name="weight">Empty, or one weight a class.</param>
    /// <param name="scales">What each position's gradient is multiplied by.</param>
    /// <param name="gradient">Empty, or the sample's, [classes, inner]; may be the logits' memory.</param>
    /// <param name="losses">Receives one for each position, before sample weights.</param>
    private protected abstract void Block<T>(
        ReadOnlySpan<T> x, int inner, int start, ReadOnlySpan<int> targets, ReadOnlySpan<T> weight, ReadOnlySpan<double> scales, Span<T> gradient, Span<double> losses)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>What happens to each sample's logits before the loss sees them.</summary>
    private protected virtual BentLogits<T> Bend<T>(int classes, int inner) where T : unmanaged, IFloatingPointIeee754<T> => default;

    private double Run<T, TTarget>(
        in ClassIndices task, ReadOnlySpan<T> logits, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weight, ReadOnlySpan<T> sampleWeights, double scale, Span<T> gradient, Span<T> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        losses.Clear();
        if (task.Classes == 0) return 0;
        Span<int> classes = stackalloc int[Lanes<T>.Count];
        Span<double> scales = stackalloc double[Lanes<T>.Count];
        Span<double> values = stackalloc double[Lanes<T>.Count];
        var (sum, image) = (0.0, task.Classes * task.Inner);
        using var bent = Bend<T>(task.Classes, task.Inner);
        for (var n = 0; n < task.Samples; n++)
        {
            var x = bent.Of(logits.Slice(n * image, image));
            var g = gradient.IsEmpty ? default : gradient.Slice(n * image, image);
            for (var start = 0; start < task.Inner; start += classes.Length)
            {
                var (first, count) = (n * task.Inner + start, Math.Min(classes.Length, task.Inner - start));
                for (var lane = 0; lane < count; lane++)
                {
                    var target = long.CreateSaturating(targets[first + lane]);
                    var once = Once(sampleWeights, first + lane);
                    classes[lane] = target == IgnoreIndex || once == 0 ? -1 : (int)target;
                    scales[lane] = scale * once;
                }
                Block(x, task.Inner, start, classes[..count], weight, scales, g, values);
                for (var lane = 0; lane < count; lane++)
                {
                    if (classes[lane] < 0) continue;
                    var loss = values[lane] * Once(sampleWeights, first + lane);
                    sum += loss;
                    if (!losses.IsEmpty) losses[first + lane] = T.CreateTruncating(loss);
                }
            }
            bent.Chain(g);
        }
        return sum;
    }

    /// <summary>How often a sample counts.</summary>
    private protected static double Once<T>(ReadOnlySpan<T> sampleWeights, int i) where T : unmanaged, INumberBase<T> =>
        sampleWeights.IsEmpty ? 1 : double.CreateTruncating(sampleWeights[i]);
}
