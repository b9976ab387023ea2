using System.Numerics.Tensors;

namespace Surprisal;

/// <summary>One call of a loss whose targets are numbers in the inputs' shape: what to read and where to write.</summary>
internal readonly ref struct DenseTask<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The shape of the inputs, targets and gradients.</summary>
    public ReadOnlySpan<nint> Lengths { get; init; }

    /// <summary>The size of the inputs' first dimension before any broadcasting; 1 for rank 0.</summary>
    public nint Batch { get; init; }

    public ReadOnlySpan<T> Inputs { get; init; }

    public ReadOnlySpan<T> Targets { get; init; }

    /// <summary>Empty, or one weight for each loss before the reduction; 0 leaves it out.</summary>
    public ReadOnlySpan<T> SampleWeights { get; init; }

    /// <summary>Empty, or room for the derivative with respect to the inputs.</summary>
    public Span<T> Gradient { get; init; }

    /// <summary>Empty, or room for the derivative with respect to the targets.</summary>
    public Span<T> TargetGradient { get; init; }

    /// <summary>Empty, or room for the losses before the reduction.</summary>
    public Span<T> Losses { get; init; }

    /// <summary>Checks the tensors' shapes and memory against the loss and evaluates it.</summary>
    public static LossResult Evaluate(
        IDenseLoss loss, in ReadOnlyTensorSpan<T> inputs, in ReadOnlyTensorSpan<T> targets, in TensorSpan<T> gradient, in TensorSpan<T> targetGradient,
        in TensorSpan<T> losses, in ReadOnlyTensorSpan<T> sampleWeights)
    {
        var shape = inputs.Lengths;
        loss.CheckShapes(shape, targets.Lengths);
        if (loss.Broadcasts) TargetShape.Check(shape, targets.Lengths);
        Dense.Count(shape, nameof(inputs));
        if (gradient.Rank > 0) Dense.CheckShape(gradient.Lengths, shape, nameof(gradient), nameof(inputs));
        if (targetGradient.Rank > 0) Dense.CheckShape(targetGradient.Lengths, shape, nameof(targetGradient), nameof(inputs));
        var lossShape = LossShape(loss, shape, stackalloc nint[shape.Length]);
        Dense.Count(lossShape, nameof(losses)); // more than inputs where there are no classes
        if (losses.Rank > 0) Dense.CheckShape(losses.Lengths, lossShape, nameof(losses), "the losses before the reduction");
        if (sampleWeights.Rank > 0) Dense.CheckBroadcast(sampleWeights.Lengths, lossShape, nameof(sampleWeights));
        var task = new DenseTask<T>
        {
            Lengths = shape,
            Batch = shape.Length == 0 ? 1 : shape[0],
            Inputs = Dense.Span(inputs, nameof(inputs)),
            Targets = Dense.Span(targets, nameof(targets)),
            SampleWeights = Dense.Span(sampleWeights, nameof(sampleWeights)),
            Gradient = Dense.Span(gradient, nameof(gradient)),
            TargetGradient = Dense.Span(targetGradient, nameof(targetGradient)),
            Losses = Dense.Span(losses, nameof(losses)),
        };
        task.CheckOverlap();
        return (task with
        {
            Targets = Dense.Expand(task.Targets, targets.Lengths, shape),
            SampleWeights = Dense.Expand(task.SampleWeights, sampleWeights.Lengths, lossShape),
        }).Evaluate(loss);
    }

    /// <summary>Refuses outputs in memory that is still to be read: only the gradient may be exactly the inputs.</summary>
    private void CheckOverlap()
    {
        Overlap.CheckPart(Gradient, "gradient", Inputs, "inputs");
        Overlap.CheckInput(TargetGradient, "targetGradient", Inputs, "inputs");
        Overlap.CheckInput(Losses, "losses", Inputs, "inputs");
        CheckInput(Targets, "targets");
        CheckInput(SampleWeights, "sampleWeights");
        Overlap.CheckOutput(TargetGradient, "targetGradient", Gradient, "gradient");
        Overlap.CheckOutput(Losses, "losses", Gradient, "gradient");
        Overlap.CheckOutput(Losses, "losses", TargetGradient, "targetGradient");
    }

    private void CheckInput(ReadOnlySpan<T> input, string name)
    {
        Overlap.CheckInput(Gradient, "gradient", input, name);
        Overlap.CheckInput(TargetGradient, "targetGradient", input, name);
        Overlap.CheckInput(Losses, "losses", input, name);
    }

    /// <summary>The shape of the losses before the reduction: the inputs' without the classes, in <paramref name="room"/> of the inputs' rank.</summary>
    public static ReadOnlySpan<nint> LossShape(IDenseLoss loss, ReadOnlySpan<nint> inputs, Span<nint> room)
    {
        var axis = loss.ClassAxis(inputs.Length);
        if (axis < 0) return inputs;
        inputs[..axis].CopyTo(room);
        inputs[(axis + 1)..].CopyTo(room[axis..]);
        return room[..(inputs.Length - 1)];
    }

    /// <summary>In float or double; narrow numbers are widened, and what comes out is rounded once.</summary>
    public LossResult Evaluate(IDenseLoss loss)
    {
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double)) return loss.Evaluate(this);
        using var inputs = new Widened<T>(Inputs);
        using var targets = new Widened<T>(Targets);
        using var weights = new Widened<T>(SampleWeights);
        using var gradient = new Widened<T>(Gradient);
        using var targetGradient = new Widened<T>(TargetGradient);
        using var losses = new Widened<T>(Losses);
        var result = loss.Evaluate(new DenseTask<float>
        {
            Lengths = Lengths, Batch = Batch, Inputs = inputs.Span, Targets = targets.Span, SampleWeights = weights.Span,
            Gradient = gradient.Span, TargetGradient = targetGradient.Span, Losses = losses.Span,
        });
        gradient.WriteBack();
        targetGradient.WriteBack();
        losses.WriteBack();
        return result;
    }
}
