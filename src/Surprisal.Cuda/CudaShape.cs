using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Surprisal.Cuda;

/// <summary>The shapes of a loss over class indices, or of one over regions, checked in PyTorch's words as the library does.</summary>
internal sealed record CudaShape(int Samples, int Classes, int Inner)
{
    /// <summary>Longer rows are cut into pieces by the library, which kernels do not do yet.</summary>
    private const int MaxClasses = 262_144;

    /// <summary>What an array of .NET holds.</summary>
    private const int MaxElements = 2_147_483_591;

    public int Positions => Samples * Inner;

    /// <summary>Whether there is nothing to read on the device.</summary>
    public bool IsEmpty => Positions == 0 || Classes == 0;

    /// <exception cref="ArgumentException">In PyTorch's words, with both shapes.</exception>
    public static CudaShape Of(ClassWeights? weight, TensorShape logits, TensorShape targets)
    {
        if (logits.Rank == 0)
            throw new ArgumentException("Expected 1 or more dimensions (got 0): logits need (C), (N, C) or (N, C, d1 .. dK).",
                nameof(logits));
        if (logits.ElementCount > MaxElements)
            throw new ArgumentException(
                $"logits have shape {logits}; at most {MaxElements} elements fit one call: evaluate them in parts.", nameof(logits));
        var classes = logits[logits.Rank == 1 ? 0 : 1];
        if (weight is not null && weight.Count != classes)
            throw Misfit($"weight tensor should be defined either for all {classes} classes or no classes but got weight tensor of " +
                $"shape: [{weight.Count}]", nameof(ClassIndexLoss.Weight));
        if (logits.Rank == 1)
            return targets.Rank > 1 || (targets.Rank == 1 && targets[0] != 1)
                ? throw new ArgumentException(
                    $"size mismatch (got input: {logits}, target: {targets}): logits of shape (C) need a single target.", nameof(targets))
                : new(1, classes, 1);
        var batch = targets.Rank == 0 ? 0 : targets[0];
        if (targets.Rank == 0 || batch != logits[0])
            throw new ArgumentException(
                $"Expected input batch_size ({logits[0]}) to match target batch_size ({batch}): logits have shape {logits}, " +
                $"targets {targets}.", nameof(targets));
        if (logits.Rank == 2 && targets.Rank > 1)
            throw new ArgumentException("0D or 1D target tensor expected, multi-target not supported: " +
                $"logits of shape {logits} need targets [{logits[0]}], not {targets}.", nameof(targets));
        if (targets.Rank != logits.Rank - 1 || !targets.AsSpan()[1..].SequenceEqual(logits.AsSpan()[2..]))
            throw new ArgumentException(
                $"Expected target size {Sizes(logits)}, got {targets}: logits have shape {logits}, with the classes second.",
                nameof(targets));
        var inner = 1;
        foreach (var size in logits.AsSpan()[2..]) inner *= size;
        return new(logits[0], classes, inner);
    }

    /// <summary>The shapes of cross-entropy with class probabilities.</summary>
    /// <exception cref="ArgumentException">In PyTorch's words, with both shapes.</exception>
    /// <exception cref="InvalidOperationException">An ignored index that is a class.</exception>
    public static CudaShape OfProbabilities(CrossEntropyLoss loss, TensorShape logits, TensorShape targets)
    {
        if (logits.Rank > 1 && targets.Rank > 0 && targets[0] != logits[0])
            throw new ArgumentException($"Expected input batch_size ({logits[0]}) to match target batch_size ({targets[0]}): " +
                $"logits have shape {logits}, targets {targets}.", nameof(targets));
        if (targets != logits)
            throw new ArgumentException($"class probabilities have the shape of logits, {logits}, but targets have {targets}; " +
                "class indices are integers: convert targets to int or long.", nameof(targets));
        if (loss.IgnoreIndex >= 0)
            throw new InvalidOperationException("ignore_index is not supported for floating point target: " +
                $"IgnoreIndex is {loss.IgnoreIndex}, and no probability is a class index; leave samples out by a sample weight of 0.");
        if (logits.Rank > 0 && logits[logits.Rank == 1 ? 0 : 1] is var classes && loss.Weight is { } weight && weight.Count != classes)
            throw Misfit($"cross_entropy: weight tensor should be defined either for all {classes} classes or no classes " +
                $"but got weight tensor of shape: [{weight.Count}]", nameof(loss.Weight));
        var shape = Of(loss.Weight, logits, LossesOf(logits));
        shape.CheckKernels(loss with { LabelSmoothing = 0 }); // which is no sum here
        return shape;
    }

