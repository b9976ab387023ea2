using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// What logits and probabilities share of a block of eight rows. Its memory holds eight numbers a kind: target, its score, confidence,
/// odds,
/// Brier, predicted class, rank, and a mask of the valid rows.
/// </summary>
internal static class ScoreBlock
{
    /// <summary>Writes the targets and their scores into the first two kinds; an ignored target is read as class 0.</summary>
    public static void ReadTargets(ref double x, nint pitch, ReadOnlySpan<int> targets, Span<double> memory)
    {
        memory[..16].Clear();
        for (var i = 0; i < targets.Length; i++)
        {
            var target = Math.Max(targets[i], 0);
            memory[i] = target;
            memory[8 + i] = Unsafe.Add(ref x, target * pitch + i);
        }
    }

    /// <summary>The largest score of each row and the first class that has it; which rows hold no NaN. One pass.</summary>
    [MethodImpl(Compile.Separately)]
    public static void FindLargest(
        ref double x, int classes, nint pitch, out Lanes<double> max, out Lanes<double> best, out Lanes<double> isNumber)
    {
        var (largest, index) = (Lanes<double>.Load(ref x, 0), Lanes<double>.Zero);
        var valid = Lanes<double>.Equal(largest, largest);
        for (nint c = 1; c < classes; c++)
        {
            var v = Lanes<double>.Load(ref x, c * pitch);
            valid = Lanes<double>.And(valid, Lanes<double>.Equal(v, v));
            var isLarger = Lanes<double>.Greater(v, largest);
            largest = Lanes<double>.Select(isLarger, v, largest);
            index = Lanes<double>.Select(isLarger, Lanes<double>.All(c), index);
        }
        (max, best, isNumber) = (largest, index, valid);
    }

    /// <summary>Whether a class stands before the target: a larger score, or the same and a lower index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<double> IsBefore(Lanes<double> score, Lanes<double> index, Lanes<double> targetScore, Lanes<double> target)
    {
        var isEqual = Lanes<double>.And(Lanes<double>.Equal(score, targetScore), Lanes<double>.Greater(target, index));
        return Lanes<double>.Select(isEqual, isEqual, Lanes<double>.Greater(score, targetScore));
    }

    /// <summary>Writes what the memory holds as one struct a row.</summary>
    public static void Write(ReadOnlySpan<double> memory, Span<RowScore> scores)
    {
        var masks = MemoryMarshal.Cast<double, long>(memory[56..]);
        for (var i = 0; i < scores.Length; i++)
            scores[i] = new RowScore
            {
                TargetScore = memory[8 + i], Confidence = memory[16 + i], Odds = memory[24 + i], Brier = memory[32 + i],
                Predicted = (int)memory[40 + i], Rank = (int)memory[48 + i], IsInvalid = masks[i] == 0,
            };
    }
}
