using System.Runtime.CompilerServices;
using Surprisal.Kernels;

namespace Surprisal;

/// <summary>The scratch memory of an evaluation of linear cross-entropy, which its schedule decides.</summary>
internal readonly struct LinearMemory<TStored, T>
    where TStored : unmanaged, IFloatingPointIeee754<TStored>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int panels, copiedRows, copiedClasses, gradientClasses;

    public LinearMemory(LinearCrossEntropyLoss loss, in LinearOperands<TStored> operands, int count, bool hasScores = false)
    {
        IsInPlace = typeof(TStored) == typeof(T) && WeightRows<T>.FitsInPlace(operands.Classes, operands.Features);
        Schedule = LinearSchedule.Choose(
            count, operands.Classes, Unsafe.SizeOf<T>(), loss.MemoryLimit, IsInPlace && operands.WantsGradient);
        Pitch = IsInPlace ? operands.Features : MatrixMultiply.RoundUp(operands.Features, MicroKernel.MostNR<T>());
        Capacity = MatrixMultiply.RoundUp(count, LinearTile.Rows);
        RowDoubles = checked(LinearRows.Numbers * Capacity);
        var hasProbabilities = !operands.Probabilities.IsEmpty;
        var perRow = TileNumbers.Count(loss.LabelSmoothing > 0 && !hasProbabilities && !hasScores, hasProbabilities);
        TileDoubles = checked(perRow * Schedule.BlockRows * Schedule.HeldTiles);
        TileElements = checked(Schedule.HeldTiles * LinearTile.SizeOf(Schedule.BlockRows) + LinearTile.Slack);
        panels = checked(MatrixMultiply.RoundUp(Schedule.BlockRows, MicroKernel.MostNR<T>()) * operands.Features);
        var strips = operands.WeightGradient.IsEmpty
            ? 0 : Schedule.BlockRows * MatrixMultiply.RoundUp(operands.Features, MicroKernel.MostNR<T>());
        PackedElements = checked(panels + strips);
        copiedRows = IsInPlace && count == operands.Rows ? 0 : checked(Schedule.BlockRows * Pitch);
        var classes = Schedule.GroupTiles * LinearTile.Classes + MicroKernel.MR;
        copiedClasses = IsInPlace ? 0 : checked(classes * Pitch);
        gradientClasses = IsInPlace || operands.WeightGradient.IsEmpty ? 0 : copiedClasses;
        CopyElements = checked(copiedRows + copiedClasses + gradientClasses);
        HiddenElements = IsInPlace || operands.HiddenGradient.IsEmpty ? 0 : checked(count * Pitch);
        BiasElements = operands.Bias.Length;
    }

    /// <summary>Whether kernels read the weight where it lies.</summary>
    public bool IsInPlace { get; }

    public LinearSchedule Schedule { get; }

    /// <summary>From one row, or class, to the next.</summary>
    public int Pitch { get; }

    /// <summary>The rows in whole panels.</summary>
    public int Capacity { get; }

    public int RowDoubles { get; }

    public int TileDoubles { get; }

    public int TileElements { get; }

    public int PackedElements { get; }

    public int CopyElements { get; }

    public int HiddenElements { get; }

    public int BiasElements { get; }

    /// <summary>Gives the job its parts of the memory for packed rows and for copies.</summary>
    public unsafe void Place(ref LinearJob<TStored, T> job, T* packed, T* copies)
    {
        job.PackedRows = packed;
        job.Strips = packed + panels;
        job.CopiedRows = copies;
        if (IsInPlace) return;
        job.CopiedWeight = copies + copiedRows;
        if (gradientClasses > 0) job.GroupGradient = job.CopiedWeight + copiedClasses;
    }
}
