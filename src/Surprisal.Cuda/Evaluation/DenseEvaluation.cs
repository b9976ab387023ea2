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
    /// <summary>The numbers that the library adds up together where it adds numbers only.</summary>
    private const int SumBlock = 65_536;

    /// <summary>Starts an evaluation, whose memory has to stay until its state has been read; returns where that is.</summary>
    public ulong Start<T>(DeviceScratch memory, ulong inputs, ulong targets, ulong gradient, ulong each, ulong sampleWeights)
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
        if (sampleWeights != 0)
        {
            var blocks = SumBlocks(SumBlock, shape.LossCount);
            LossSum.Total(device, memory, RunSums(memory, type, sampleWeights, blocks, state, isCounted: true), blocks.Blocks, state);
        }
        Settle(sampleWeights != 0, state);

        var isOfRows = loss is MultiLabelSoftMarginLoss;
        var runs = isOfRows ? new(shape.Elements, shape.Classes, shape.Classes) : SumBlocks(ElementKernels.Block, shape.Elements) with
        {
            Length = Math.Min(shape.Weights?.RunLength ?? int.MaxValue, shape.PosWeights?.RunLength ?? int.MaxValue),
        };
        var formula = ElementFormula.Of(loss, type.IsDouble);
        var isDouble = type.IsDouble || formula.IsDifference;
        var losses = isOfRows || runs.AreCut ? memory.Of((isDouble ? 8L : 4) * shape.Elements) : 0;
        var terms = losses == 0 ? memory.Of(8L * runs.Blocks) : 0;
        Launch(memory, type, formula, inputs, targets, gradient, isOfRows ? 0 : each, losses, terms, sampleWeights, state);
        if (losses != 0)
            terms = RunSums(memory, isDouble ? ElementType.Of<double>() : ElementType.Of<float>(), losses, runs, state, isCounted: false);
        if (isOfRows) AddRows(type, terms, each, state);
        else LossSum.Total(device, memory, losses == 0 ? terms : BlockSums(memory, terms, runs, state), runs.Blocks, state);
        return state;
    }

    private static Runs SumBlocks(int size, int elements) => new(elements, size, int.MaxValue);

    private void Check(ElementType type, ulong from, ulong sampleWeights, int offset, ulong state) =>
        device.Launch(DenseKernels.Module, DenseKernels.Check(type), Pieces(shape.Elements, 4 * DenseKernels.Threads), 0, from,
            sampleWeights, (uint)shape.Elements, (ulong)offset, state);

    private void Settle(bool isWeighted, ulong state)
    {
        var (isBatch, isMean) = (loss.Reduction == Reduction.BatchMean, loss.Reduction is Reduction.Mean or Reduction.BatchMean);
        var emptyIsError = isMean && loss.Normalizer is null && loss.WhenEmpty == EmptyMean.Error;
        device.Launch(DenseKernels.Module, DenseKernels.Settle, 1, 0, isWeighted ? 1U : 0U, isMean ? 1U : 0U,
            (double)(isBatch ? shape.Batch : shape.LossCount), (double)(isBatch ? shape.Batch : 1),
            (double)(isBatch ? shape.Elements : 1), loss.Normalizer ?? 0, loss.WhenEmpty == EmptyMean.Zero ? 0 : double.NaN,
            emptyIsError ? 1UL : 0UL, state);
    }

    private void Launch(
        DeviceScratch memory,
        ElementType type,
        ElementFormula formula,
        ulong inputs,
        ulong targets,
        ulong gradient,
        ulong each,
        ulong losses,
        ulong terms,
        ulong sampleWeights,
        ulong state)
    {
        var (weights, posWeights, options) = (shape.Weights, shape.PosWeights, formula.Options);
        ulong Upload(BroadcastWeights? numbers) => numbers is null ? 0 : ClassNumbers.Of(memory, numbers.Values, type);
        double Option(int i) => i < options.Length ? options[i] : 0;
        device.Launch(ElementKernels.Modules[type.Index], formula.Name, Pieces(shape.Elements, ElementKernels.Block), 0, inputs, targets,
            Upload(weights), Upload(posWeights), sampleWeights, gradient, each, losses, terms, state, (uint)shape.Elements,
            (uint)(weights?.Repeat ?? 1), (uint)(weights?.Values.Length ?? 1), (uint)(posWeights?.Repeat ?? 1),
            (uint)(posWeights?.Values.Length ?? 1), (uint)shape.Classes,
            formula.HalvesSlope ? 0.5 : shape.Classes, Option(0), Option(1), Option(2), Option(3));
    }

    /// <summary>The sum of each run.</summary>
    private ulong RunSums(DeviceScratch memory, ElementType type, ulong from, Runs runs, ulong state, bool isCounted)
    {
        var count = runs.Blocks * runs.PerBlock;
        var to = memory.Of(8L * count);
        device.Launch(RunKernels.Module, RunKernels.Module.Entries[type.Index], Pieces(count, RunKernels.Threads / type.Lanes), 0, from, to,
            (uint)count, (uint)runs.Elements, (uint)runs.Block, (uint)runs.Size, (uint)runs.PerBlock, isCounted ? 1U : 0U, state);
        return to;
    }

    /// <summary>The sum of each block's runs.</summary>
    private ulong BlockSums(DeviceScratch memory, ulong from, Runs runs, ulong state)
    {
        var to = memory.Of(8L * runs.Blocks);
        device.Launch(RunKernels.Module, RunKernels.Blocks, Pieces(runs.Blocks, RunKernels.Threads), 0, from, to, (uint)runs.Blocks,
            (uint)runs.Elements, (uint)runs.Block, (uint)runs.Size, (uint)runs.PerBlock, state);
        return to;
    }

    private void AddRows(ElementType type, ulong losses, ulong each, ulong state)
    {
        device.Launch(DenseKernels.Module, DenseKernels.Rows(type), Pieces(shape.LossCount, DenseKernels.Threads), 0, losses, each,
            (uint)shape.LossCount, (double)shape.Classes, state);
        device.Launch(DenseKernels.Module, DenseKernels.RowTotal, 1, 0, losses, (uint)shape.LossCount, state);
    }

    private static int Pieces(int length, int size) => (int)(((long)length + size - 1) / size);

    /// <summary>Numbers that are added up in blocks, and in these in runs from multiples of a length on.</summary>
    /// <param name="Elements">How many.</param>
    /// <param name="Block">Of a block; the last has fewer.</param>
    /// <param name="Length">Of a run; longer than all where blocks are not cut.</param>
    private readonly record struct Runs(int Elements, int Block, int Length)
    {
        public int Blocks => Pieces(Elements, Block);

        /// <summary>Whether a block may have several runs.</summary>
        public bool AreCut => Length < Elements;

        /// <summary>The length as kernels get it.</summary>
        public int Size => AreCut ? Length : Block;

        /// <summary>The most runs of a block.</summary>
        public int PerBlock => Size % Block == 0 ? 1 : Block / Size + 2;
    }
}
