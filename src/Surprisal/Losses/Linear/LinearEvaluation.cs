using System.Runtime.InteropServices;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>Makes the job of an evaluation: its memory, which nobody sees, and what becomes of rows that do not count.</summary>
internal static unsafe class LinearEvaluation
{
    /// <summary>Runs over the rows that count and writes all outputs; returns the sum of the losses.</summary>
    /// <param name="loss">The loss and its options.</param>
    /// <param name="operands">Inputs and outputs.</param>
    /// <param name="used">The rows that count.</param>
    /// <param name="pivots">Their targets; as long as whole panels.</param>
    /// <param name="scales">The factor of each one's gradients.</param>
    public static double Run<TStored, T>(
        LinearCrossEntropyLoss loss,
        in LinearOperands<TStored> operands,
        ReadOnlySpan<int> used,
        Span<int> pivots,
        ReadOnlySpan<double> scales)
        where TStored : unmanaged, IFloatingPointIeee754<TStored>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var memory = new LinearMemory<TStored, T>(loss, operands, used.Length);
        using Scratch<double> numbers = new(memory.RowDoubles), tileNumbers = new(memory.TileDoubles);
        using Scratch<T> tiles = new(memory.TileElements, aligned: true), packed = new(memory.PackedElements, aligned: true),
            copies = new(memory.CopyElements, aligned: true), hidden = new(memory.HiddenElements);
        using var bias = new Scratch<T>(memory.BiasElements);
        using var biasSums = new Scratch<double>(operands.BiasGradient.Length);
        SixteenBit.Widen(operands.Bias, bias.Span);
        biasSums.Span.Clear();
        fixed (TStored* x = operands.Hidden, w = operands.Weight, probabilities = operands.Probabilities, dw = operands.WeightGradient,
            dx = operands.HiddenGradient)
        fixed (T* tile = tiles.Span, pack = packed.Span, copy = copies.Span, dxCopy = hidden.Span, b = bias.Span,
            classWeight = loss.Weight is null ? default : loss.Weight.As<T>())
        fixed (double* rowMemory = numbers.Span, tileMemory = tileNumbers.Span, db = biasSums.Span)
        fixed (int* usedRows = used, pivotMemory = pivots)
        {
            var job = new LinearJob<TStored, T>
            {
                Hidden = x, Weight = w, Bias = operands.Bias.IsEmpty ? null : b, ClassWeight = classWeight, Probabilities = probabilities,
                Used = used.Length == operands.Rows ? null : usedRows,
                Count = used.Length, Features = operands.Features, Classes = operands.Classes, Pitch = memory.Pitch,
                Rows = new(rowMemory, pivotMemory, memory.Capacity), Logits = new(loss.SoftCap, loss.Temperature),
                LabelSmoothing = loss.LabelSmoothing, Schedule = memory.Schedule, Tiles = tile, Numbers = tileMemory,
                WeightGradient = dw, BiasGradient = operands.BiasGradient.IsEmpty ? null : db,
            };
            var total = loss.Weight is null ? operands.Classes : Reductions.Sum(loss.Weight.As<T>());
            job.Formula = new(loss.LabelSmoothing, loss.ZLoss, operands.Classes, total, job.Logits.Slope);
            if (dx is not null) job.HiddenGradient = memory.IsInPlace ? (T*)dx : dxCopy;
            memory.Place(ref job, pack, copy);
            scales.CopyTo(new Span<double>(job.Rows.Scale, scales.Length));
            job.Run();
            WriteHidden(operands, used, job.HiddenGradient, memory.Pitch, memory.IsInPlace);
            for (var c = 0; c < operands.BiasGradient.Length; c++) operands.BiasGradient[c] = Scalar.Round<TStored>(db[c]);
            return WriteLosses(operands, used, job.Rows.Loss);
        }
    }

    /// <summary>All outputs where no row counts.</summary>
    public static void WriteNothing<T>(in LinearOperands<T> operands) where T : unmanaged
    {
        operands.HiddenGradient.Clear();
        operands.WeightGradient.Clear();
        operands.BiasGradient.Clear();
        operands.Losses.Clear();
    }

    /// <summary>
    /// Rounds the rows of the gradient and brings them to their places, the last first: they may lie in the output already.
    /// </summary>
    private static void WriteHidden<TStored, T>(
        in LinearOperands<TStored> operands, ReadOnlySpan<int> used, T* gradient, int pitch, bool isInPlace)
        where TStored : unmanaged, IFloatingPointIeee754<TStored>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (gradient is null || (isInPlace && used.Length == operands.Rows)) return;
        var i = used.Length - 1;
        for (var row = operands.Rows - 1; row >= 0; row--)
        {
            var to = operands.HiddenGradient.Slice(row * operands.Features, operands.Features);
            if (i < 0 || used[i] != row) to.Clear();
            else SixteenBit.Narrow(new ReadOnlySpan<T>(gradient + (nint)i-- * pitch, operands.Features), to);
        }
    }

    /// <summary>The losses of the rows, times their sample weights, and their sum.</summary>
    private static double WriteLosses<T>(in LinearOperands<T> operands, ReadOnlySpan<int> used, double* losses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        operands.Losses.Clear();
        var sum = default(CompensatedSum);
        for (var i = 0; i < used.Length; i++)
        {
            var loss = losses[i] * LinearUsedRows.SampleWeight(operands, used[i]);
            sum.Add(loss);
            if (!operands.Losses.IsEmpty) operands.Losses[used[i]] = Scalar.Round<T>(loss);
        }
        return sum.Value;
    }
}
