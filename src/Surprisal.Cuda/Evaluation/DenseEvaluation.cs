namespace Surprisal.Cuda;

/// <summary>
/// A loss whose targets are numbers on a device: what is refused is found, then the divisor, then elements, then the sum, in launches that
/// follow one another. Only the state comes back.
/// </summary>
/// <param name="device">What runs it.</param>
/// <param name="loss">The options.</param>
/// <param name="shape">Elements, losses and weights.</param>
internal sealed class DenseEvaluation(ICudaDevice device, DenseLoss loss, DenseShape shape)
{
    /// <summary>Starts an evaluation, whose memory has to stay until its state has been read; returns where that is.</summary>
    public ulong Start<T>(
        DeviceScratch memory, ulong inputs, ulong targets, ulong gradient, ulong each, ulong sampleWeights, ulong targetGradient)
        where T : unmanaged
    {
        var type = ElementType.Of<T>();
        var state = memory.Of(EvaluationState.Size);
        device.Launch(TargetKernels.Module, TargetKernels.Begin, 1, 0, state);
        if (loss is BceLoss)
        {
            Check(type, inputs, sampleWeights, 0, state);
            Check(type, targets, sampleWeights, shape.Elements, state);
        }
        MeanDivisor.Start(device, memory, loss, type, sampleWeights, shape.LossCount,
            loss.Reduction == Reduction.BatchMean ? shape.Batch : null, state);

        var isOfRows = loss is MultiLabelSoftMarginLoss;
        var runs = isOfRows ? new(shape.Elements, shape.Classes, shape.Classes) : Runs.OfBlocks(shape.Elements, ElementKernels.Block) with
        {
            Length = Math.Min(shape.Weights?.RunLength ?? int.MaxValue, shape.PosWeights?.RunLength ?? int.MaxValue),
        };
        var formula = ElementFormula.Of(loss, type.IsDouble);
        var work = type.IsDouble || formula.IsDifference ? ElementType.Of<double>() : ElementType.Of<float>();
        var losses = isOfRows || runs.AreCut ? memory.Of((long)work.Size * shape.Elements) : 0;
        var terms = losses == 0 ? memory.Of(8L * runs.Blocks) : 0;
        var (weights, posWeights) = (Upload(memory, type, shape.Weights), Upload(memory, type, shape.PosWeights));
        PtxArgument[] Arguments(ulong to) => ArgumentsOf(formula, inputs, targets, weights, posWeights, sampleWeights, to,
            isOfRows ? 0 : each, losses, terms, state);
        if (targetGradient != 0) // first, for the gradient may overwrite the inputs
            device.Launch(ElementTargetKernels.Modules[type.Index], ElementTargetKernels.Name(formula.Name),
                Pieces.Of(shape.Elements, ElementTargetKernels.Threads), 0, Arguments(targetGradient));
        device.Launch(ElementKernels.Modules[type.Index], formula.Name, Pieces.Of(shape.Elements, ElementKernels.Block), 0,
            Arguments(gradient));
        if (losses != 0) terms = runs.Sums(device, memory, work, losses, state, isCounted: false);
        if (isOfRows) AddRows(type, terms, each, state);
        else LossSum.Total(device, memory, losses == 0 ? terms : runs.SumsOfBlocks(device, memory, terms, state), runs.Blocks, state);
        return state;
    }

    private void Check(ElementType type, ulong from, ulong sampleWeights, int offset, ulong state) =>
        device.Launch(DenseKernels.Module, DenseKernels.Check(type), Pieces.Of(shape.Elements, 4 * DenseKernels.Threads), 0, from,
            sampleWeights, (uint)shape.Elements, (ulong)offset, state);

    private static ulong Upload(DeviceScratch memory, ElementType type, BroadcastWeights? numbers) =>
        numbers is null ? 0 : ClassNumbers.Of(memory, numbers.Values, type);

    /// <summary>In the order of <see cref="ElementArguments"/>.</summary>
    private PtxArgument[] ArgumentsOf(
        ElementFormula formula,
        ulong inputs,
        ulong targets,
        ulong weights,
        ulong posWeights,
        ulong sampleWeights,
        ulong gradient,
        ulong each,
        ulong losses,
        ulong terms,
        ulong state)
    {
        double Option(int i) => i < formula.Options.Length ? formula.Options[i] : 0;
        return
        [
            inputs, targets, weights, posWeights, sampleWeights, gradient, each, losses, terms, state, (uint)shape.Elements,
            (uint)(shape.Weights?.Repeat ?? 1), (uint)(shape.Weights?.Values.Length ?? 1), (uint)(shape.PosWeights?.Repeat ?? 1),
            (uint)(shape.PosWeights?.Values.Length ?? 1), (uint)shape.Classes, formula.HalvesSlope ? 0.5 : shape.Classes, Option(0),
            Option(1), Option(2), Option(3),
        ];
    }

    private void AddRows(ElementType type, ulong losses, ulong each, ulong state)
    {
        device.Launch(DenseKernels.Module, DenseKernels.Rows(type), Pieces.Of(shape.LossCount, DenseKernels.Threads), 0, losses, each,
            (uint)shape.LossCount, (double)shape.Classes, state);
        device.Launch(DenseKernels.Module, DenseKernels.RowTotal, 1, 0, losses, (uint)shape.LossCount, state);
    }
}
