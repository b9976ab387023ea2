using System.Numerics.Tensors;

namespace Surprisal;

/// <summary>Cross-entropy between logits and class indices, in nats: -w[t] ln softmax(logits)[t] for each sample.</summary>
/// <remarks>
/// <para>
/// With label smoothing s the target distribution gives 1 - s to the target and s / C to every class, each class with its own weight.
/// Shapes: logits (C) with a single target; (N, C) with targets (N); (N, C, d1 .. dK) with targets (N, d1 .. dK).
/// Logits are float or double; targets are any integer type. The gradient with respect to the logits is w (softmax - target distribution).
/// </para>
/// <para>
/// Values follow PyTorch's <c>nn.CrossEntropyLoss</c>; sums are in double and rounded once, and an ignored sample contributes nothing
/// whatever its logits hold. Immutable and thread-safe; compared by value. Formula: Goodfellow, Bengio, Courville, Deep Learning, 6.2.2.
/// </para>
/// </remarks>
public sealed record CrossEntropyLoss
{
    /// <summary>One weight a class. Default null: all 1. With <see cref="Reduction.Mean"/> the divisor is the sum of the targets' weights.</summary>
    public ClassWeights? Weight { get; init; }

    /// <summary>The target that marks a sample to leave out: loss 0, gradient 0, not in the divisor. Any value, also one in the range of the classes. Default -100.</summary>
    public long IgnoreIndex { get; init; } = -100;

