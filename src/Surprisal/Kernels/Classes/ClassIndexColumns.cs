using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>
/// Losses over class indices with lanes over positions: logits [classes, stride] of which columns are positions, or short rows (up to
/// <see cref="ColumnTile.FewClasses"/> classes; longer ones go by <see cref="ClassIndexRows"/>) that are transposed. A
/// <see cref="ColumnTile{T}"/> in a near cache holds the logits of some positions, then their exponentials, then their gradients: memory is
/// read once and written once.
/// </summary>
internal static class ClassIndexColumns
{
    /// <summary>Writes the losses of a block, and its gradients where they are wanted.</summary>
    public static void Run<T, TFormula>(in ClassBlock<T> block, TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IClassIndexFormula
    {
        using var tile = new ColumnTile<T>(block.Classes, block.ClassStride, block.Targets.Length);
        for (var start = 0; start < block.Targets.Length; start += tile.Width)
        {
            var count = Math.Min(tile.Width, block.Targets.Length - start);
            tile.Load(block.Logits, start, count);
            Run(tile, block, start, count, formula);
            if (!block.Gradient.IsEmpty) tile.Store(block.Gradient, start, count, block.IsGradientFar);
        }
    }

    /// <summary>The positions of one tile, which receives their gradients, in parts whose statistics stay near.</summary>
    [SkipLocalsInit]
    private static void Run<T, TFormula>(in ColumnTile<T> tile, in ClassBlock<T> block, int first, int count, TFormula formula)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFormula : struct, IClassIndexFormula
    {
        var statistics = new RowStatistics(stackalloc double[RowStatistics.Numbers * ColumnTile<T>.PaddedColumns(count)]);
        for (var start = 0; start < count; start += ColumnTile<T>.ColumnsAtOnce)
        {
            var targets = block.Targets.Slice(first + start, Math.Min(ColumnTile<T>.ColumnsAtOnce, count - start));
            ref var columns = ref tile.Span[start];
            ReadTargets(ref columns, tile.Pitch, targets, block.Parameters, statistics);
            ClassSums.OfColumns(ref columns, targets.Length, block.Classes, tile.Pitch, block.Parameters, statistics);
            for (var i = 0; i < targets.Length; i += Lanes<double>.Count) formula.Epilogue(statistics, i, block.Classes, block.Parameters);
            statistics.Results.Loss[..targets.Length].CopyTo(block.Losses[(first + start)..]);
            if (block.Gradient.IsEmpty) continue;
            statistics.Results.Scale(block.Scales.Slice(first + start, targets.Length), block.Parameters.Smoothing != SmoothingKind.None);
            ClassGradient.Columns(ref columns, block.Classes, tile.Pitch, targets, block.Parameters, statistics.Results);
        }
    }

    /// <summary>What each position's target says: its logit and its weight; an ignored one reads class 0.</summary>
    [MethodImpl(Compile.Separately)]
    private static void ReadTargets<T>(
        ref T tile,
        nint pitch,
        ReadOnlySpan<int> targets,
        in ClassParameters<T> parameters,
        in RowStatistics statistics)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var targetLogit = statistics.TargetLogit;
        var weight = statistics.Weight;
        for (var i = 0; i < targets.Length; i++)
            targetLogit[i] = double.CreateTruncating(Unsafe.Add(ref tile, Math.Max(targets[i], 0) * pitch + i));
        if (parameters.Weight.IsEmpty) weight.Fill(1);
        else
            for (var i = 0; i < targets.Length; i++) weight[i] = parameters.WeightOf(Math.Max(targets[i], 0));
    }
}
