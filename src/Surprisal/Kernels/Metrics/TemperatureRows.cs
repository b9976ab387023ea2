using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surprisal.Kernels;

/// <summary>
/// The loss of logits beta z and its derivatives in beta, for eight rows of a tile: with d_j = z_j - max and p = softmax(beta z),
/// l = ln sum exp(beta d) - beta d_t, l' = E_p d - d_t, l'' = Var_p d. A class at -infinity contributes nothing. Two passes.
/// </summary>
internal static class TemperatureRows
{
    /// <summary>Numbers a row in what <see cref="Block"/> writes: l, l', l'', and whether it counts.</summary>
    public const int Numbers = 4;

    /// <summary>
    /// Writes <see cref="Numbers"/> times eight doubles. A row counts if its logits are valid and its target's is not -infinity.
    /// </summary>
    [MethodImpl(Compile.Separately), SkipLocalsInit]
    public static void Block(ref double x, int classes, nint pitch, double beta, ReadOnlySpan<int> targets, Span<double> results)
    {
        Span<double> memory = stackalloc double[16];
        ScoreBlock.ReadTargets(ref x, pitch, targets, memory);
        ScoreBlock.FindLargest(ref x, classes, pitch, out var max, out var best, out var isNumber);
        var (b, one, lowest) = (Lanes<double>.All(beta), Lanes<double>.All(1), Lanes<double>.All(double.MinValue));
        Lanes<double> others = default, first = default, second = default;
        for (nint c = 0; c < classes; c++)
        {
            var d = Lanes<double>.Load(ref x, c * pitch) - max;
            var isFinite = Lanes<double>.GreaterOrEqual(d, lowest);
            d = Lanes<double>.And(d, isFinite);
            var e = Lanes<double>.And((b * d).ExpNonPositive(), isFinite);
            others += Lanes<double>.AndNot(e, Lanes<double>.Equal(Lanes<double>.All(c), best));
            first = Lanes<double>.Fma(e, d, first);
            second = Lanes<double>.Fma(e * d, d, second);
        }
        var total = one + others;
        var ofTarget = Lanes<double>.Load(ref MemoryMarshal.GetReference(memory), 8) - max;
        var mean = first / total;
        ref var to = ref MemoryMarshal.GetReference(results);
        (others.Log1p() - b * ofTarget).Store(ref to, 0);
        (mean - ofTarget).Store(ref to, 8);
        Lanes<double>.Max(second / total - mean * mean, Lanes<double>.Zero).Store(ref to, 16);
        var counts = Lanes<double>.And(Lanes<double>.GreaterOrEqual(max, lowest), Lanes<double>.GreaterOrEqual(-lowest, max));
        counts = Lanes<double>.And(counts, Lanes<double>.And(isNumber, Lanes<double>.GreaterOrEqual(ofTarget, lowest)));
        Lanes<double>.And(one, counts).Store(ref to, 24);
    }
}