    /// <summary>The shape of the losses of logits: theirs without the classes.</summary>
    public static TensorShape LossesOf(TensorShape logits) =>
        logits.Rank < 2 ? TensorShape.Create([]) : TensorShape.Create([logits[0], .. logits.AsSpan()[2..]]);

    /// <summary>The sizes before, along and after a dimension.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
    public static (int Outer, int Axis, int Inner) Along(TensorShape shape, int dim)
    {
        if (dim < -shape.Rank || dim >= shape.Rank)
            throw new ArgumentOutOfRangeException(nameof(dim),
                $"Dimension out of range (expected to be in range of [{-shape.Rank}, {shape.Rank - 1}], but got {dim})");
        var at = dim < 0 ? dim + shape.Rank : dim;
        var (outer, inner) = (1, 1);
        foreach (var size in shape.AsSpan()[..at]) outer *= size;
        foreach (var size in shape.AsSpan()[(at + 1)..]) inner *= size;
        if (inner == 1 && shape[at] > MaxClasses)
            throw new NotSupportedException($"x has {shape[at]} elements along dimension {dim}; kernels take up to {MaxClasses}.");
        return (outer, shape[at], inner);
    }

    /// <summary>Refuses what has no kernel yet.</summary>
    /// <exception cref="NotSupportedException">By the option's name.</exception>
    public void CheckKernels(ClassIndexLoss loss)
    {
        if (loss is NllLoss) return;
        if (Classes > MaxClasses) throw new NotSupportedException($"logits have {Classes} classes; kernels take up to {MaxClasses}.");
        if (loss is SoftmaxFocalLoss) return;
        var options = loss as CrossEntropyLoss
            ?? throw new NotSupportedException($"{loss.GetType().Name} has no kernel on the GPU yet; evaluate on the CPU: logits.Cpu().");
        if (options.Prior is { } prior && prior.Count != Classes)
            throw Misfit($"Prior has {prior.Count} classes, but the logits have {Classes}; it needs one probability for each.",
                nameof(options.Prior));
        if (options.LabelSmoothing > 0 && loss.Weight is { } weight && (Classes > LaneTotal.MaxLength || !double.IsFinite(weight.Sum())))
            throw new NotSupportedException(
                $"label smoothing with weights has a kernel up to {LaneTotal.MaxLength} classes whose weights add up to a finite number.");
    }

