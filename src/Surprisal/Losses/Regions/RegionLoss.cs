using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>
/// A loss that compares regions, for segmentation: of each class the probabilities p = softmax(logits) with the pixels t that are of it.
/// </summary>
/// <remarks>
/// <para>
/// With I = sum p t, P = sum p and T = sum t over the pixels of the batch that are not ignored, a class's loss is 1 minus a ratio of these;
/// the loss is the mean over the classes that count. The divisor is their number.
/// </para>
/// <para>
/// Everything is in double, whatever the logits' type, and rounded once. Where no class counts the value is what <see
/// cref="Loss.WhenEmpty"/> says, NaN by default, and the gradient 0. The gradient by a logit is p (d - sum p d) over the classes, d the
/// loss's derivative by p.
/// </para>
/// </remarks>
public abstract partial record RegionLoss : Loss
{
    private protected RegionLoss() { }

    /// <summary>
    /// The target of pixels that are ignored: they belong to no region, and their gradient is 0. Any value, also one in the range of the
    /// classes. Default -100.
    /// </summary>
    public long IgnoreIndex { get; init; } = -100;

    /// <summary>Added to numerator and denominator. Default 1; 0 makes small regions count as much as large ones.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite or NaN.</exception>
    public double Smooth { get; init => field = NotNegative(value, nameof(Smooth)); } = 1;

    /// <summary>What becomes of classes that no target has. Default <see cref="AbsentClasses.Skip"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the two.</exception>
    public AbsentClasses Absent
    {
        get;
        init => field = Enum.IsDefined(value) ? value
            : throw new ArgumentOutOfRangeException(nameof(Absent), value,
                $"{value} is not a valid value for absent classes; it is Skip or Count.");
    }

    /// <summary>Whether each image has regions of its own, instead of the batch as a whole. Default false.</summary>
    public bool PerImage { get; init; }

    /// <summary>Whether P is the sum of p^2 instead of p, as Milletari et al. 2016 have it. Default false.</summary>
    public bool Squared { get; init; }

    /// <summary>The loss, reduced, and on request its gradient.</summary>
    /// <param name="logits">(C), (N, C) or (N, C, d1 .. dK).</param>
    /// <param name="targets">(1), (N) or (N, d1 .. dK), each 0 .. C - 1 or <see cref="IgnoreIndex"/>.</param>
    /// <param name="gradient">Receives the derivative of the result with respect to each logit; the logits' shape, and may be exactly the
    /// logits' memory. <c>default</c> for none.</param>
    /// <exception cref="ArgumentException">Shapes that do not fit, more than 2,000,000,000 elements, or a gradient that overlaps an input
    /// in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class; the message gives its position.</exception>
    /// <exception cref="InvalidOperationException">An empty mean, where <see cref="Loss.WhenEmpty"/> makes it an error.</exception>
    [OverloadResolutionPriority(1)] // new(memory, shape) without a type is a tensor span
    public LossResult Evaluate<T, TTarget>(
        in ReadOnlyTensorSpan<T> logits, in ReadOnlyTensorSpan<TTarget> targets, in TensorSpan<T> gradient = default)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        typeof(T).CheckFloatingPoint("logits", "losses");
        var shape = new ClassIndexShape(logits.Lengths, targets.Lengths, null, ArgumentNames.OfLogits);
        TensorLengths.CheckElements(targets, nameof(targets));
        TensorLengths.Count(logits.Lengths, nameof(logits));
        TensorLengths.Count(targets.Lengths, nameof(targets));
        if (gradient.Rank > 0) TensorLengths.CheckShape(gradient.Lengths, logits.Lengths, nameof(gradient), nameof(logits));
        using var x = new Gathered<T>(logits, nameof(logits));
        using var t = new Gathered<TTarget>(targets, nameof(targets));
        using var g = new Scattered<T>(gradient, nameof(gradient));
        Overlap.CheckPart(g.Span, nameof(gradient), x.Span, nameof(logits));
        Overlap.CheckInput(g.Span, nameof(gradient), t.Span, nameof(targets));
        var result = EvaluateFlat(shape, x.Span, t.Span, g.Span);
        g.Store();
        return result;
    }

    /// <summary>Evaluates over flat memory whose shapes have been checked.</summary>
    internal LossResult EvaluateFlat<T, TTarget>(
        in ClassIndexShape shape, ReadOnlySpan<T> logits, ReadOnlySpan<TTarget> targets, Span<T> gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        shape.Divisor<double, double, TTarget>(targets, default, default, IgnoreIndex); // refuses targets that are no classes
        var isOneImage = shape.Inner == 1 && !PerImage;
        var layout = isOneImage
            ? new RegionLayout(1, targets.Length, shape.Classes, 0, 1, shape.Classes)
            : new RegionLayout(
                targets.IsEmpty ? 0 : shape.Samples, shape.Inner, shape.Classes, shape.Classes * shape.Inner, shape.Inner, 1);
        var job = new RegionJob<T, TTarget>(layout, Squared, IgnoreIndex) { Logits = logits, Targets = targets, Gradient = gradient };
        var regions = targets.IsEmpty || shape.Classes == 0 ? 0 : PerImage ? layout.Images : 1;
        using var sums = new Scratch<double>(3 * shape.Classes * regions);
        using var factors = new Scratch<double>(2 * shape.Classes * regions);
        if (regions > 0) job.AddSums(sums.Span, regions);
        factors.Span.Clear();
        var (loss, count) = (default(CompensatedSum), 0);
        for (var region = 0; region < regions; region++)
        {
            var own = sums.Span.Slice(3 * shape.Classes * region, 3 * shape.Classes);
            var used = 0.0;
            for (var c = 0; c < shape.Classes; c++) used += own[3 * c + 2];
            for (var c = 0; c < shape.Classes && used > 0; c++)
            {
                var (intersection, predicted, truth) = (own[3 * c], own[3 * c + 1], own[3 * c + 2]);
                if (truth == 0 && Absent == AbsentClasses.Skip) continue;
                var (term, ofTarget, ofPrediction) = Formula.At(intersection, predicted, truth);
                loss.Add(term);
                count++;
                var to = factors.Span.Slice(2 * (shape.Classes * region + c), 2);
                (to[0], to[1]) = (ofTarget, ofPrediction);
            }
        }
        var divisor = new Divisor(count, count == 0);
        var scale = Scale(divisor); // refuses an empty mean before anything is written
        if (count == 0) gradient.Clear();
        else if (!gradient.IsEmpty)
        {
            foreach (ref var factor in factors.Span) factor *= scale;
            job.StoreGradient(factors.Span, regions);
        }
        return Result(count == 0 ? 0 : loss.Value, divisor);
    }

    /// <summary>What is made of the sums of a region.</summary>
    private protected abstract RegionFormula Formula { get; }

    private protected sealed override bool Allows(Reduction reduction) => reduction is Reduction.Mean or Reduction.Sum;

    private protected sealed override string Allowed => "it is Mean or Sum: a region has a loss, a pixel has none";

    private protected static double NotNegative(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be 0 or more and finite.");
}
