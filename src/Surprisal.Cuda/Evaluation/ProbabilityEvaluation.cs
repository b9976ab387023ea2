namespace Surprisal.Cuda;

/// <summary>Cross-entropy with class probabilities on a device: the divisor, then the losses and gradients, then the sum.</summary>
/// <param name="device">What runs it.</param>
/// <param name="loss">The options.</param>
/// <param name="shape">Samples, classes and positions.</param>
internal sealed class ProbabilityEvaluation(ICudaDevice device, CrossEntropyLoss loss, CudaShape shape)
{
    /// <summary>Starts an evaluation, whose memory has to stay until its state has been read; returns where that is.</summary>
    public ulong Start<T>(
        DeviceScratch memory, ulong logits, ulong targets, ulong gradient, ulong each, ulong sampleWeights, ulong targetGradient)
        where T : unmanaged
    {
        var type = ElementType.Of<T>();
        var (state, losses) = (memory.Of(EvaluationState.Size), memory.Of(8L * shape.Positions));
        device.Launch(TargetKernels.Module, TargetKernels.Begin, 1, 0, state);
        MeanDivisor.Start(device, memory, loss, type, sampleWeights, shape.Positions, batch: null, state);
        var plan = ClassPlan.Of(
            device, ProbabilityKernels.Modules[type.Index], ProbabilityKernels.Name, type, shape.Classes, shape.Inner);
        device.Launch(plan.Module, plan.Kernel, plan.Grid(shape.Positions), logits, targets,
            ClassNumbers.WeightsOf(memory, loss, type), gradient, each, losses, state, (uint)shape.Positions, (uint)shape.Classes,
            (uint)shape.Inner, loss.LabelSmoothing, loss.LabelSmoothing / shape.Classes, (double)shape.Classes, loss.ZLoss,
            loss.ZeroTimesInfinityIsZero ? 1U : 0U, sampleWeights, loss.SoftCap ?? 0, 1 / loss.SoftCap ?? 0, 1 / loss.Temperature,
            ClassNumbers.ShiftOf(memory, loss, type), targetGradient);
        LossSum.Start(device, memory, LossBlocks.OfProbabilities(shape.Samples, shape.Classes, shape.Inner, type.Lanes), losses, state);
        return state;
    }

    /// <summary>Waits for an evaluation, and makes the result of its state.</summary>
    public LossResult Result(ulong state) => CudaShape.Result(loss, ClassEvaluation.Read(device, state));
}
