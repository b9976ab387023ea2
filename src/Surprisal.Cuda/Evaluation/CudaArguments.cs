using System.Runtime.InteropServices;

namespace Surprisal.Cuda;

/// <summary>What a call is refused for before anything is launched: shapes, devices, outputs that overlap.</summary>
internal static class CudaArguments
{
    /// <summary>Checks the tensors of a loss over class indices, and lets our stream wait for theirs.</summary>
    public static CudaShape Check<T, TTarget>(
        ClassIndexLoss loss,
        CudaTensor<T> logits,
        CudaTensor<TTarget> targets,
        CudaTensor<T>? gradient,
        CudaTensor<T>? losses,
        CudaTensor<T>? sampleWeights)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var shape = CudaShape.Of(loss.Weight, logits.Shape, targets.Shape);
        ElementType.Of<T>();
        TargetType.Of<TTarget>();
        CheckOutput(gradient, nameof(gradient), logits.Shape, nameof(logits), logits.Device);
        CheckOutput(losses, nameof(losses), targets.Shape, nameof(targets), logits.Device);
        CheckOutput(sampleWeights, nameof(sampleWeights), targets.Shape, nameof(targets), logits.Device);
        CheckMemory(logits, targets, gradient, losses);
        if (sampleWeights is not null) CheckApart(gradient, losses, sampleWeights);
        shape.CheckKernels(loss);
        Begin(logits, targets, gradient, losses);
        sampleWeights?.Begin();
        return shape;
    }

    /// <summary>Checks the tensors of a loss over regions, and lets our stream wait for theirs.</summary>
    public static CudaShape Check<T, TTarget>(CudaTensor<T> logits, CudaTensor<TTarget> targets, CudaTensor<T>? gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var shape = CudaShape.Of(null, logits.Shape, targets.Shape);
        ElementType.Of<T>();
        TargetType.Of<TTarget>();
        CheckOutput(gradient, nameof(gradient), logits.Shape, nameof(logits), logits.Device);
        CheckMemory(logits, targets, gradient, null);
        Begin(logits, targets, gradient, null);
        return shape;
    }

    /// <summary>Checks the tensors of cross-entropy with class probabilities, and lets our stream wait for theirs.</summary>
    public static CudaShape Check<T>(
        CrossEntropyLoss loss,
        CudaTensor<T> logits,
        CudaTensor<T> targets,
        CudaTensor<T>? gradient,
        CudaTensor<T>? losses,
        CudaTensor<T>? sampleWeights,
        CudaTensor<T>? targetGradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var shape = CudaShape.OfProbabilities(loss, logits.Shape, targets.Shape);
        ElementType.Of<T>();
        var (lossShape, withoutClasses) = (CudaShape.LossesOf(logits.Shape), "the logits without the classes");
        CheckOutput(gradient, nameof(gradient), logits.Shape, nameof(logits), logits.Device);
        CheckOutput(losses, nameof(losses), lossShape, withoutClasses, logits.Device);
        CheckOutput(sampleWeights, nameof(sampleWeights), lossShape, withoutClasses, logits.Device);
        CheckOutput(targetGradient, nameof(targetGradient), logits.Shape, nameof(logits), logits.Device);
        CheckMemory(logits, targets, gradient, losses);
        if (sampleWeights is not null) CheckApart(gradient, losses, sampleWeights);
        CheckTargetGradient(targetGradient, (logits, nameof(logits)), targets, sampleWeights, gradient, losses);
        Begin(logits, targets, gradient, losses);
        sampleWeights?.Begin();
        targetGradient?.Begin();
        return shape;
    }

    /// <summary>Checks the tensors of a loss whose targets are numbers, and lets our stream wait for theirs.</summary>
    public static DenseShape Check<T>(
        DenseLoss loss,
        CudaTensor<T> inputs,
        CudaTensor<T> targets,
        CudaTensor<T>? gradient,
        CudaTensor<T>? losses,
        CudaTensor<T>? sampleWeights,
        CudaTensor<T>? targetGradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (type, shape) = (ElementType.Of<T>(nameof(inputs)), DenseShape.Of(loss, inputs.Shape, targets.Shape));
        ElementFormula.Of(loss, type.IsDouble);
        const string beforeReduction = "the losses before the reduction";
        CheckOutput(gradient, nameof(gradient), inputs.Shape, nameof(inputs), inputs.Device, nameof(inputs));
        CheckOutput(losses, nameof(losses), shape.Losses, beforeReduction, inputs.Device, nameof(inputs));
        CheckOutput(sampleWeights, nameof(sampleWeights), shape.Losses, beforeReduction, inputs.Device, nameof(inputs));
        CheckOutput(targetGradient, nameof(targetGradient), inputs.Shape, nameof(inputs), inputs.Device, nameof(inputs));
        CheckMemory(inputs, targets, gradient, losses, nameof(inputs));
        if (sampleWeights is not null) CheckApart(gradient, losses, sampleWeights);
        CheckTargetGradient(targetGradient, (inputs, nameof(inputs)), targets, sampleWeights, gradient, losses);
        Begin(inputs, targets, gradient, losses);
        sampleWeights?.Begin();
        targetGradient?.Begin();
        return shape;
    }

    public static void CheckOutput<T>(CudaTensor<T>? output, string name, TensorShape shape, string like, ICudaDevice device,
        string input = "logits")
        where T : unmanaged, INumber<T>
    {
        if (output is null) return;
        if (output.Shape != shape) throw new ArgumentException($"{name} has shape {output.Shape}; it needs that of {like}, {shape}.", name);
        if (!ReferenceEquals(output.Device, device)) throw new ArgumentException($"{name} is on another GPU than the {input}.", name);
    }

    /// <summary>Refuses targets of another GPU.</summary>
    public static void CheckTargets(ICudaDevice targets, ICudaDevice device, string input)
    {
        if (!ReferenceEquals(targets, device))
            throw new ArgumentException($"targets are on another GPU than the {input}.", nameof(targets));
    }

    /// <summary>Refuses targets of another GPU, and outputs that overlap what is read or each other.</summary>
    private static void CheckMemory<T, TTarget>(
        CudaTensor<T> logits, CudaTensor<TTarget> targets, CudaTensor<T>? gradient, CudaTensor<T>? losses, string input = "logits")
        where T : unmanaged, INumber<T>
        where TTarget : unmanaged, INumber<TTarget>
    {
        CheckTargets(targets.Device, logits.Device, input);
        CheckApart(gradient, nameof(gradient), logits, input, maySame: true);
        CheckApart(gradient, nameof(gradient), targets, nameof(targets), maySame: false);
        CheckApart(losses, nameof(losses), logits, input, maySame: false);
        CheckApart(losses, nameof(losses), targets, nameof(targets), maySame: false);
        if (gradient is not null) CheckApart(losses, nameof(losses), gradient, nameof(gradient), maySame: false);
    }

    /// <summary>Refuses outputs that overlap the weights of samples.</summary>
    private static void CheckApart<T>(CudaTensor<T>? gradient, CudaTensor<T>? losses, CudaTensor<T> sampleWeights)
        where T : unmanaged, INumber<T>
    {
        CheckApart(gradient, nameof(gradient), sampleWeights, nameof(sampleWeights), maySame: false);
        CheckApart(losses, nameof(losses), sampleWeights, nameof(sampleWeights), maySame: false);
    }

    /// <summary>Refuses a gradient of targets that overlaps anything else.</summary>
    private static void CheckTargetGradient<T>(
        CudaTensor<T>? targetGradient,
        (CudaTensor<T> Tensor, string Name) input,
        CudaTensor<T> targets,
        CudaTensor<T>? sampleWeights,
        CudaTensor<T>? gradient,
        CudaTensor<T>? losses)
        where T : unmanaged, INumber<T>
    {
        foreach (var (other, name) in ((CudaTensor<T>?, string)[])[input, (targets, nameof(targets)),
            (sampleWeights, nameof(sampleWeights)), (gradient, nameof(gradient)), (losses, nameof(losses))])
            if (other is not null) CheckApart(targetGradient, nameof(targetGradient), other, name, maySame: false);
    }

    /// <summary>Lets our stream wait for what others are doing with the tensors.</summary>
    private static void Begin<T, TTarget>(
        CudaTensor<T> logits, CudaTensor<TTarget> targets, CudaTensor<T>? gradient, CudaTensor<T>? losses)
        where T : unmanaged, INumber<T>
        where TTarget : unmanaged, INumber<TTarget>
    {
        logits.Begin();
        targets.Begin();
        gradient?.Begin();
        losses?.Begin();
    }

    /// <summary>Refuses an output that overlaps other memory, unless it is exactly that.</summary>
    public static void CheckApart<T, TOther>(CudaTensor<T>? output, string name, CudaTensor<TOther> other, string otherName, bool maySame)
        where T : unmanaged, INumber<T>
        where TOther : unmanaged, INumber<TOther>
    {
        if (output is null || output.Shape.ElementCount == 0 || other.Shape.ElementCount == 0) return;
        var (start, end) = (output.Address, output.Address + (ulong)output.Shape.ElementCount * (ulong)Marshal.SizeOf<T>());
        var (otherStart, otherEnd) = (other.Address, other.Address + (ulong)other.Shape.ElementCount * (ulong)Marshal.SizeOf<TOther>());
        if (start < otherEnd && otherStart < end && !(maySame && start == otherStart && end == otherEnd))
            throw new ArgumentException(
                $"{name} overlaps {otherName}{(maySame ? " in part; it may be exactly their memory, or none of it" : "")}.", name);
    }
}
