using System.Runtime.InteropServices;

namespace Surprisal.Cuda;

/// <summary>
/// A loss over class indices on a device: targets are checked, then everything is computed, in launches that follow one another.
/// Only
/// the state comes back.
/// </summary>
/// <param name="device">What runs it.</param>
/// <param name="loss">The options.</param>
/// <param name="samples">How many samples.</param>
/// <param name="classes">How many classes.</param>
/// <param name="inner">How many positions a sample has.</param>
internal sealed class ClassEvaluation(ICudaDevice device, ClassIndexLoss loss, int samples, int classes, int inner)
{
    private int Positions => samples * inner;

    /// <summary>Evaluates and waits; the state says whether anything was written.</summary>
    public EvaluationState Run<T, TTarget>(ulong logits, ulong targets, ulong gradient, ulong each, ulong sampleWeights = 0)
        where T : unmanaged
        where TTarget : unmanaged
    {
        using var memory = new DeviceScratch(device);
        return Read(device, Start<T, TTarget>(memory, logits, targets, gradient, each, sampleWeights));
    }

    /// <summary>Waits for an evaluation, and reads its state.</summary>
    public static EvaluationState Read(ICudaDevice device, ulong state)
    {
        var result = default(EvaluationState);
        device.Read(state, MemoryMarshal.AsBytes(new Span<EvaluationState>(ref result)));
        return result;
    }

    /// <summary>Starts an evaluation, whose memory has to stay until its state has been read; returns where that is.</summary>
    public ulong Start<T, TTarget>(DeviceScratch memory, ulong logits, ulong targets, ulong gradient, ulong each, ulong sampleWeights)
        where T : unmanaged
        where TTarget : unmanaged
    {
        var type = ElementType.Of<T>();
        var blocks = LossBlocks.Of(samples, classes, inner, type.Lanes);
        var state = memory.Of(EvaluationState.Size);
        var weights = ClassNumbers.WeightsOf(memory, loss, type);
        var (checkedTargets, counts) = ClassTargets.Start<TTarget>(
            device, memory, loss, loss.IgnoreIndex, type, Positions, classes, weights, targets, sampleWeights, state);
        var losses = memory.Of(8L * Positions);
        if (loss is not NllLoss)
        {
            var options = loss as CrossEntropyLoss ?? new();
            Launch(options, type, logits, checkedTargets, weights, gradient, each, losses, state, counts,
                ClassNumbers.ShiftOf(memory, options, type));
        }
        else LaunchNll(type, logits, checkedTargets, weights, gradient, each, losses, state, counts);
        LossSum.Start(device, memory, blocks, losses, state);
        return state;
    }

    private void Launch(
        CrossEntropyLoss options,
        ElementType type,
        ulong logits,
        ulong targets,
        ulong weights,
        ulong gradient,
        ulong each,
        ulong losses,
        ulong state,
        ulong sampleWeights,
        ulong shift)
    {
        var isTransformed = options.SoftCap is not null || options.Temperature != 1 || shift != 0;
        var focal = loss as SoftmaxFocalLoss;
        var variant = focal is not null ? ClassVariant.Focal : isTransformed ? ClassVariant.Transformed
            : options.LabelSmoothing > 0 ? ClassVariant.Smooth : options.ZLoss > 0 ? ClassVariant.Squared : ClassVariant.Plain;
        var plan = ClassPlan.Of(
            device, CrossEntropyKernels.Modules[type.Index], layout => ClassPlan.Name(layout, variant), type, classes, inner);
        var byTarget = options.SmoothingWeight == SmoothingWeight.PerTarget ? 1U : 0U;
        device.Launch(plan.Module, plan.Kernel, plan.Grid(Positions), logits, targets, weights, gradient, each, losses, state,
            (uint)Positions, (uint)classes, (uint)inner, options.LabelSmoothing, options.LabelSmoothing / classes, TotalWeight(type),
            focal?.Gamma ?? options.ZLoss, byTarget, sampleWeights, options.SoftCap ?? 0, 1 / options.SoftCap ?? 0, 1 / options.Temperature,
            shift);
    }

    private void LaunchNll(ElementType type, ulong inputs, ulong targets, ulong weights, ulong gradient, ulong each, ulong losses,
        ulong state,
        ulong sampleWeights)
    {
        var module = NllKernels.Modules[type.Index];
        device.Launch(module, NllKernels.Losses, Pieces.Of(Positions, NllKernels.Threads), 0, inputs, targets, weights, each, losses, state,
            (uint)Positions, (uint)classes, (uint)inner, sampleWeights);
        if (gradient == 0) return;
        var elements = Positions * classes;
        device.Launch(module, NllKernels.Gradient, Pieces.Of(elements, NllKernels.Threads), 0, targets, weights, gradient, state,
            (uint)elements, (uint)classes, (uint)inner, sampleWeights);
    }

    /// <summary>The sum of the weights of all classes, in the library's lanes.</summary>
    private double TotalWeight(ElementType type) => loss.Weight is null ? classes : LaneTotal.Of([.. loss.Weight], type.IsDouble);
}
