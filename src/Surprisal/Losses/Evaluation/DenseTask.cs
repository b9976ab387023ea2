using System.Numerics.Tensors;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>One evaluation of a loss whose targets are numbers in the inputs' shape: what is read, and where results go.</summary>
internal readonly ref struct DenseTask<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The shape of the inputs, targets and gradients.</summary>
    public ReadOnlySpan<nint> Lengths { get; init; }

    /// <summary>The size of the inputs' first dimension before any broadcasting; 1 for rank 0.</summary>
    public nint Batch { get; init; }

    /// <summary>What the caller names the inputs and targets.</summary>
    public ArgumentNames Names { get; init; }

    public ReadOnlySpan<T> Inputs { get; init; }

    public ReadOnlySpan<T> Targets { get; init; }

    /// <summary>Empty, or one weight for each loss before the reduction; a loss of weight 0 is ignored.</summary>
    public ReadOnlySpan<T> SampleWeights { get; init; }

    /// <summary>Empty, or where the derivative with respect to the inputs goes.</summary>
    public Span<T> Gradient { get; init; }

    /// <summary>Empty, or where the derivative with respect to the targets goes.</summary>
    public Span<T> TargetGradient { get; init; }

    /// <summary>Empty, or where the losses before the reduction go.</summary>
    public Span<T> Losses { get; init; }

    /// <summary>
    /// Whether the losses are rounded to a 16-bit type afterwards: they are then stored so that each is in effect rounded once.
    /// </summary>
    public bool RoundsTo16Bit { get; init; }

    /// <summary>The elements from <paramref name="start"/> on, for a kernel that goes over them one by one.</summary>
    public PointwiseOperands<T> Operands(int start, int length, double scale) =>
        new(Inputs.SliceOrEmpty(start, length), Targets.SliceOrEmpty(start, length))
        {
            SampleWeight = SampleWeights.SliceOrEmpty(start, length),
            Scale = scale,
            Gradient = Gradient.SliceOrEmpty(start, length),
            TargetGradient = TargetGradient.SliceOrEmpty(start, length),
            Losses = Losses.SliceOrEmpty(start, length),
        };

    /// <summary>Stores a loss where losses are wanted.</summary>
    public void Store(int i, double loss)
    {
        if (!Losses.IsEmpty) Losses[i] = SixteenBit.From<T>(loss, RoundsTo16Bit);
    }

    /// <summary>Checks the tensors' shapes and memory against the loss and evaluates it.</summary>
    public static LossResult Evaluate(
        IDenseLoss loss,
        in ReadOnlyTensorSpan<T> inputs,
        in ReadOnlyTensorSpan<T> targets,
        in TensorSpan<T> gradient,
        in TensorSpan<T> losses,
        in ReadOnlyTensorSpan<T> sampleWeights,
        in TensorSpan<T> targetGradient,
        ArgumentNames names)
    {
        typeof(T).CheckFloatingPoint(names.Input, "losses");
        var shape = inputs.Lengths;
        loss.CheckShapes(shape, targets.Lengths, names);
        if (loss.Broadcasts) DenseTargetShape.Check(shape, targets.Lengths, names);
        TensorLengths.CheckElements(inputs, names.Input);
        TensorLengths.CheckElements(targets, names.Target);
        TensorLengths.Count(shape, names.Input);
        if (gradient.Rank > 0) TensorLengths.CheckShape(gradient.Lengths, shape, nameof(gradient), names.Input);
        if (targetGradient.Rank > 0) TensorLengths.CheckShape(targetGradient.Lengths, shape, nameof(targetGradient), names.Input);
        var lossShape = LossShape(loss, shape, stackalloc nint[shape.Length]);
        TensorLengths.Count(lossShape, nameof(losses)); // more than inputs where there are no classes
        if (losses.Rank > 0) TensorLengths.CheckShape(losses.Lengths, lossShape, nameof(losses), "the losses before the reduction");
        if (sampleWeights.Rank > 0) TensorLengths.CheckBroadcast(sampleWeights.Lengths, lossShape, nameof(sampleWeights));
        using var x = new Gathered<T>(inputs, names.Input);
        using var t = new Gathered<T>(targets, names.Target);
        using var weights = new Gathered<T>(sampleWeights, nameof(sampleWeights));
        using var g = new Scattered<T>(gradient, nameof(gradient));
        using var gt = new Scattered<T>(targetGradient, nameof(targetGradient));
        using var outputs = new Scattered<T>(losses, nameof(losses));
        Overlap.CheckPart(g.Span, nameof(gradient), x.Span, names.Input);
        Overlap.CheckInput(gt.Span, nameof(targetGradient), x.Span, names.Input);
        Overlap.CheckInput(outputs.Span, nameof(losses), x.Span, names.Input);
        CheckInput(g, gt, outputs, t.Span, names.Target);
        CheckInput(g, gt, outputs, weights.Span, nameof(sampleWeights));
        Overlap.CheckOutput(gt.Memory, nameof(targetGradient), g.Memory, nameof(gradient));
        Overlap.CheckOutput(outputs.Memory, nameof(losses), g.Memory, nameof(gradient));
        Overlap.CheckOutput(outputs.Memory, nameof(losses), gt.Memory, nameof(targetGradient));
        var result = new DenseTask<T>
        {
            Lengths = shape,
            Batch = shape[0],
            Names = names,
            Inputs = x.Span,
            Targets = TensorLengths.Expand(t.Span, targets.Lengths, shape),
            SampleWeights = TensorLengths.Expand(weights.Span, sampleWeights.Lengths, lossShape),
            Gradient = g.Span,
            TargetGradient = gt.Span,
            Losses = outputs.Span,
        }.Evaluate(loss);
        g.Store();
        gt.Store();
        outputs.Store();
        return result;
    }

    private static void CheckInput(
        in Scattered<T> gradient,
        in Scattered<T> targetGradient,
        in Scattered<T> losses,
        ReadOnlySpan<T> input,
        string name)
    {
        Overlap.CheckInput(gradient.Span, nameof(gradient), input, name);
        Overlap.CheckInput(targetGradient.Span, nameof(targetGradient), input, name);
        Overlap.CheckInput(losses.Span, nameof(losses), input, name);
    }

    /// <summary>
    /// The shape of the losses before the reduction: the inputs' without the classes, [1] where nothing is left, written to
    /// <paramref name="buffer"/> of the inputs' rank.
    /// </summary>
    public static ReadOnlySpan<nint> LossShape(IDenseLoss loss, ReadOnlySpan<nint> inputs, Span<nint> buffer)
    {
        var axis = loss.ClassAxis(inputs.Length);
        if (axis < 0) return inputs;
        inputs[..axis].CopyTo(buffer);
        inputs[(axis + 1)..].CopyTo(buffer[axis..]);
        if (inputs.Length == 1) buffer[0] = 1; // no tensor span of rank 0 has an element
        return buffer[..Math.Max(1, inputs.Length - 1)];
    }

    /// <summary>Evaluates the loss in float or double; 16-bit numbers are converted to float, and results are rounded once.</summary>
    public LossResult Evaluate(IDenseLoss loss)
    {
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double)) return loss.Evaluate(this);
        using var inputs = new FloatCopy<T>(Inputs);
        using var targets = new FloatCopy<T>(Targets);
        using var weights = new FloatCopy<T>(SampleWeights);
        using var gradient = new FloatCopy<T>(Gradient);
        using var targetGradient = new FloatCopy<T>(TargetGradient);
        using var losses = new FloatCopy<T>(Losses);
        var result = loss.Evaluate(new DenseTask<float>
        {
            Lengths = Lengths, Batch = Batch, Names = Names, Inputs = inputs.Span, Targets = targets.Span, SampleWeights = weights.Span,
            Gradient = gradient.Span, TargetGradient = targetGradient.Span, Losses = losses.Span, RoundsTo16Bit = true,
        });
        gradient.WriteBack();
        targetGradient.WriteBack();
        losses.WriteBack();
        return result;
    }
}
