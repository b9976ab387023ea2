using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// Probabilities or their logarithms x [classes, pitch] to row scores, in double and as they are given: nothing is divided by their sum.
/// Brier is (1 - p_t)^2 plus the other squares; the odds of a class are p / (1 - p), from logarithms p / -expm1(x), which keeps small
/// differences to 1. Two passes, which write the odds where they are wanted.
/// </summary>
internal static class ProbabilityScores
{
    /// <summary>Scores the rows in columns first .. first + targets.Length - 1; an ignored row's target is read as class 0.</summary>
    /// <param name="tile">Scores, and where odds and probabilities go.</param>
    /// <param name="first">The first column.</param>
    /// <param name="targets">One a row.</param>
    /// <param name="areLogarithms">Whether x are logarithms.</param>
    /// <param name="tolerance">How far the sum of a normalised row may be from 1.</param>
    /// <param name="scores">Receives one a row.</param>
    public static void Run(
        in ScoreTile tile, int first, ReadOnlySpan<int> targets, bool areLogarithms, double tolerance, Span<RowScore> scores)
    {
        ref var x = ref tile.Scores[first];
        ref var p = ref tile.Probabilities[first];
        for (var i = 0; i < targets.Length; i += Lanes<double>.Count)
        {
            var count = Math.Min(Lanes<double>.Count, targets.Length - i);
            Block(ref Unsafe.Add(ref x, i), ref Unsafe.Add(ref p, i), tile.Classes, tile.Pitch, areLogarithms, tolerance,
                targets.Slice(i, count), scores.Slice(i, count));
        }
    }

    [MethodImpl(Compile.Separately), SkipLocalsInit]
    private static void Block(
        ref double x, ref double p, int classes, nint pitch, bool areLogarithms, double tolerance, ReadOnlySpan<int> targets,
        Span<RowScore> scores)
    {
        Span<double> memory = stackalloc double[8 * 8];
        ref var row = ref MemoryMarshal.GetReference(memory);
        ScoreBlock.ReadTargets(ref x, pitch, targets, memory);
        ScoreBlock.FindLargest(ref x, classes, pitch, out _, out var best, out var isNumber);
        var (target, targetScore) = (Lanes<double>.Load(ref row, 0), Lanes<double>.Load(ref row, 8));
        var one = Lanes<double>.All(1);
        Lanes<double> total = default, squares = default, rank = default, ofTarget = default, confidence = default, odds = default;
        for (nint c = 0; c < classes; c++)
        {
            var v = Lanes<double>.Load(ref x, c * pitch);
            var (q, rest) = areLogarithms ? (v.Exp(), -v.Expm1()) : (v, one - v);
            var against = q / Lanes<double>.Max(rest, Lanes<double>.Zero);
            var index = Lanes<double>.All(c);
            var (isTarget, isBest) = (Lanes<double>.Equal(index, target), Lanes<double>.Equal(index, best));
            total += q;
            ofTarget += Lanes<double>.And(isTarget, Lanes<double>.Select(Lanes<double>.Greater(rest, Lanes<double>.Zero), rest, one - q));
            var other = Lanes<double>.AndNot(q, isTarget);
            squares = Lanes<double>.Fma(other, other, squares);
            (confidence, odds) = (Lanes<double>.Select(isBest, q, confidence), Lanes<double>.Select(isBest, against, odds));
            rank += Lanes<double>.And(one, ScoreBlock.IsBefore(v, index, targetScore, target));
            against.Store(ref x, c * pitch);
            q.Store(ref p, c * pitch);
        }
        confidence.Store(ref row, 16);
        odds.Store(ref row, 24);
        Lanes<double>.Fma(ofTarget, ofTarget, squares).Store(ref row, 32);
        best.Store(ref row, 40);
        rank.Store(ref row, 48);
        isNumber.Store(ref row, 56);
        ScoreBlock.Write(memory, scores);
        total.Store(ref row, 0);
        for (var i = 0; i < scores.Length; i++) scores[i].IsNotNormalised = Math.Abs(memory[i] - 1) > tolerance;
    }
}
