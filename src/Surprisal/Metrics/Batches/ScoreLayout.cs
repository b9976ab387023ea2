using System.Runtime.InteropServices;
using Surprisal.Kernels;

namespace Surprisal.Metrics;

/// <summary>Scores as rows [rows, classes] of the type that is computed in.</summary>
internal static class ScoreLayout
{
    /// <summary>The caller's memory where it is that already, else a copy in <paramref name="memory"/>.</summary>
    public static ReadOnlySpan<T> Rows<TScore, T>(
        ReadOnlySpan<TScore> scores, Span<T> memory, int first, int count, MetricOptions options, int positions)
        where TScore : unmanaged, IFloatingPointIeee754<TScore>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var classes = options.Classes;
        if (classes == 1) return TwoColumns(scores.Slice(first, count), memory, options.Scores);
        if (positions == 1)
        {
            var rows = scores.Slice(first * classes, count * classes);
            if (typeof(T) == typeof(TScore)) return MemoryMarshal.Cast<TScore, T>(rows);
            for (var i = 0; i < rows.Length; i++) memory[i] = T.CreateTruncating(rows[i]);
            return memory[..rows.Length];
        }
        for (var i = 0; i < count; i++)
        {
            var (sample, position) = int.DivRem(first + i, positions);
            var from = sample * classes * positions + position;
            for (var c = 0; c < classes; c++) memory[i * classes + c] = T.CreateTruncating(scores[from + c * positions]);
        }
        return memory[..(count * classes)];
    }

    /// <summary>
    /// One column as the two that it means: logits z as [0, z], +infinity shifted so that the row is valid; probabilities p as [1 - p, p].
    /// </summary>
    private static Span<T> TwoColumns<TScore, T>(ReadOnlySpan<TScore> scores, Span<T> memory, ScoreKind kind)
        where TScore : unmanaged, IFloatingPointIeee754<TScore>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < scores.Length; i++)
        {
            var z = T.CreateTruncating(scores[i]);
            (memory[2 * i], memory[2 * i + 1]) = kind switch
            {
                ScoreKind.Logits when T.IsPositiveInfinity(z) => (T.NegativeInfinity, T.Zero),
                ScoreKind.Logits => (T.Zero, z),
                ScoreKind.Probabilities => (T.Max(T.One - z, T.Zero), z),
                _ => (T.CreateTruncating(LogOfOthers(double.CreateTruncating(z))), z),
            };
        }
        return memory[..(2 * scores.Length)];
    }

    /// <summary>ln(1 - exp(l)), where exp(l) is a probability.</summary>
    private static double LogOfOthers(double l) =>
        l >= 0 ? double.NegativeInfinity : Scalar.Log(-Lanes<double>.All(l).Expm1().Value[0]);
}