    /// <summary>The value of nothing, which the library makes, and the losses of rows without classes.</summary>
    public LossResult ResultOfNothing<T, TTarget>(
        ClassIndexLoss loss, CudaTensor<T> logits, CudaTensor<TTarget> targets, CudaTensor<T>? losses, CudaTensor<T>? sampleWeights)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var empty = HostTargets(targets, out var lengths);
        return HostEvaluation.Run(logits.Device, targets.Shape, losses, sampleWeights, (in each, in counts) =>
            loss.Evaluate(new ReadOnlyTensorSpan<T>(Array.Empty<T>(), logits.Shape.ToLengths()),
                new ReadOnlyTensorSpan<TTarget>(empty, lengths), default, each, counts));
    }

    /// <summary>The value of a loss over regions of nothing.</summary>
    public LossResult ResultOfNothing<T, TTarget>(RegionLoss loss, CudaTensor<T> logits, CudaTensor<TTarget> targets)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        var empty = HostTargets(targets, out var lengths);
        return loss.Evaluate(new ReadOnlyTensorSpan<T>(Array.Empty<T>(), logits.Shape.ToLengths()),
            new ReadOnlyTensorSpan<TTarget>(empty, lengths));
    }

    private TTarget[] HostTargets<TTarget>(CudaTensor<TTarget> targets, out nint[] lengths) where TTarget : unmanaged, INumber<TTarget>
    {
        var values = new TTarget[Positions];
        targets.Device.Read(targets.Address, MemoryMarshal.AsBytes(values.AsSpan()));
        lengths = targets.Shape.Rank == 0 ? [1] : targets.Shape.ToLengths(); // no tensor span of rank 0 has an element
        return values;
    }

    /// <summary>The value of nothing with class probabilities.</summary>
    public static LossResult ResultOfNothing<T>(
        CrossEntropyLoss loss, CudaTensor<T> logits, CudaTensor<T>? losses, CudaTensor<T>? sampleWeights)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        HostEvaluation.Run(logits.Device, LossesOf(logits.Shape), losses, sampleWeights, (in each, in counts) =>
            loss.Evaluate(new ReadOnlyTensorSpan<T>(Array.Empty<T>(), logits.Shape.ToLengths()),
                new ReadOnlyTensorSpan<T>(Array.Empty<T>(), logits.Shape.ToLengths()), default, each, counts));

    /// <summary>What the loss returns for what the kernels found.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A target that is no class.</exception>
    /// <exception cref="InvalidOperationException">An empty mean, where that is an error.</exception>
    public LossResult Result<TTarget>(Loss loss, long ignoreIndex, EvaluationState state, CudaTensor<TTarget> targets)
        where TTarget : unmanaged, IBinaryInteger<TTarget> =>
        state.FirstBad == ulong.MaxValue ? Result(loss, state) : throw BadTarget(targets, state, Classes, ignoreIndex);

    /// <summary>The error about a target that is no class, as the library words it.</summary>
    public static ArgumentOutOfRangeException BadTarget<TTarget>(
        CudaTensor<TTarget> targets, EvaluationState state, int classes, long ignoreIndex)
        where TTarget : unmanaged, IBinaryInteger<TTarget>
    {
        TTarget bad = default;
        if (!targets.IsDisposed)
            targets.Device.Read(targets.Address + state.FirstBad * (ulong)Marshal.SizeOf<TTarget>(),
                MemoryMarshal.AsBytes(new Span<TTarget>(ref bad)));
        var value = targets.IsDisposed ? "(given back)" : bad.ToString()!;
        return new(nameof(targets), $"targets[{Position((long)state.FirstBad, targets.Shape)}] = {value} is out of bounds: " +
            $"classes are 0..{classes - 1} and ignore_index is {ignoreIndex}.");
    }

    /// <summary>Where an element is, as an index in each dimension.</summary>
    public static string Position(long at, TensorShape shape)
    {
        var position = new long[Math.Max(shape.Rank, 1)];
        for (var dim = shape.Rank - 1; dim >= 0; dim--) (at, position[dim]) = (at / shape[dim], at % shape[dim]);
        return string.Join(", ", position);
    }

    /// <summary>What the loss returns for what the kernels found, where every target is one.</summary>
    public static LossResult Result(Loss loss, EvaluationState state)
    {
        var isEmpty = state.Empty != 0;
        if (state.Stop != 0)
            throw new InvalidOperationException(
                $"the mean of {loss.GetType().Name} is over nothing: there is no sample, every one is ignored, or " +
                "every weight is 0; WhenEmpty = Zero or NaN gives a value instead.");
        var value = loss.Reduction is not (Reduction.Mean or Reduction.BatchMean) ? state.Sum
            : loss.Normalizer is { } normalizer ? state.Sum / normalizer
            : isEmpty ? loss.WhenEmpty == EmptyMean.Zero ? 0 : double.NaN
            : state.Sum / state.Divisor;
        return new() { Value = value, Sum = state.Sum, Divisor = state.Divisor };
    }

    /// <summary>The error about an option that does not fit the arguments, by the option's name.</summary>
    private static ArgumentException Misfit(string message, string option) => new(message, option);

    private static string Sizes(TensorShape logits) => $"[{string.Join(", ", logits.Where((_, dim) => dim != 1))}]";
}
