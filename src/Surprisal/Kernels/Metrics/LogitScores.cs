using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// Logits x [classes, pitch] to row scores, in double. With m the maximum, e_c = exp(x_c - m), T = sum e: confidence 1 / T, and Brier
/// ((sum of the others than t)^2 + sum of their squares) / T^2, which does not cancel. The odds of a class are e_c / (T - e_c), of the
/// predicted one 1 / (sum of its others). One pass for the maximum, one for the exponentials, a third where odds are wanted.
/// </summary>
internal static class LogitScores
{
    /// <summary>Scores the rows in columns first .. first + targets.Length - 1; an ignored row's target is read as class 0.</summary>
    public static void Run(in ScoreTile tile, int first, ReadOnlySpan<int> targets, Span<RowScore> scores)
    {
        ref var x = ref tile.Scores[first];
        ref var p = ref tile.Probabilities[first];
        for (var i = 0; i < targets.Length; i += Lanes<double>.Count)
        {
            var count = Math.Min(Lanes<double>.Count, targets.Length - i);
            Block(ref Unsafe.Add(ref x, i), ref Unsafe.Add(ref p, i), tile.Classes, tile.Pitch, tile.EachClass,
                targets.Slice(i, count), scores.Slice(i, count));
        }
    }

    [MethodImpl(Compile.Separately), SkipLocalsInit]
    private static void Block(
        ref double x, ref double p, int classes, nint pitch, bool eachClass, ReadOnlySpan<int> targets, Span<RowScore> scores)
    {
        Span<double> memory = stackalloc double[8 * 8];
        ref var row = ref MemoryMarshal.GetReference(memory);
        ScoreBlock.ReadTargets(ref x, pitch, targets, memory);
        ScoreBlock.FindLargest(ref x, classes, pitch, out var max, out var best, out var isNumber);
        var (target, targetScore) = (Lanes<double>.Load(ref row, 0), Lanes<double>.Load(ref row, 8));
        var one = Lanes<double>.All(1);
        Lanes<double> others = default, wrong = default, squares = default, rank = default;
        for (nint c = 0; c < classes; c++)
        {
            var v = Lanes<double>.Load(ref x, c * pitch);
            var e = default(ShiftedExp<double>.General).Apply(v, max, out _);
            e.Store(ref p, c * pitch);
            var index = Lanes<double>.All(c);
            others += Lanes<double>.AndNot(e, Lanes<double>.Equal(index, best));
            var w = Lanes<double>.AndNot(e, Lanes<double>.Equal(index, target));
            wrong += w;
            squares = Lanes<double>.Fma(w, w, squares);
            rank += Lanes<double>.And(one, ScoreBlock.IsBefore(v, index, targetScore, target));
        }
        var total = one + others;
        (one / total).Store(ref row, 16);
        (one / others).Store(ref row, 24);
        (Lanes<double>.Fma(wrong, wrong, squares) / (total * total)).Store(ref row, 32);
        best.Store(ref row, 40);
        rank.Store(ref row, 48);
        var finite = Lanes<double>.All(double.MaxValue);
        var isFinite = Lanes<double>.And(Lanes<double>.GreaterOrEqual(finite, max), Lanes<double>.GreaterOrEqual(max, -finite));
        Lanes<double>.And(isNumber, isFinite).Store(ref row, 56);
        ScoreBlock.Write(memory, scores);
        if (eachClass) WriteOdds(ref x, ref p, classes, pitch, best, others, total);
    }

    [MethodImpl(Compile.Separately)]
    private static void WriteOdds(
        ref double x, ref double p, int classes, nint pitch, in Lanes<double> best, in Lanes<double> others, in Lanes<double> total)
    {
        for (nint c = 0; c < classes; c++)
        {
            var e = Lanes<double>.Load(ref p, c * pitch);
            var rest = Lanes<double>.Select(Lanes<double>.Equal(Lanes<double>.All(c), best), others, total - e);
            (e / rest).Store(ref x, c * pitch);
            (e / total).Store(ref p, c * pitch);
        }
    }
}
