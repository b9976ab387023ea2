using System.Runtime.CompilerServices;
using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>
/// Intervals of what counts alone decide: each replicate draws as many rows as there are from the cells of the confusion matrix, which is a
/// multinomial: row after row where few rows share a cell, else cell after cell a binomial. With sample weights a row of a cell weighs what
/// its rows weigh on average.
/// </summary>
internal static class CountIntervals
{
    /// <summary>More cells would take longer than scoring.</summary>
    private const int MostCells = 1 << 16;

    /// <summary>A binomial takes as long as that many rows.</summary>
    private const int RowsOfABinomial = 16;

    /// <summary>Of macro F1 and of Matthews' correlation; none where pairs of classes are not known, or too many.</summary>
    public static (Interval MacroF1, Interval Matthews) Of(Confusion confusion, MetricOptions options)
    {
        if (options.Replicates == 0 || !confusion.HasPairs) return (Interval.None, Interval.None);
        var cells = confusion.Cells().Take(MostCells + 1).ToArray();
        if (cells.Length is 0 or > MostCells) return (Interval.None, Interval.None);
        var (f1, matthews) = (new double[options.Replicates], new double[options.Replicates]);
        var classes = NumberClasses(cells);
        var cellOfRow = CellOfEachRow(cells);
        Partition.For(options.Replicates, 16L * cells.Length, r =>
        {
            using var memory = new Scratch<double>(3 * classes);
            var counts = memory.Span;
            counts.Clear();
            var random = new RandomStream(options.Seed, long.MinValue + r); // away from rows and from the replicates of groups
            if (cellOfRow.Length > 0) DrawRows(cells, cellOfRow, random, counts);
            else DrawCells(cells, random, counts);
            (f1[r], matthews[r]) = (ClassificationIntervals.MacroF1(counts), Matthews(counts));
        });
        return (Bootstrap.Percentiles(f1), Bootstrap.Percentiles(matthews));
    }

    /// <summary>Numbers the classes that occur in the cells, in their order; how many they are.</summary>
    private static int NumberClasses((int Target, int Predicted, long Rows, double Weight)[] cells)
    {
        var classes = cells.SelectMany(static cell => new[] { cell.Target, cell.Predicted }).Distinct().Order().ToArray();
        foreach (ref var cell in cells.AsSpan())
            (cell.Target, cell.Predicted) = (Array.BinarySearch(classes, cell.Target), Array.BinarySearch(classes, cell.Predicted));
        return classes.Length;
    }

    /// <summary>The cell of each row where rows are drawn; nothing where cells are.</summary>
    private static int[] CellOfEachRow((int Target, int Predicted, long Rows, double Weight)[] cells)
    {
        var rows = cells.Sum(static cell => cell.Rows);
        if (rows > (long)RowsOfABinomial * cells.Length) return [];
        return [.. cells.SelectMany(static (cell, i) => Enumerable.Repeat(i, (int)cell.Rows))];
    }

    [MethodImpl(Compile.Separately)]
    private static void DrawRows(
        (int Target, int Predicted, long Rows, double Weight)[] cells, int[] cellOfRow, RandomStream random, Span<double> counts)
    {
        for (var row = 0; row < cellOfRow.Length; row++)
        {
            var drawn = Math.BigMul(random.Next(), (ulong)cellOfRow.Length, out _);
            ref readonly var cell = ref cells[cellOfRow[drawn]];
            Count(cell, cell.Weight / cell.Rows, counts);
        }
    }

    private static void DrawCells((int Target, int Predicted, long Rows, double Weight)[] cells, RandomStream random, Span<double> counts)
    {
        var rows = 0L;
        foreach (var cell in cells) rows += cell.Rows;
        var left = rows;
        foreach (ref readonly var cell in cells.AsSpan())
        {
            var drawn = Binomial.Draw(ref random, left, (double)cell.Rows / rows);
            (left, rows) = (left - drawn, rows - cell.Rows);
            Count(cell, drawn * (cell.Weight / cell.Rows), counts);
        }
    }

    /// <summary>Hits, predictions and targets of each class, at 3 class + kind.</summary>
    private static void Count(in (int Target, int Predicted, long Rows, double Weight) cell, double weight, Span<double> counts)
    {
        if (cell.Target == cell.Predicted) counts[3 * cell.Target] += weight;
        counts[3 * cell.Predicted + 1] += weight;
        counts[3 * cell.Target + 2] += weight;
    }

    [MethodImpl(Compile.Separately)]
    private static double Matthews(ReadOnlySpan<double> counts)
    {
        double c = 0, s = 0, sp = 0, pp = 0, ss = 0;
        for (var k = 0; k < counts.Length; k += 3)
        {
            var (predicted, targets) = (counts[k + 1], counts[k + 2]);
            (c, s) = (c + counts[k], s + targets);
            (sp, pp, ss) = (sp + targets * predicted, pp + predicted * predicted, ss + targets * targets);
        }
        return Agreement.Matthews(c * s - sp, s * s - pp, s * s - ss);
    }
}