    /// <summary>How much of the target is spread evenly over all classes, from 0 to 1. Default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside [0, 1], or NaN.</exception>
    public double LabelSmoothing
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(LabelSmoothing), value, $"label_smoothing must be between 0.0 and 1.0. Got: {value}");
    }

    /// <summary>What becomes of the samples' losses. Default <see cref="Reduction.Mean"/>; the mean over no sample at all is NaN.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the three.</exception>
    public Reduction Reduction
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Reduction), value, $"{value} is not a valid value for reduction; it is None, Mean or Sum.");
    } = Reduction.Mean;

    /// <summary>The loss, reduced; with <see cref="Reduction.None"/> the sum of the samples' losses.</summary>
    /// <param name="logits">(C), (N, C) or (N, C, d1 .. dK); dense.</param>
    /// <param name="targets">(1), (N) or (N, d1 .. dK), each 0 .. C - 1 or <see cref="IgnoreIndex"/>; dense.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, or not as many weights as classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class; the message gives its position.</exception>
    public double Evaluate<T, TTarget>(in ReadOnlyTensorSpan<T> logits, in ReadOnlyTensorSpan<TTarget> targets)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        Evaluate(logits, targets, default, default);

    /// <summary>The loss, and in the same pass its gradient.</summary>
    /// <param name="logits">(C), (N, C) or (N, C, d1 .. dK); dense.</param>
    /// <param name="targets">(1), (N) or (N, d1 .. dK); dense.</param>
    /// <param name="gradient">Receives the derivative of the result with respect to each logit; the logits' shape, and may be the logits' own memory.</param>
    /// <inheritdoc cref="Evaluate{T, TTarget}(in ReadOnlyTensorSpan{T}, in ReadOnlyTensorSpan{TTarget})" path="/exception"/>
    public double Evaluate<T, TTarget>(in ReadOnlyTensorSpan<T> logits, in ReadOnlyTensorSpan<TTarget> targets, in TensorSpan<T> gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        Evaluate(logits, targets, gradient, default);

    /// <summary>The loss, its gradient, and the loss of each sample before the reduction.</summary>
    /// <param name="logits">(C), (N, C) or (N, C, d1 .. dK); dense.</param>
    /// <param name="targets">(1), (N) or (N, d1 .. dK); dense.</param>
    /// <param name="gradient">The logits' shape; <c>default</c> for no gradient.</param>
    /// <param name="losses">Receives the samples' losses; the targets' shape; <c>default</c> for none.</param>
    /// <inheritdoc cref="Evaluate{T, TTarget}(in ReadOnlyTensorSpan{T}, in ReadOnlyTensorSpan{TTarget})" path="/exception"/>
    public double Evaluate<T, TTarget>(in ReadOnlyTensorSpan<T> logits, in ReadOnlyTensorSpan<TTarget> targets, in TensorSpan<T> gradient, in TensorSpan<T> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        ClassIndices.CheckElement<T>(nameof(logits));
        var shape = logits.Lengths;
        var task = new ClassIndices(shape, targets.Lengths, Weight?.Count);
        var written = gradient.AsReadOnlyTensorSpan();
        if (gradient.Rank > 0) Dense.CheckShape(written.Lengths, shape, nameof(gradient), nameof(logits));
        if (losses.Rank > 0) Dense.CheckShape(losses.AsReadOnlyTensorSpan().Lengths, targets.Lengths, nameof(losses), nameof(targets));
        return Evaluate(task, Dense.Span(logits, nameof(logits)), Dense.Span(targets, nameof(targets)), Dense.Span(gradient, nameof(gradient)), Dense.Span(losses, nameof(losses)));
    }

    /// <summary>The same on flat memory whose shapes have been checked.</summary>
    internal double Evaluate<T, TTarget>(in ClassIndices task, ReadOnlySpan<T> logits, ReadOnlySpan<TTarget> targets, Span<T> gradient, Span<T> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var weight = Weight is null ? default : Weight.As<T>();
        var divisor = task.Divisor(targets, weight, IgnoreIndex);
        var scale = Reduction == Reduction.Mean ? 1 / divisor : 1;
        var sum = task.Inner == 1 || task.Classes == 0
            ? Rows(task, logits, targets, weight, scale, gradient, losses)
            : Columns(task, logits, targets, weight, scale, gradient, losses);
        return Reduction == Reduction.Mean ? sum / divisor : sum;
    }

    private double Rows<T, TTarget>(in ClassIndices task, ReadOnlySpan<T> logits, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weight, double scale, Span<T> gradient, Span<T> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var sum = 0.0;
        for (var n = 0; n < targets.Length; n++)
        {
            var from = n * task.Classes;
            var row = gradient.IsEmpty ? default : gradient.Slice(from, task.Classes);
            var target = long.CreateSaturating(targets[n]);
            var loss = 0.0;
            if (target == IgnoreIndex) row.Clear();
            else loss = Kernels.CrossEntropy.Row(logits.Slice(from, task.Classes), (int)target, weight, LabelSmoothing, scale, row);
            if (!losses.IsEmpty) losses[n] = T.CreateTruncating(loss);
            sum += loss;
        }
        return sum;
    }

    private double Columns<T, TTarget>(in ClassIndices task, ReadOnlySpan<T> logits, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weight, double scale, Span<T> gradient, Span<T> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        Span<int> classes = stackalloc int[Kernels.Lanes<T>.Count];
        Span<double> values = stackalloc double[Kernels.Lanes<T>.Count];
        var (sum, image) = (0.0, task.Classes * task.Inner);
        for (var n = 0; n < task.Samples; n++)
        for (var start = 0; start < task.Inner; start += classes.Length)
        {
            var count = Math.Min(classes.Length, task.Inner - start);
            for (var lane = 0; lane < count; lane++)
            {
                var target = long.CreateSaturating(targets[n * task.Inner + start + lane]);
                classes[lane] = target == IgnoreIndex ? -1 : (int)target;
            }
            var slice = gradient.IsEmpty ? default : gradient.Slice(n * image, image);
            Kernels.CrossEntropy.Columns(logits.Slice(n * image, image), task.Classes, task.Inner, start, classes[..count], weight, LabelSmoothing, scale, slice, values);
            for (var lane = 0; lane < count; lane++)
            {
                sum += values[lane];
                if (!losses.IsEmpty) losses[n * task.Inner + start + lane] = T.CreateTruncating(values[lane]);
            }
        }
        return sum;
    }
}
