using System.Runtime.CompilerServices;

namespace Surprisal.Kernels;

/// <summary>What a tile tells of each of a block's rows, in double, and how that is added to what is known of the rows.</summary>
/// <remarks>
/// The largest logit so far is what sums are counted from; each tile in turn brings them to its own where that is larger: an order that no
/// block and no thread changes.
/// </remarks>
internal readonly unsafe struct TileNumbers(double* start, int rows)
{
    /// <summary>The doubles of a row: two without smoothing and probabilities, three with smoothing, else six.</summary>
    public static int Count(bool hasSmoothing, bool hasProbabilities) => hasProbabilities ? 6 : hasSmoothing ? 3 : 2;

    public double* Max => start;

    public double* ExpSum => start + rows;

    public double* Cost => start + 2 * (nint)rows;

    public double* Total => start + 3 * (nint)rows;

    /// <summary>The class of the largest logit.</summary>
    public double* Top => start + 4 * (nint)rows;

    /// <summary>Its share.</summary>
    public double* TopShare => start + 5 * (nint)rows;

    /// <summary>Adds a tile to the rows from <paramref name="first"/> on, whose pivots are the targets.</summary>
    [MethodImpl(Compile.Separately)]
    public void AddTo(in LinearRows all, int first, int count, bool hasSmoothing)
    {
        for (var i = 0; i < count; i += Lanes<double>.Count)
        {
            var (max, old) = (Lanes<double>.Load(ref *Max, i), Lanes<double>.Load(ref *all.Max, first + i));
            var next = Lanes<double>.Max(max, old);
            var sum = Lanes<double>.Load(ref *all.ExpSum, first + i) * Brought(old, next)
                + Lanes<double>.Load(ref *ExpSum, i) * Brought(max, next);
            sum.Store(ref *all.ExpSum, first + i);
            next.Store(ref *all.Max, first + i);
            if (hasSmoothing)
                (Lanes<double>.Load(ref *all.Cost, first + i) + Lanes<double>.Load(ref *Cost, i)).Store(ref *all.Cost, first + i);
        }
    }

    /// <summary>Adds a tile to the rows, whose pivots are the largest logits: the one of both that is left behind is summed.</summary>
    [MethodImpl(Compile.Separately)]
    public void AddProbabilitiesTo(in LinearRows all, int first, int count)
    {
        var one = Lanes<double>.All(1);
        for (var i = 0; i < count; i += Lanes<double>.Count)
        {
            var (max, old) = (Lanes<double>.Load(ref *Max, i), Lanes<double>.Load(ref *all.Max, first + i));
            var next = Lanes<double>.Max(max, old);
            var (total, oldTotal) = (Lanes<double>.Load(ref *Total, i), Lanes<double>.Load(ref *all.Total, first + i));
            var (now, before) = (Brought(max, next), Brought(old, next));
            var left = Lanes<double>.Select(Lanes<double>.Greater(max, old), before, now);
            left = Lanes<double>.Select(Lanes<double>.Equal(old, Lanes<double>.All(double.NegativeInfinity)), Lanes<double>.Zero, left);
            (Lanes<double>.Load(ref *all.ExpSum, first + i) * before + Lanes<double>.Load(ref *ExpSum, i) * now + left * one)
                .Store(ref *all.ExpSum, first + i);
            (Lanes<double>.Load(ref *all.Cost, first + i) + oldTotal * Distance(old, next) + Lanes<double>.Load(ref *Cost, i)
                + total * Distance(max, next)).Store(ref *all.Cost, first + i);
            (total + oldTotal).Store(ref *all.Total, first + i);
            next.Store(ref *all.Max, first + i);
            for (var lane = i; lane < Math.Min(i + Lanes<double>.Count, count); lane++)
            {
                if (!(next.Value[lane - i] > old.Value[lane - i])) continue;
                all.Pivots[first + lane] = (int)Top[lane];
                all.Pivot[first + lane] = TopShare[lane];
            }
        }
    }

    /// <summary>exp(max - next), 1 where both are the same infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<double> Brought(Lanes<double> max, Lanes<double> next) =>
        Lanes<double>.Select(Lanes<double>.Equal(max, next), Lanes<double>.All(1), (max - next).ExpNonPositive());

    /// <summary>How far costs are counted from a larger maximum now; those of nothing but -infinity count from 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes<double> Distance(Lanes<double> max, Lanes<double> next) => TileSums.Shift(next) - TileSums.Shift(max);
}
