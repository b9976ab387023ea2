using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Surprisal.Kernels;

/// <summary>
/// A row of many logits x [classes] to its score and its loss, with lanes over classes and exponentials in the type of the logits, summed
/// in double: the formulas of <see cref="LogitScores"/>, for rows of which nothing is wanted class by class. Passes over a near cache:
/// maximum, sums, rank, and the first largest; the next row is prefetched.
/// </summary>
internal static unsafe class LongLogitScores
{
    /// <summary>Up to so many classes rows go by <see cref="LogitScores"/>, which is exact to the last digits of a double.</summary>
    public const int MaxShort = 1024;

    /// <summary>The score of a row; an ignored row's target is read as class 0.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="row">Which of them.</param>
    /// <param name="classes">How long they are.</param>
    /// <param name="target">The row's class.</param>
    /// <param name="others">The sum of the exponentials without the largest's, as <see cref="RowSums"/> has it, to the bit.</param>
    public static RowScore Of<T>(ReadOnlySpan<T> rows, int row, int classes, int target, out double others)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        target = Math.Max(target, 0);
        var x = rows.Slice(row * classes, classes);
        var max = RowMax<T>.Of(x);
        double squares;
        fixed (T* all = rows)
        {
            var next = PrefetchNext<T>.After(row * classes, classes, all, null, rows.Length);
            (others, squares) = max.NoUnderflow
                ? Sums<T, ShiftedExp<T>.NoUnderflow>(x, max.Value, next) : Sums<T, ShiftedExp<T>.General>(x, max.Value, next);
        }
        var predicted = First(x, max.Value);
        var total = 1 + others;
        // Of the target a part of the sums; where it is the largest the rest is known without cancellation.
        var (wrong, wrongSquares) = (others, squares);
        if (x[target] != max.Value)
        {
            var e = Scalar.Exp(double.CreateTruncating(x[target]) - double.CreateTruncating(max.Value));
            (wrong, wrongSquares) = (total - e, squares + 1 - e * e);
        }
        return new RowScore
        {
            TargetScore = double.CreateTruncating(x[target]), Confidence = 1 / total, Odds = 1 / others,
            Brier = (wrong * wrong + wrongSquares) / (total * total), Predicted = predicted, Rank = Before(x, target),
            IsInvalid = !double.IsFinite(others), Max = double.CreateTruncating(max.Value),
        };
    }

    /// <summary>The loss without smoothing: what cross-entropy's formula makes of the row.</summary>
    public static double Loss(double max, double targetLogit, double others, double weight)
    {
        Span<double> memory = stackalloc double[RowStatistics.Numbers * 8];
        memory.Clear();
        var statistics = new RowStatistics(memory);
        (statistics.Max[0], statistics.TargetLogit[0], statistics.ExpSum[0], statistics.Weight[0]) = (max, targetLogit, others, weight);
        default(CrossEntropy).Epilogue(statistics, 0, classes: 2, default(ClassParameters<double>));
        return statistics.Results.Loss[0];
    }

    /// <summary>
    /// The sums of exp(x - m) and of their squares, without the first that is 1. The same lanes and groups as <see cref="RowSums"/>, whose
    /// sum has the same bits.
    /// </summary>
    [MethodImpl(Compile.Separately)]
    private static (double Others, double Squares) Sums<T, TExp>(ReadOnlySpan<T> x, T max, PrefetchNext<T> next)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TExp : struct, IShiftedExp<T>
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        var (width, whole) = (Lanes<T>.Count, x.Length - x.Length % Lanes<T>.Count);
        var (sum, squares, shift, one) = (default(DoubleAccumulator<T>), default(DoubleAccumulator<T>), Lanes<T>.All(max),
            Lanes<T>.All(T.One));
        var ones = Lanes<T>.Zero;
        var (sums, all) = (default(DoubleAccumulator<T>), default(DoubleAccumulator<T>));
        for (nint i = 0; i < whole;)
        {
            var level = Math.Min(i + DoubleAccumulator<T>.Level, whole);
            while (i < level)
            {
                var end = Math.Min(i + 4 * width, level);
                var (total, squareTotal) = (Lanes<T>.Zero, Lanes<T>.Zero);
                for (; i < end; i += width)
                {
                    next.At(i);
                    var e = default(TExp).Apply(Lanes<T>.Load(ref from, i), shift, out _);
                    var isOne = Lanes<T>.Equal(e, one);
                    ones += Lanes<T>.And(isOne, one);
                    e = Lanes<T>.Select(isOne, Lanes<T>.Zero, e);
                    total += e;
                    squareTotal = Lanes<T>.Fma(e, e, squareTotal);
                }
                sum.Add(total);
                squares.Add(squareTotal);
            }
            sum.EndLevel(i, ref sums, ref all);
        }
        if (whole < x.Length)
        {
            // The last block overlaps the one before it, as there: what is new is in the upper lanes.
            var e = default(TExp).Apply(Lanes<T>.Load(ref from, x.Length - width), shift, out _).From(width - (x.Length - whole));
            var isOne = Lanes<T>.Equal(e, one);
            ones += Lanes<T>.And(isOne, one);
            e = Lanes<T>.Select(isOne, Lanes<T>.Zero, e);
            sum.Add(e);
            squares.Add(e * e);
        }
        var equal = ones.Sum() - 1;
        return (sum.Sum(ref sums, ref all) + equal, squares.Sum() + equal);
    }

    /// <summary>How many classes stand before the target: larger ones, and equal ones of lower index.</summary>
    private static int Before<T>(ReadOnlySpan<T> x, int target) where T : unmanaged, INumber<T> =>
        Count(x[..target], x[target], orEqual: true) + Count(x[target..], x[target], orEqual: false);

    [MethodImpl(Compile.Separately)]
    private static int Count<T>(ReadOnlySpan<T> x, T than, bool orEqual) where T : unmanaged, INumber<T>
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        var (limit, count, i) = (Lanes<T>.All(than), 0, 0);
        for (; i <= x.Length - Lanes<T>.Count; i += Lanes<T>.Count)
        {
            var v = Lanes<T>.Load(ref from, i);
            count += BitOperations.PopCount((orEqual ? Lanes<T>.GreaterOrEqual(v, limit) : Lanes<T>.Greater(v, limit)).Mask);
        }
        for (; i < x.Length; i++) count += (orEqual ? x[i] >= than : x[i] > than) ? 1 : 0;
        return count;
    }

    /// <summary>The first class whose logit is the largest; 0 where none is, in a row with NaN.</summary>
    [MethodImpl(Compile.Separately)]
    private static int First<T>(ReadOnlySpan<T> x, T max) where T : unmanaged, INumber<T>
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        var (largest, i) = (Lanes<T>.All(max), 0);
        for (; i <= x.Length - Lanes<T>.Count; i += Lanes<T>.Count)
            if (Lanes<T>.Equal(Lanes<T>.Load(ref from, i), largest).Mask is not 0 and var mask)
                return i + BitOperations.TrailingZeroCount(mask);
        for (; i < x.Length; i++)
            if (x[i] == max) return i;
        return 0;
    }
}
